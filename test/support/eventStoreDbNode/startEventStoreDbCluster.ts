// Starts a cluster of EventStoreDB test nodes, each a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';

type Member = { state: string; httpEndPointPort: number };

export type EventStoreDbCluster = {
  /** Names all nodes. */
  url: string;
  ports: readonly number[];
  /** Index of the node that leads, or null while none does or that one does not answer. */
  leader: () => Promise<number | null>;
  /** The leader, as soon as there is one. */
  leading: () => Promise<number>;
  /** Waits for another leader than `before`. */
  another: (before: number) => Promise<void>;
  signal: (index: number, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
  /** Starts a node again, on its port; it has the log of the others then. */
  start: (index: number) => Promise<void>;
  /** The leader gives it up, and lives on. */
  resign: () => Promise<void>;
  /** Followers get what is written so late. */
  lag: (ms: number) => Promise<void>;
  stop: () => Promise<void>;
};

const electionMs = 30_000;
const program = new URL('eventStoreDbClusterProcess.ts', import.meta.url).pathname;

const portsOf = (child: ChildProcess): Promise<number[]> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part) => {
      said += String(part);
      const ports = /listening ([\d ]+)\n/.exec(said)?.[1];
      if (ports) resolve(ports.split(' ').map(Number));
    });
    child.once('exit', (code) => reject(new Error(`The EventStoreDB test cluster ended with ${code}: ${said}`)));
  });

/** Who leads by the word of the node at `port`; null where it says nothing. */
const leaderSaidAt = async (port: number): Promise<number | null> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/gossip`, { signal: AbortSignal.timeout(500) });
    const { members } = (await answer.json()) as { members: Member[] };
    return members.find(({ state }) => state === 'Leader')?.httpEndPointPort ?? null;
  } catch {
    return null; // It is dead or frozen: another one knows.
  }
};

/** Listens on free ports of 127.0.0.1. */
export const startEventStoreDbCluster = async (): Promise<EventStoreDbCluster> => {
  const files = await mkdtemp(join(tmpdir(), 'hansard-esdb-nodes-'));
  const child = fork(program, ['--files', files, '--max-append-size', String(2 * 1024 * 1024)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const ports = await portsOf(child);
  const order = async (what: object) => {
    const heard = once(child, 'message');
    child.send(what);
    const [answer] = (await heard) as [{ failed?: string }];
    if (answer.failed !== undefined) throw new Error(answer.failed);
  };
  const pidOf = async (index: number) => Number(await readFile(join(files, `node-${index}.pid`), 'utf8'));
  const leader = async (): Promise<number | null> => {
    for (const [index, port] of ports.entries()) {
      if ((await leaderSaidAt(port)) === port) return index;
    }
    return null;
  };
  return {
    url: `esdb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}?tls=false`,
    ports,
    leader,
    leading: () => eventually('a leader', leader, electionMs),
    another: async (before) => {
      await eventually('another leader', async () => ![before, null].includes(await leader()), electionMs);
    },
    signal: async (index, signal) => {
      process.kill(await pidOf(index), signal);
    },
    start: (index) => order({ start: index }),
    resign: () => order({ resign: true }),
    lag: (ms) => order({ lagMs: ms }),
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      await rm(files, { recursive: true, force: true });
    },
  };
};
