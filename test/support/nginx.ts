// A real nginx with the very configuration we ship: only ports, files and the names of the servers are replaced.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate } from '../../src/operations/certificates.ts';
import { freePort } from './cuttableProxy.ts';
import { eventually } from './eventually.ts';

const binary = '/usr/sbin/nginx';
const shipped = new URL('../../deploy/nginx.conf', import.meta.url);

export type TestNginx = {
  port: number;
  plainPort: number;
  /** The authority its certificate is from. */
  ca: Buffer;
  stop: () => Promise<void>;
};

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`deploy/nginx.conf does not have "${from}" any more`);
  return text.replaceAll(from, to);
};

/** Starts one before the servers on these ports of 127.0.0.1, the first as api-1; `host` is where it listens itself. */
export const startNginx = async (apiPorts: readonly [number, number], host = '127.0.0.1'): Promise<TestNginx> => {
  if (!existsSync(binary)) throw new Error('nginx is missing. As root, run: apt-get install nginx-light');
  const dir = await mkdtemp(join(tmpdir(), 'hansard-nginx-'));
  const made = await ensureCertificate({ dataDir: dir, announced: [], now: new Date(), random: randomBytes });
  // Its workers are not root.
  await mkdir(join(dir, 'nginx'));
  await chmod(dir, 0o755);
  await chmod(join(dir, 'nginx'), 0o777);
  const [port, plainPort] = [await freePort(), await freePort()];
  const config = (
    [
      ['listen 443 ', `listen ${host}:${port} `],
      ['listen 80;', `listen ${host}:${plainPort};`],
      ['api-1:8080', `127.0.0.1:${apiPorts[0]}`],
      ['api-2:8080', `127.0.0.1:${apiPorts[1]}`],
      ['/run/secrets/tls_certificate', made.certFile],
      ['/run/secrets/tls_key', made.keyFile],
      ['/tmp/nginx/', `${dir}/nginx/`],
      ['worker_processes auto', 'worker_processes 1'],
    ] as const
  ).reduce((text, [from, to]) => replaced(text, from, to), await readFile(shipped, 'utf8'));
  await writeFile(join(dir, 'nginx.conf'), config);
  let said = '';
  const server: ChildProcess = spawn(binary, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await eventually('nginx to listen', () => listens(host, port)).catch((error: unknown) => {
    throw new Error(said, { cause: error });
  });
  return {
    port,
    plainPort,
    ca: await readFile(made.authorityFile),
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
};
