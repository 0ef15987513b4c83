// `hansard up --detach`: a process of its own that goes on when this one has told that it is ready.
import { spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDirectory } from './dataDirectory.ts';
import { makeDirectory } from './files.ts';
import { untilTrue } from './processes.ts';
import { readState } from './upState.ts';

export type DetachOptions = {
  dataDir: string;
  /** The command to run on its own: `up` with all its options but --detach. */
  command: readonly string[];
  env: Record<string, string | undefined>;
  print: (text: string) => void;
};

const timeoutMs = 1_800_000; // A first start may build the media worker.

/** Starts `command` apart from this process, prints what it says until it is ready, and answers an exit code. */
export const detach = async ({ dataDir: directory, command, env, print }: DetachOptions): Promise<number> => {
  const dataDir = await openDataDirectory(directory);
  const logFile = join(dataDir, 'logs', 'up.log');
  await makeDirectory(join(dataDir, 'logs'), 0o700);
  const log = await open(logFile, 'a', 0o600);
  let shown = (await stat(logFile)).size;
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', log.fd, log.fd] });
  await new Promise((resolve, reject) => void child.once('spawn', resolve).once('error', reject));
  await log.close();
  const relay = async () => {
    const all = await readFile(logFile);
    print(all.subarray(shown).toString('utf8'));
    shown = all.length;
  };
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const isUp = async () => {
    const state = await readState(dataDir);
    return state?.pid === child.pid && state?.url !== null;
  };
  await untilTrue(
    async () => {
      await relay();
      return ended() || (await isUp());
    },
    timeoutMs,
    50,
  );
  // The last line is written after the state.
  await untilTrue(
    async () => ended() || / up at /.test((await readFile(logFile)).subarray(-300).toString('utf8')),
    5000,
  );
  await relay();
  child.unref();
  return child.exitCode ?? (child.signalCode === null ? 0 : 1);
};
