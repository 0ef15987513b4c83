// Reads all of the log again every now and then, and tells witnesses what was signed.
import { setTimeout as delay } from 'node:timers/promises';
import type { LogReader } from '../commands/checkLog.ts';
import { verifyAll } from '../commands/proof.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../domain/kernel.ts';
import { witnessSettings } from '../domain/settings/settings.ts';
import { treeIn } from '../projections/merkleTree.ts';
import { findingsNow, newestCheckpoint } from '../projections/proofs.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import { keepWitnessStates, tellWitnessFailed, tellWitnessKept } from '../projections/witnessStates.ts';
import type { ServerLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';
import { pushToWitnesses } from './witnessPusher.ts';
import { placeOf, type WitnessTarget, witnessTarget } from './witnessTargets.ts';

export type ProofKeeperNeeds = {
  opened: OpenLog;
  pool: ReadPool;
  settings: Config['proof'];
  /** Whether it falls to this process, of all that could. */
  mine: () => boolean;
  log: ServerLog;
};

const lookMs = 1_500;
const retryMs = 5_000;
// Reading all again is to disturb nobody.
const breathMs = 2;

/** The stored events and the tree that was built of them. */
export const logReaderOf = ({ store }: Pick<OpenLog, 'store'>, pool: ReadPool): LogReader => ({
  store,
  tree: treeIn(pool),
  categories: [...vocabularies.keys()],
});

const pauseUntil = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** Reads all again where that is due. */
const verifyWhereDue = async (
  { opened, pool, settings, log }: ProofKeeperNeeds,
  reader: LogReader,
  signal: AbortSignal,
): Promise<void> => {
  const [last, { verified }, { size }] = await Promise.all([
    newestCheckpoint(pool),
    findingsNow(pool),
    reader.tree.now(),
  ]);
  const waitedMs = verified ? opened.needs.now().getTime() - verified.at.getTime() : Number.POSITIVE_INFINITY;
  if (!last || size < last.size || waitedMs < settings.verifyEveryMs) return;
  const found = await verifyAll(opened.needs, reader, last, () => {
    signal.throwIfAborted();
    return pauseUntil(breathMs, signal);
  });
  if (found) log.error('the log is not what was signed', { ...found });
  // A log that was altered is looked at again as late as one that was not.
  if (found) await pauseUntil(settings.verifyEveryMs, signal);
};

/** The witnesses of the settings; those of the environment as long as nobody ever set any. */
const witnessesOf = async ({ opened, settings }: ProofKeeperNeeds): Promise<WitnessTarget[]> => {
  const { state, revision } = await opened.needs.executor.load(witnessSettings, 'witnesses');
  const places = revision < 0 ? settings.witnesses : state.targets.map(placeOf);
  return places.map((place) => witnessTarget(place, settings.witnessNetworks));
};

/** Reads again and tells witnesses until `signal` is aborted; what fails is tried again. */
export const keepProof = async (needs: ProofKeeperNeeds, signal: AbortSignal): Promise<void> => {
  const { opened, pool, settings, mine, log } = needs;
  const reader = logReaderOf(opened, pool);
  const stopped = (): boolean => signal.aborted;
  const again = async (what: string, act: () => Promise<void>): Promise<void> => {
    while (!stopped()) {
      try {
        if (mine()) await act();
      } catch (error) {
        // Until all nodes are upgraded nothing of this may be recorded; the Summary says so.
        if (stopped()) return;
        const early = error instanceof Refusal && error.code === 'server.format_level_too_low';
        if (!early) log.warn(`${what} failed, tried again`, { reason: String(error) });
        await pauseUntil(retryMs, signal);
      }
      await pauseUntil(lookMs, signal);
    }
  };
  await Promise.all([
    again('reading the log again', () => verifyWhereDue(needs, reader, signal)),
    pushToWitnesses(
      {
        targets: () => witnessesOf(needs),
        tell: {
          witnesses: (names) => keepWitnessStates(pool, names),
          kept: (name, size) => tellWitnessKept(pool, name, size, opened.needs.now()),
          failed: (name, reason) => tellWitnessFailed(pool, name, reason, opened.needs.now()),
        },
        newest: () => newestCheckpoint(pool),
        mine,
        everyMs: settings.witnessEveryMs,
        log,
      },
      signal,
    ),
  ]);
};
