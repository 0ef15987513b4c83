// What the kernel counts for a process (proc(5)).
import { readdirSync, readFileSync } from 'node:fs';
import { isAlive, untilTrue } from '../src/operations/processes.ts';

/**
 * CPU time used so far by all threads that live, user and system, in microseconds. From `schedstat`, which is exact;
 * the ticks of `stat` are 10 ms, half of what an idle process uses in a round.
 */
export const cpuMicros = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((total, thread) => {
    const [runningNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
    return total + Number(runningNs) / 1000;
  }, 0);

/** Memory in bytes: `rss` counts what is shared in full, `pss` the process's part of it. */
export const memoryOf = (pid: number): { rss: number; pss: number } => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss') };
};

export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);

const stepMs = 20;

/** Asks again and again until `condition` holds; rejects after `timeoutMs` with what it waited for. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, timeoutMs: number) => {
  if (!(await untilTrue(condition, timeoutMs, stepMs)))
    throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}`);
};

export const untilGone = (pid: number): Promise<void> =>
  until(`the end of process ${pid}`, () => !isAlive(pid), 30_000);
