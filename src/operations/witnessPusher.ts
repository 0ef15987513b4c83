// Brings the newest checkpoint to every witness, again and again until each of them has it.
import { setTimeout as delay } from 'node:timers/promises';
import { untrustedCheckpoint } from '../proof/checkpoint.ts';
import type { ServerLog } from './logging.ts';
import type { Sent, WitnessTarget } from './witnessTargets.ts';

export type WitnessTeller = {
  witnesses: (names: readonly string[]) => Promise<void>;
  kept: (name: string, size: number) => Promise<void>;
  failed: (name: string, reason: string) => Promise<void>;
};

export type PusherNeeds = {
  /** Asked again every few seconds: a witness may come and go. */
  targets: () => Promise<readonly WitnessTarget[]>;
  newest: () => Promise<{ eventId: string; note: string } | null>;
  /** Whether it falls to this process, of all that could. */
  mine: () => boolean;
  /** How often a target gets a new checkpoint at most. */
  everyMs: number;
  log: ServerLog;
  /** Hears how it goes, for the dashboard. */
  tell?: WitnessTeller;
  /** The first pause after a failure; each further one is twice as long, up to ten minutes. */
  retryMs?: number;
};

const lookMs = 1_000;
const targetsLookMs = 1_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

const retryMsMax = 600_000;

const sentOf = ({ eventId, note }: { eventId: string; note: string }): Sent => {
  const { origin, size } = untrustedCheckpoint(note);
  return { id: eventId, origin, size, note };
};

/** Brings each newest checkpoint to one target, until it is none any more. */
const follow = async (needs: PusherNeeds, target: WitnessTarget, signal: AbortSignal): Promise<void> => {
  const { newest, mine, everyMs, log, tell, retryMs = 5_000 } = needs;
  let sent: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = lookMs;
    try {
      const checkpoint = mine() ? await newest() : null;
      if (checkpoint && checkpoint.eventId !== sent) {
        const sending = sentOf(checkpoint);
        await target.send(sending);
        sent = checkpoint.eventId;
        waitMs = everyMs;
        if (failures > 0) log.info('the witness has the checkpoint', { witness: target.name });
        failures = 0;
        await tell?.kept(target.name, sending.size);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      waitMs = Math.min(retryMs * 2 ** failures, retryMsMax);
      failures += 1;
      log.warn('a witness did not get the checkpoint, tried again', { witness: target.name, failures, reason });
      await tell?.failed(target.name, reason).catch(() => undefined);
    }
    await pause(waitMs, signal);
  }
};

type Following = { stop: AbortController; done: Promise<void> };

/**
 * Runs until `signal` is aborted. What a target has missed meanwhile it need not get: each checkpoint covers all. Targets
 * are known by their names.
 */
export const pushToWitnesses = async (needs: PusherNeeds, signal: AbortSignal): Promise<void> => {
  const { targets, mine, tell } = needs;
  const following = new Map<string, Following>();
  let known = '';
  while (!signal.aborted) {
    // While nobody can say who is a witness, it stays as it is.
    const wanted = await targets().catch(() => null);
    for (const [name, { stop }] of following) {
      if (!wanted || wanted.some((target) => target.name === name)) continue;
      stop.abort();
      following.delete(name);
    }
    // Before anybody tells how it goes with one of them: what is told of others comes from those that were stopped.
    const names = wanted?.map(({ name }) => name) ?? [...following.keys()];
    if (mine() && tell && known !== names.join('\n'))
      await tell.witnesses(names).then(
        () => (known = names.join('\n')),
        () => undefined,
      );
    for (const target of wanted ?? []) {
      if (following.has(target.name)) continue;
      const stop = new AbortController();
      const done = follow(needs, target, AbortSignal.any([signal, stop.signal]));
      following.set(target.name, { stop, done });
    }
    await pause(targetsLookMs, signal);
  }
  await Promise.all([...following.values()].map(({ done }) => done));
};
