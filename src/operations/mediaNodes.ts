// The media nodes on the list of processes, as commands and the way to their signalling want them.
import type { MediaNodes } from '../commands/mediaNodes.ts';
import type { NodeRegistry, NodeSeen } from './nodeRegistry.ts';

export type Target = { node: string; host: string; port: number };

/** How old a node's own figures may be. */
const figuresLateMs = 2_500;

/** When the record was away from all, some read it again a little before the others. */
const cutOffMs = 5_000;

/**
 * The media nodes that can do their work: those not known to be gone, less those that have not read the record for a
 * while in which others did. Such a node does not hear what it should do. Where nobody reads it, the record is away.
 */
const mediaNodes = (registry: NodeRegistry): NodeSeen[] => {
  const all = registry.nodes().filter(({ roles }) => roles.includes('media'));
  const settled = all.filter(({ readsSameForMs }) => readsSameForMs >= cutOffMs);
  if (!settled.some(({ reads }) => reads)) return all;
  const cutOff = new Set(settled.filter(({ reads }) => !reads));
  return all.filter((node) => !cutOff.has(node));
};

/** Where each media node serves signalling that is not known to be gone, also one that takes nothing new. */
export const signallingTargets = (registry: NodeRegistry): Target[] =>
  mediaNodes(registry).flatMap(({ name, signalling }) => (signalling ? [{ node: name, ...signalling }] : []));

/** The same for one node, or for any where none is named. */
export const signallingOf = (registry: NodeRegistry, node: string | null): Target | null =>
  signallingTargets(registry).find((target) => node === null || target.node === node) ?? null;

export const mediaNodesOf = (registry: NodeRegistry): MediaNodes => {
  /** Given just now, which the nodes' own figures may not show yet. */
  let given: { name: string; atMs: number }[] = [];
  const loadOf = ({ name, load }: NodeSeen): number => load + given.filter((each) => each.name === name).length;
  return {
    takers: () => {
      given = given.filter(({ atMs }) => performance.now() - atMs < figuresLateMs);
      const open = mediaNodes(registry).filter(({ stopping }) => !stopping);
      // Right after a start nobody is proved to live; then those on the list have to do.
      const proved = open.filter((node) => node.proved);
      const best = (proved.length > 0 ? proved : open)
        .toSorted((a, b) => loadOf(a) - loadOf(b))
        .map(({ name }) => name);
      const [first] = best;
      if (first !== undefined) given.push({ name: first, atMs: performance.now() });
      return best;
    },
    standing: (name) => {
      const found = mediaNodes(registry).filter((node) => node.name === name);
      if (found.length > 0) return found.every(({ stopping }) => stopping) ? 'stopping' : 'there';
      return registry.steady() ? 'gone' : 'there';
    },
  };
};
