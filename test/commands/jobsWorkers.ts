// Workers for the suite of the job port: of this process, and processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobQueue } from '../../src/commands/jobs.ts';
import { eventually } from '../support/eventually.ts';

export type Subject = {
  /** Another process's access to the same store. */
  open: () => Promise<JobQueue>;
  /** What `jobsChild.ts` opens the same store by. */
  childArgs: readonly string[];
  dispose: () => Promise<void>;
};

/** What becomes of a telling: it never ends; or the process is frozen in it, and once thawed ends it, or never does. */
export type Fate = 'stick' | 'freeze' | 'freezeAndStick';

const childPath = fileURLToPath(new URL('./jobsChild.ts', import.meta.url));

export const inMs = (ms: number): Date => new Date(Date.now() + ms);
export const newKey = (): string => `test-${randomUUID()}`;

export const until = (what: string, ask: () => boolean): Promise<unknown> => eventually(what, ask, 30_000);

type Told = { key: string; atMs: number };
type Worker = { queue: JobQueue; told: Told[]; times: (key: string) => number };

export type Child = {
  begun: Told[];
  done: string[];
  times: (key: string) => number;
  thaw: () => void;
  /** Ends it as a crash does, frozen or not; then all it said is known. */
  kill: () => Promise<void>;
  lives: () => boolean;
};

const timesIn =
  (told: readonly Told[]) =>
  (key: string): number =>
    told.filter((one) => one.key === key).length;

const lives = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Starts a worker in a process of its own, and waits until it works. */
const startChild = async (args: readonly string[], onStart: (child: Child) => void): Promise<Child> => {
  const process_ = spawn(process.execPath, [childPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(process_, 'close');
  const [begun, done]: [Told[], string[]] = [[], []];
  let ready = false;
  let faults = '';
  createInterface({ input: process_.stdout }).on('line', (line) => {
    const [what, key = ''] = line.split(' ');
    if (what === 'begun') begun.push({ key, atMs: Date.now() });
    if (what === 'done') done.push(key);
    if (what === 'ready') ready = true;
  });
  process_.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  const child: Child = {
    begun,
    done,
    times: timesIn(begun),
    thaw: () => void process_.kill('SIGCONT'),
    kill: async () => {
      process_.kill('SIGKILL');
      await closed;
    },
    lives: () => lives(process_),
  };
  onStart(child);
  await until('the child to work', () => {
    if (!lives(process_)) throw new Error(`The child has ended: ${faults}`);
    return ready || begun.length > 0; // It may be told before it says so, and freeze in that.
  });
  return child;
};

/** Opens queues and workers, and ends them after the test. */
export const opening = (subject: () => Subject) => {
  const opened: JobQueue[] = [];
  const children: Child[] = [];
  const open = async (): Promise<JobQueue> => {
    const queue = await subject().open();
    opened.push(queue);
    return queue;
  };
  const worker = async (act: (key: string) => Promise<void> = async () => undefined): Promise<Worker> => {
    const queue = await open();
    const told: Told[] = [];
    await queue.work(async (key) => {
      told.push({ key, atMs: Date.now() });
      await act(key);
    });
    return { queue, told, times: timesIn(told) };
  };
  /** Finishes so many keys; with the next it does as it is said. */
  const child = (finishes = 0, fate: Fate = 'stick'): Promise<Child> =>
    startChild([...subject().childArgs, `${finishes}`, fate], (started) => children.push(started));
  const closeAll = async (): Promise<void> => {
    await Promise.all(children.splice(0).map((started) => started.kill()));
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  };
  return { open, worker, child, closeAll };
};

export type Opening = ReturnType<typeof opening>;
