// A real Redis for server tests, on a unix socket in a directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { freeze } from './faults.ts';

const binary = '/usr/bin/redis-server';

export type TestRedis = {
  /** The path of its socket. */
  url: string;
  command: (name: string, ...args: string[]) => Promise<unknown>;
  /** As a crash would, and everything it knew is gone. */
  kill: () => Promise<void>;
  /** Again after `kill`: empty, at the same address. */
  start: () => Promise<void>;
  /** Whoever asks it waits for an answer, until what this answers is called. */
  freeze: () => () => void;
  stop: () => Promise<void>;
};

type Life = { server: ChildProcess; exited: Promise<void>; client: Redis };

const live = async (url: string, args: readonly string[]): Promise<Life> => {
  await rm(url, { force: true }); // A killed one leaves its socket.
  const server = spawn(binary, args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await eventually('Redis to make its socket', () => existsSync(url));
  const client = new Redis(url);
  // The socket is there before anybody listens on it: whoever comes in between is refused, and this one comes again.
  client.on('error', () => undefined);
  await client.ping();
  return { server, exited, client };
};

/** Starts one that keeps nothing on disk. */
export const startRedis = async (policy = 'noeviction'): Promise<TestRedis> => {
  if (!existsSync(binary)) throw new Error('Redis is missing. As root, run: apt-get install redis-server');
  const dir = await mkdtemp(join(tmpdir(), 'hansard-redis-'));
  const url = join(dir, 'redis.sock');
  const settings = { port: '0', unixsocket: url, save: '', appendonly: 'no', 'maxmemory-policy': policy, dir };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  let life = await live(url, args);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    life.client.disconnect();
    life.server.kill(signal);
    await life.exited;
  };
  return {
    url,
    command: (name, ...rest) => life.client.call(name, ...rest),
    kill: () => end('SIGKILL'),
    start: async () => {
      life = await live(url, args);
    },
    freeze: () => freeze(life.server.pid ?? -1),
    stop: async () => {
      life.server.kill('SIGCONT'); // A frozen one hears nothing else.
      await end('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
};
