// Starts the EventStoreDB test node as a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Faults } from './nodeAppends.ts';

export type EventStoreDbNode = {
  url: string;
  port: number;
  pid: number;
  /** What befalls the coming answers; settles when the node knows. */
  befall: (faults: Partial<Faults>) => Promise<void>;
  /** As a crash would; `startEventStoreDbNode` with the same port and file brings it back. */
  kill: () => Promise<void>;
};

const program = new URL('eventStoreDbNodeProcess.ts', import.meta.url).pathname;

const portOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (part) => {
      said += String(part);
      const port = /listening (\d+)\n/.exec(said)?.[1];
      if (port) resolve(Number(port));
    });
    child.once('exit', (code) => reject(new Error(`The EventStoreDB test node ended with ${code}: ${said}`)));
  });

export type NodeOptions = {
  /** A free one unless told otherwise. */
  port?: number;
  /** Keeps the log, which is otherwise gone with the process. */
  file?: string;
  /** The server's option MaxAppendSize: what Hansard needs unless told otherwise, 0 for the server's default of 1 MiB. */
  appendBytesMax?: number;
  /** Options of the program beyond these, as it takes them. */
  args?: readonly string[];
};

/** Listens on 127.0.0.1. */
export const startEventStoreDbNode = async (options: NodeOptions = {}): Promise<EventStoreDbNode> => {
  const { port = 0, file, appendBytesMax = 2 * 1024 * 1024, args = [] } = options;
  const numbers = ['--port', String(port), '--max-append-size', String(appendBytesMax)];
  const child = fork(program, [...numbers, ...(file === undefined ? [] : ['--log', file]), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const bound = await portOf(child);
  return {
    url: `esdb://127.0.0.1:${bound}?tls=false`,
    port: bound,
    pid: child.pid ?? 0,
    befall: async (faults) => {
      const heard = once(child, 'message');
      child.send(faults);
      await heard;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
};
