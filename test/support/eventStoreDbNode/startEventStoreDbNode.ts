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

/**
 * Listens on 127.0.0.1, by default on a free port and with a log that is gone with the process. `appendBytesMax` is the
 * server's option MaxAppendSize, 0 for its default of 1 MiB.
 */
export const startEventStoreDbNode = async ({
  port = 0,
  file = '',
  appendBytesMax = 0,
} = {}): Promise<EventStoreDbNode> => {
  const child = fork(program, [String(port), String(appendBytesMax), ...(file === '' ? [] : [file])], {
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
