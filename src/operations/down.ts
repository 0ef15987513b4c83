// `hansard down`: stops what `up` started, or what is left of it.
import { realpath } from 'node:fs/promises';
import { CannotStart } from './cannotStart.ts';
import { stopEmbeddedPostgres } from './embeddedPostgres.ts';
import { errnoOf } from './files.ts';
import { untilTrue } from './processes.ts';
import { endOrphans } from './up.ts';
import { lockUp, readState, removeState } from './upState.ts';

const timeoutMs = 90_000;

const realPathIfAny = async (path: string): Promise<string | null> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const stopRunning = async (dataDir: string, say: (line: string) => void): Promise<void> => {
  const pid = (await readState(dataDir))?.pid;
  if (pid === undefined) {
    throw new CannotStart('role_failed', 'Hansard is just starting or stopping. Try again in a moment.');
  }
  say('Stopping ...');
  process.kill(pid, 'SIGTERM');
  const ended = await untilTrue(
    async () => {
      const release = await lockUp(dataDir);
      await release?.();
      return release !== null;
    },
    timeoutMs,
    50,
  );
  if (ended) return say('Hansard is down.');
  throw new CannotStart('role_failed', `Hansard (process ${pid}) does not end. Kill it, then run "down" again.`);
};

/** Asks a running `up` to stop and waits for its end; ends what a killed one has left behind. */
export const down = async (directory: string, say: (line: string) => void): Promise<void> => {
  const dataDir = await realPathIfAny(directory);
  if (dataDir === null) return say('Hansard is not up.');
  const release = await lockUp(dataDir);
  if (!release) return stopRunning(dataDir, say);
  try {
    const left = (await readState(dataDir)) !== null;
    await endOrphans(dataDir);
    const stopped = await stopEmbeddedPostgres(dataDir);
    await removeState(dataDir);
    say(left || stopped ? 'Hansard is down.' : 'Hansard is not up.');
  } finally {
    await release();
  }
};
