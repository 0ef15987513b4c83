// Lets all projections read a log to its end once, as a server does that starts.

import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Codec } from '../commands/codec.ts';
import type { EventStore } from '../commands/eventStore.ts';
import { openedFeed } from '../commands/feed.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import { allProjections } from '../projections/allProjections.ts';
import { gatherMoves } from '../projections/moves.ts';
import { changesChannel, type Feed } from '../projections/projection.ts';
import type { Connection } from '../projections/readDatabase.ts';
import { runProjection } from '../projections/runner.ts';
import { CannotStart } from './cannotStart.ts';

/** A log whose positions have this identity; while it arrives its store does not yet tell it. */
export type PlacedLog = { store: EventStore; positionsId: string };

export type ProjectingNeeds = {
  pool: Pool;
  connection: Connection;
  codec: Codec;
  now: () => Date;
  say: (line: string) => void;
  /** How long nothing may come from the log, and no projection go on, before it is given up. */
  stillMs?: number;
};

const lookMs = 100;
const tellEveryMs = 10_000;
/** Indices of long tables are made without a sign of life. */
const defaultStillMs = 30 * 60_000;

/**
 * Settles when every projection is at the end of the log, or halts at an event that it cannot fold. Rejects with
 * `CannotStart` where they do not go on. Nobody else may write to that log or project it meanwhile.
 */
export const projectToEnd = async (needs: ProjectingNeeds, { store, positionsId }: PlacedLog): Promise<void> => {
  const { pool, connection, codec, now, say, stillMs = defaultStillMs } = needs;
  const stop = new AbortController();
  let movedMs = performance.now();
  const opened = openedFeed(store, codec);
  const feed: Feed = async function* (after, categories, signal) {
    for await (const batch of opened(after, categories, signal)) {
      movedMs = performance.now();
      yield batch;
    }
  };
  const log = (message: string, { projection, reason }: Record<string, unknown>): void =>
    say(`${String(projection)}: ${message}${reason === undefined ? '' : ` (${String(reason)})`}`);
  const moves = gatherMoves(pool, changesChannel);
  const running = allProjections([...vocabularies.keys()]).map((each) =>
    runProjection({ pool, connection, now, moves, feed, logId: positionsId, log }, each, stop.signal),
  );
  const head = (await store.head()) ?? '';
  const ended = (): number =>
    running.filter(({ status }) => {
      const { position, haltedAt } = status();
      return haltedAt !== null || (position ?? '') >= head;
    }).length;
  const all = Promise.all(running.map(({ done }) => done));
  try {
    let toldMs = performance.now();
    while (ended() < running.length) {
      await Promise.race([delay(lookMs), all]);
      if (performance.now() - toldMs > tellEveryMs) {
        toldMs = performance.now();
        say(`${ended()} of ${running.length} projections are at the end of the log.`);
      }
      if (performance.now() - movedMs > stillMs)
        throw new CannotStart('log_not_movable', 'The projections do not go on. Run this again.');
    }
  } finally {
    stop.abort();
    await Promise.allSettled([all]);
  }
};
