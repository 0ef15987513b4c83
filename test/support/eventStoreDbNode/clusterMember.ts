// A node's part in a test cluster: a copy of the log, somebody who decides elsewhere, and a view of the others.
import { connect } from 'node:net';
import { packedOf, type ToHub, type ToMember, type View, wire } from './clusterWire.ts';
import type { NodeLog, Verdict, Writer } from './nodeLog.ts';

export type Membership = {
  writer: Writer;
  view: () => View;
  /** Whether this node leads. */
  leads: () => boolean;
};

const beatMs = 150;
const verdictOf = ({ position, ...rest }: Record<string, unknown>): Verdict =>
  ({ ...rest, ...(typeof position === 'string' ? { position: BigInt(position) } : {}) }) as Verdict;

/** Joins the hub at `path` as node `member`, which listens on `port`; the process ends with the hub. */
export const joinCluster = (path: string, member: number, port: number, log: NodeLog): Membership => {
  const waiting = new Map<number, (verdict: Verdict) => void>();
  let view: View = { epoch: 0, members: [] };
  let last = 0;
  const socket = connect(path);
  const say = wire<ToMember, ToHub>(socket, (message) => {
    if ('line' in message) return log.replay(message.line);
    if ('view' in message) {
      view = message.view;
      return;
    }
    waiting.get(message.answer)?.(verdictOf(message.verdict));
    waiting.delete(message.answer);
  });
  socket.on('close', () => process.exit());
  say({ member, port });
  setInterval(() => say({ beat: true }), beatMs);

  const write = (asked: Extract<ToHub, { write: number }>['asked'], deadlineMs: number): Promise<Verdict> =>
    new Promise((resolve) => {
      last += 1;
      const n = last;
      const leftMs = Math.min(deadlineMs - Date.now(), 2 ** 31 - 1);
      const timer = setTimeout(() => {
        waiting.delete(n);
        resolve({ done: false, actual: 'timeout' });
      }, leftMs);
      waiting.set(n, (verdict) => {
        clearTimeout(timer);
        resolve(verdict);
      });
      say({ write: n, epoch: view.epoch, asked });
    });
  return {
    writer: {
      append: (stream, expected, events, deadlineMs) =>
        write({ stream, expected, events: packedOf(events) }, deadlineMs),
      remove: (stream, expected, forEver) => write({ stream, expected, forEver }, Date.now() + 10_000),
    },
    view: () => view,
    leads: () => view.members[member]?.state === 'leader',
  };
};
