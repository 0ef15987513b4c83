// A real coturn with the configuration we ship, relaying within this machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './cuttableProxy.ts';
import { eventually } from './eventually.ts';

const binary = '/usr/bin/turnserver';
const config = fileURLToPath(new URL('../../deploy/turnserver.conf', import.meta.url));

export type TestCoturn = { port: number; secret: string; log: () => string; stop: () => Promise<void> };

/** Starts one that may relay to 127.0.0.1 and nowhere else; clients reach it at `host`, at a port of its own. */
export const startCoturn = async (host = '127.0.0.1', given?: number): Promise<TestCoturn> => {
  if (!existsSync(binary)) throw new Error('coturn is missing. As root, run: apt-get install coturn');
  const dir = await mkdtemp(join(tmpdir(), 'hansard-turn-'));
  const port = given ?? (await freePort());
  const secret = 'a secret between the two of them';
  const options = {
    'static-auth-secret': secret,
    'listening-ip': host,
    'relay-ip': '127.0.0.1',
    'listening-port': String(port),
    'allowed-peer-ip': '127.0.0.1',
    userdb: join(dir, 'db'),
    pidfile: join(dir, 'pid'),
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  let said = '';
  const server: ChildProcess = spawn(
    binary,
    ['-c', config, ...args, '--allow-loopback-peers', '--no-tls', '--no-dtls', '--verbose'],
    { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await eventually('coturn to listen', () => said.includes(`listener opened on : ${host}:${port}`)).catch((error) => {
    throw new Error(said, { cause: error });
  });
  return {
    port,
    secret,
    log: () => said,
    stop: async () => {
      server.kill('SIGKILL'); // It takes its time over SIGTERM, and holds nothing.
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
};
