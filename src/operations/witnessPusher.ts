// Brings the newest checkpoint to every witness, again and again until each of them has it.
import { setTimeout as delay } from 'node:timers/promises';
import { untrustedCheckpoint } from '../proof/checkpoint.ts';
import type { ServerLog } from './logging.ts';
import type { Sent, WitnessTarget } from './witnessTargets.ts';

export type PusherNeeds = {
  targets: readonly WitnessTarget[];
  newest: () => Promise<{ eventId: string; note: string } | null>;
  /** Whether it falls to this process, of all that could. */
  mine: () => boolean;
  /** How often a target gets a new checkpoint at most. */
  everyMs: number;
  log: ServerLog;
  /** The first pause after a failure; each further one is twice as long, up to ten minutes. */
  retryMs?: number;
};

const lookMs = 1_000;
const retryMsMax = 600_000;

const sentOf = ({ eventId, note }: { eventId: string; note: string }): Sent => {
  const { origin, size } = untrustedCheckpoint(note);
  return { id: eventId, origin, size, note };
};

/** Runs until `signal` is aborted. What a target has missed meanwhile it need not get: each checkpoint covers all. */
export const pushToWitnesses = async (needs: PusherNeeds, signal: AbortSignal): Promise<void> => {
  const { newest, mine, everyMs, log, retryMs = 5_000 } = needs;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  const stopped = (): boolean => signal.aborted;

  const follow = async (target: WitnessTarget): Promise<void> => {
    let sent: string | null = null;
    let failures = 0;
    while (!stopped()) {
      let waitMs = lookMs;
      try {
        const checkpoint = mine() ? await newest() : null;
        if (checkpoint && checkpoint.eventId !== sent) {
          await target.send(sentOf(checkpoint));
          sent = checkpoint.eventId;
          waitMs = everyMs;
          if (failures > 0) log.info('the witness has the checkpoint', { witness: target.name });
          failures = 0;
        }
      } catch (error) {
        waitMs = Math.min(retryMs * 2 ** failures, retryMsMax);
        failures += 1;
        log.warn('a witness did not get the checkpoint, tried again', {
          witness: target.name,
          failures,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      await pause(waitMs);
    }
  };
  await Promise.all(needs.targets.map(follow));
};
