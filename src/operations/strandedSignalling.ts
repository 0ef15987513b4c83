// Sends people away from a media node that is lost but still answers them, once the record has their session elsewhere.
import type { PassedOn } from '../api/signallingProxy.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import { sessionsNotOn } from '../projections/sessionRoster.ts';
import { signallingOf } from './mediaNodes.ts';
import type { NodeRegistry } from './nodeRegistry.ts';

/**
 * Cuts, at every look of the registry, what goes to a node that is gone from the list in a session that it does not
 * have any more: such a node cannot read that it lost it. Whoever is cut off knocks again and is told where to go. As
 * long as a node is on the list it tells its people by itself. The answer ends it.
 */
export const cutStranded = (
  registry: NodeRegistry,
  pool: ReadPool,
  passedOn: ReadonlySet<PassedOn>,
  tell: (fields: { node: string; sockets: number }) => void,
): (() => void) =>
  registry.onLook(async () => {
    const gone = new Set([...passedOn].map(({ node }) => node).filter((node) => signallingOf(registry, node) === null));
    for (const node of gone) {
      const there = [...passedOn].filter((each) => each.node === node);
      const lost = new Set(await sessionsNotOn(pool, node, [...new Set(there.map(({ sessionId }) => sessionId))]));
      const stranded = there.filter(({ sessionId }) => lost.has(sessionId));
      if (stranded.length === 0) continue;
      tell({ node, sockets: stranded.length });
      for (const { cut } of stranded) cut();
    }
  });
