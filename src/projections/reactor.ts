// Runs processes after the log: one event at a time, tried a few times, then parked so that the rest goes on.
import type { Pool } from 'pg';
import type { Recorded } from '../domain/kernel.ts';
import { advance, checkpointOf, putCheckpoint } from './checkpoints.ts';
import { isUnavailable } from './databaseErrors.ts';
import { gathered, pacer, pause } from './pace.ts';
import type { Feed } from './projection.ts';

export type ReactorNeeds = {
  pool: Pool;
  feed: Feed;
  logId: string;
  head: () => Promise<string | null>;
  react: (event: Recorded) => Promise<void>;
  /** Records that the event is set aside. */
  park: (event: Recorded, reason: string) => Promise<void>;
  log: (message: string, fields: Record<string, unknown>) => void;
};

const name = 'processes';
const triesMax = 5;
const retryMs = 200;

const reactOrPark = async ({ react, park, log }: ReactorNeeds, event: Recorded, signal: AbortSignal): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await react(event);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // A store that is away says nothing about the event; the runner waits and begins again at its checkpoint.
      if (signal.aborted || isUnavailable(error)) throw error;
      if (tries < triesMax) {
        await pause(retryMs * 2 ** tries, signal);
        continue;
      }
      log('process parked', { type: event.type, position: event.position, reason });
      await park(event, reason);
      return;
    }
  }
};

/**
 * Where to start: the checkpoint, or the head of the log where there is none, since old events have had their effect.
 */
const start = async ({ pool, logId, head }: ReactorNeeds): Promise<string | null> => {
  const known = await checkpointOf(pool, name);
  if (known) return known.position;
  const position = await head();
  await putCheckpoint(pool, { name, version: 1, logId, position, haltedAt: null, haltReason: null });
  return position;
};

/** Reacts to events of these categories until `signal` is aborted; interruptions are waited out. */
export const runReactor = async (
  needs: ReactorNeeds,
  categories: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      const restOfBatch = pacer();
      const from = await start(needs);
      let position = from;
      for await (const batch of gathered((ended) => needs.feed(from, categories, ended), signal)) {
        const begunMs = performance.now();
        for (const event of batch.events) await reactOrPark(needs, event, signal);
        // Where another jobs process has moved on, this one starts again from there.
        if (!(await advance(needs.pool, name, position, batch.position))) break;
        position = batch.position;
        if (batch.caughtUp) await restOfBatch(begunMs, signal);
      }
    } catch (error) {
      if (!stopped()) needs.log('processes interrupted', { reason: String(error) });
    }
    if (!stopped()) await pause(retryMs, signal);
  }
};
