// What the nodes of a test cluster agree on: one log, and who leads. A real cluster finds both by votes among its
// nodes; towards clients it comes to the same. A node is dead once its connection is gone or it has been silent; a
// leader is replaced when most of the nodes are left, and steps down when they are not.
import { createServer, type Server } from 'node:net';
import { type Asked, type MemberState, type ToHub, type ToMember, unpackedOf, type View, wire } from './clusterWire.ts';
import { openNodeLog, type Verdict } from './nodeLog.ts';

const silentAfterMs = 800;
const electionMs = 600;
/** A leader that lost most of the others takes appends for so long before it notices. */
const noticeMs = 700;
/** It gives up waiting for the others after so long; what was asked may be carried out when they are back. */
const prepareMs = 2_000;

type Member = { port: number; say: (message: ToMember) => void; heardMs: number; connected: boolean };
type Write = { asked: Asked; answer: (verdict: Verdict) => void };

export type ClusterHub = {
  view: () => View;
  /** The leader gives it up, and lives on; another one is chosen. */
  resign: () => void;
  /** Followers get what is written so late. */
  lag: (ms: number) => void;
  close: () => void;
};

/** Answers on the unix socket `path`, for `count` nodes. */
export const openClusterHub = (path: string, count: number): Promise<ClusterHub> => {
  const lines: string[] = [];
  const members = new Map<number, Member>();
  const log = openNodeLog(null, (line) => {
    lines.push(line);
    for (const [index, member] of members) {
      if (!member.connected) continue;
      if (index === leader || lagMs === 0) member.say({ line });
      else setTimeout(() => member.say({ line }), lagMs);
    }
  });
  let lagMs = 0;
  let leader: number | null = null;
  let ledBefore: number | null = null;
  let epoch = 0;
  let leaderlessSinceMs = performance.now();
  let quorumLostMs: number | null = null;
  let limbo: Write[] = [];
  let shown = '';

  const isAlive = (index: number): boolean => {
    const member = members.get(index);
    return member?.connected === true && performance.now() - member.heardMs < silentAfterMs;
  };
  const alive = () => [...members.keys()].filter(isAlive).toSorted((a, b) => a - b);
  const lostQuorum = () => quorumLostMs !== null && performance.now() - quorumLostMs >= noticeMs;
  const stateOf = (index: number): MemberState => {
    if (leader === null || lostQuorum() || !isAlive(index)) return 'none';
    return index === leader ? 'leader' : 'follower';
  };
  const view = (): View => ({
    epoch,
    members: Array.from({ length: count }, (_, index) => ({
      port: members.get(index)?.port ?? 0,
      state: stateOf(index),
      alive: isAlive(index),
    })),
  });
  const show = () => {
    const text = JSON.stringify(view());
    if (text === shown) return;
    shown = text;
    for (const member of members.values()) if (member.connected) member.say({ view: view() });
  };

  const carryOut = ({ asked, answer }: Write) => {
    const { stream, expected } = asked;
    answer(
      'events' in asked
        ? log.append(stream, expected, unpackedOf(asked.events))
        : log.remove(stream, expected, asked.forEver),
    );
  };

  /** Looks who is left, and who leads. */
  const look = () => {
    const left = alive();
    const nowMs = performance.now();
    if (left.length * 2 > count) {
      quorumLostMs = null;
      const leads = leader !== null && left.includes(leader);
      if (leads) {
        const held = limbo;
        limbo = [];
        for (const write of held) carryOut(write); // The leader had them all the time.
      } else if (leader !== null) {
        leader = null;
        limbo = []; // Their leader is gone, and what it alone knew.
        leaderlessSinceMs = nowMs;
      } else if (nowMs - leaderlessSinceMs >= electionMs) {
        // Who has just given it up, or was silent for a while, is not the first choice.
        const others = left.filter((index) => index !== ledBefore);
        leader = others[epoch % others.length] ?? ledBefore;
        ledBefore = leader;
        epoch += 1;
      }
    } else quorumLostMs ??= nowMs;
    show();
  };

  const write = (asked: Asked, asEpoch: number, answer: (verdict: Verdict) => void) => {
    look();
    if (leader === null || asEpoch !== epoch || lostQuorum()) return answer({ done: false, actual: 'notReady' });
    if (quorumLostMs === null) carryOut({ asked, answer });
    else {
      limbo.push({ asked, answer });
      setTimeout(() => answer({ done: false, actual: 'timeout' }), prepareMs);
    }
  };

  const server: Server = createServer((socket) => {
    let index: number | null = null;
    const say = wire<ToHub, ToMember>(socket, (message) => {
      const member = index === null ? undefined : members.get(index);
      if (member) member.heardMs = performance.now();
      if ('member' in message) {
        index = message.member;
        for (const line of lines) say({ line });
        members.set(index, { port: message.port, say, heardMs: performance.now(), connected: true });
        say({ view: view() });
      } else if ('write' in message) {
        write(message.asked, message.epoch, (verdict) => {
          const position = 'position' in verdict ? { position: String(verdict.position) } : {};
          const { done } = verdict;
          const rest = verdict.done ? { revision: verdict.revision } : { actual: verdict.actual };
          say({ answer: message.write, verdict: { done, ...rest, ...position } });
        });
      }
      look();
    });
    socket.on('close', () => {
      const member = index === null ? undefined : members.get(index);
      if (member?.say === say) member.connected = false;
      look();
    });
  });
  const watch = setInterval(look, 100);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () =>
      resolve({
        view,
        close: () => {
          clearInterval(watch);
          server.close();
        },
        lag: (ms) => {
          lagMs = ms;
        },
        resign: () => {
          leader = null;
          leaderlessSinceMs = performance.now();
          look();
        },
      }),
    );
  });
};
