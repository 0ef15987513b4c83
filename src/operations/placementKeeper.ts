// Places sessions that have no media node, or whose node is gone or stopping, also where nobody asks to come in.
import type { Needs } from '../commands/call.ts';
import { placeSession } from '../commands/placement.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import { runningSessionsElsewhere } from '../projections/sessionRoster.ts';
import type { ServerLog } from './logging.ts';
import { signallingTargets } from './mediaNodes.ts';
import type { NodeRegistry } from './nodeRegistry.ts';

export type KeeperNeeds = { needs: Needs; pool: ReadPool; registry: NodeRegistry; log: ServerLog };

/** How soon it looks again though no node came or went: a session may have been left unplaced. */
const againMs = 10_000;

/** Looks whenever nodes come, stop or go, until `signal` is aborted. Several processes may do so at once. */
export const keepPlacements = ({ needs, pool, registry, log }: KeeperNeeds, signal: AbortSignal): void => {
  let handled = '';
  let lookedMs = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<void> => {
    const names = signallingTargets(registry).map(({ node }) => node);
    const there = names.filter((name) => needs.media.standing(name) === 'there');
    const now = JSON.stringify([there, registry.steady()]);
    if (now === handled && performance.now() - lookedMs < againMs) return;
    lookedMs = performance.now();
    let open = 0;
    for (const sessionId of await runningSessionsElsewhere(pool, there)) {
      if (signal.aborted) return;
      const placed = await placeSession(needs, sessionId);
      if (placed === null || !there.includes(placed.node)) open += 1;
    }
    handled = open > 0 ? '' : now;
  };

  const forget = registry.onLook(async () => {
    // What fails is looked at again; it must not end the beat.
    await look().catch((error: unknown) => {
      handled = '';
      log.warn('sessions not placed, the next look follows', { reason: String(error) });
    });
  });
  signal.addEventListener('abort', forget, { once: true });
};
