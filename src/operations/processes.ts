// What the kernel says about processes that are not our children, and a lock that dies with its holder.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from './files.ts';

/** Whether a process runs. One that ended but was not reaped yet (a zombie) does not. */
export const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may itself hold spaces and parentheses; the state follows the last one.
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
};

/** The arguments a process was started with; empty when it is gone. */
export const commandLineOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};

/** Polls a condition of the machine that nothing announces; answers whether it came true in time. */
export const untilTrue = async (
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  stepMs = 20,
): Promise<boolean> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > deadline) return false;
    await delay(stepMs);
  }
};

/**
 * Takes the lock named `what` on this machine, or answers null when another process has it. Held as an abstract unix
 * socket (unix(7)), so it cannot be left behind by a process that was killed. The result releases it.
 */
export const tryLock = (what: string): Promise<(() => Promise<void>) | null> =>
  new Promise((resolve, reject) => {
    const holder = createServer();
    holder.once('error', (error) => {
      if (errnoOf(error) === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    const name = `hansard-${createHash('sha256').update(what).digest('hex').slice(0, 32)}`;
    holder.listen({ path: `\0${name}` }, () => {
      holder.unref();
      resolve(() => new Promise((released) => void holder.close(() => released())));
    });
  });

/** Runs `work` while no other process of this machine does so for the same `what`. */
export const exclusively = async <Result>(
  what: string,
  timeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const release = await tryLock(what);
    if (release) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (performance.now() > deadline) {
      throw new Error(`Another process has been busy with ${what} for ${timeoutMs} ms`);
    }
    await delay(20);
  }
};
