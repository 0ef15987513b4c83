// A real Redis for server tests, on a unix socket in a directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';

const binary = '/usr/bin/redis-server';

export type TestRedis = {
  /** The path of its socket. */
  url: string;
  command: (name: string, ...args: string[]) => Promise<unknown>;
  stop: () => Promise<void>;
};

/** Starts one that keeps nothing on disk. */
export const startRedis = async (policy = 'noeviction'): Promise<TestRedis> => {
  if (!existsSync(binary)) throw new Error('Redis is missing. As root, run: apt-get install redis-server');
  const dir = await mkdtemp(join(tmpdir(), 'hansard-redis-'));
  const url = join(dir, 'redis.sock');
  const settings = { port: '0', unixsocket: url, save: '', appendonly: 'no', 'maxmemory-policy': policy, dir };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const server: ChildProcess = spawn(binary, args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await eventually('Redis to make its socket', () => existsSync(url));
  const client = new Redis(url);
  // The socket is there before anybody listens on it: whoever comes in between is refused, and this one comes again.
  client.on('error', () => undefined);
  await client.ping();
  return {
    url,
    command: (name, ...rest) => client.call(name, ...rest),
    stop: async () => {
      client.disconnect();
      server.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
};
