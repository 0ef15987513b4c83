import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { detach } from '../../src/operations/detach.ts';
import { down } from '../../src/operations/down.ts';
import { isAlive, untilTrue } from '../../src/operations/processes.ts';
import { readState } from '../../src/operations/upState.ts';

const program = new URL('../support/upProcess.ts', import.meta.url).pathname;
let dataDir: string;
let started: ChildProcess[] = [];

/** An `up` of its own; `output` grows with what it prints. */
const start = (args: string[] = [], env: Record<string, string> = {}) => {
  const command = [program, 'up', '--data', dataDir, '--port', '0', ...args];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const run = { child, output: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (run.output += text));
  return run;
};
type Run = ReturnType<typeof start>;

const ended = async ({ child }: Run) => {
  assert.ok(await untilTrue(() => child.exitCode !== null || child.signalCode !== null, 60_000));
  return child.exitCode;
};
const urlOf = async (run: Run) => {
  assert.ok(await untilTrue(() => / up at .*\n/.test(run.output) || run.child.exitCode !== null, 60_000));
  const url = /Hansard is up at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(run.output)?.[1];
  assert.ok(url, run.output);
  return url;
};
type Answer = { pid: number; env: Record<string, string> };
const ask = async (url: string): Promise<Answer | null> => {
  const response = await fetch(url).catch(() => null);
  return response ? ((await response.json()) as Answer) : null;
};
const postgresPid = async () => Number.parseInt(await readFile(join(dataDir, 'pg18', 'postmaster.pid'), 'utf8'), 10);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hansard-up-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) child.kill('SIGTERM');
  for (const child of started) await untilTrue(() => child.exitCode !== null || child.signalCode !== null, 60_000);
  await down(dataDir, () => undefined);
  await rm(dataDir, { recursive: true, force: true });
});

describe('hansard up', () => {
  test('starts everything, says where, and stops it in order', async () => {
    const run = start();
    const url = await urlOf(run);
    assert.match(run.output, /^Starting PostgreSQL \.\.\.\nStarting Hansard \.\.\.\n/);
    assert.ok(run.output.includes(`Create the first administrator at ${url}/setup?token=abc\n`));
    const answer = await ask(url);
    assert.equal(answer?.env['HANSARD_DATA'], dataDir);
    assert.equal(answer.env['PREPARED'], 'yes');
    assert.equal(new URL(answer.env['DATABASE_URL'] ?? '').searchParams.get('host'), join(dataDir, 'run'));
    const media = await ask(`http://127.0.0.1:${answer.env['HANSARD_SIGNALLING_PORT']}`);
    assert.notEqual(media?.pid, answer.pid);
    const postgres = await postgresPid();
    run.child.kill('SIGTERM');
    assert.equal(await ended(run), 0);
    assert.match(run.output, /Stopping \.\.\.\nHansard is down\.\n$/);
    for (const pid of [answer.pid, media?.pid ?? 0, postgres]) assert.equal(isAlive(pid), false);
    assert.match(await readFile(join(dataDir, 'logs', 'server.log'), 'utf8'), /stopped api,projections,jobs/);
    assert.equal(await readState(dataDir), null);
  });

  test('asked again says that it is up, and where', async () => {
    const first = start();
    const url = await urlOf(first);
    const second = start();
    assert.equal(await ended(second), 0);
    assert.equal(second.output, `Hansard is already up at ${url}\n`);
  });

  test('starts a role again that was killed, and PostgreSQL too', async () => {
    const run = start();
    const url = await urlOf(run);
    const before = await ask(url);
    process.kill(before?.pid ?? 0, 'SIGKILL');
    assert.ok(await untilTrue(async () => ![undefined, before?.pid].includes((await ask(url))?.pid), 20_000));
    assert.match(
      run.output,
      /The server process ended \(SIGKILL\) and is started again\. Its log is .*server\.log\.\n/,
    );
    const postgres = await postgresPid();
    process.kill(postgres, 'SIGKILL');
    assert.ok(await untilTrue(async () => (await postgresPid().catch(() => postgres)) !== postgres, 20_000));
    assert.match(run.output, /PostgreSQL ended and is started again/);
  });

  test('takes over from one that was killed', async () => {
    const first = start();
    const url = await urlOf(first);
    const before = await ask(url);
    const postgres = await postgresPid();
    first.child.kill('SIGKILL');
    await ended(first);
    const second = start(['--port', new URL(url).port]);
    assert.equal(await urlOf(second), url);
    assert.notEqual((await ask(url))?.pid, before?.pid);
    assert.equal(await postgresPid(), postgres);
  });

  test('says which port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const run = start(['--port', port]);
    assert.equal(await ended(run), 1);
    assert.equal(
      run.output,
      `Port ${port} is in use by another program. Choose another one with --port N, or 0 for any that is free.\n`,
    );
    other.close();
  });

  test('says why a role does not start, and leaves nothing running', async () => {
    const run = start([], { FAKE_FAILS: 'media' });
    assert.equal(await ended(run), 1);
    assert.match(run.output, /The media process does not start: Something is missing: install it\.\n$/);
    assert.equal(await readState(dataDir), null);
    await assert.rejects(stat(join(dataDir, 'pg18', 'postmaster.pid')));
  });

  test('says why a directory cannot work', async () => {
    const run = start(['--data', join(program, 'below')]);
    assert.equal(await ended(run), 1);
    assert.match(
      run.output,
      /^The data directory .* cannot be used: a part of the path is a file.*Name another one with --data DIR\.\n$/,
    );
  });

  test('goes on by itself when detached, until it is told', async () => {
    let printed = '';
    const command = [process.execPath, program, 'up', '--data', dataDir, '--port', '0'];
    const code = await detach({ dataDir, command, env: process.env, print: (text) => void (printed += text) });
    assert.equal(code, 0, printed);
    assert.match(printed, /Starting PostgreSQL[\s\S]*Hansard is up at http/);
    const state = await readState(dataDir);
    assert.ok(state && isAlive(state.pid));
    const said: string[] = [];
    await down(dataDir, (line) => said.push(line));
    assert.deepEqual(said, ['Stopping ...', 'Hansard is down.']);
    assert.ok(await untilTrue(() => !isAlive(state.pid), 20_000));
  });

  test('detached tells why it could not start', async () => {
    let printed = '';
    const command = [process.execPath, program, 'up', '--data', dataDir];
    const env = { ...process.env, FAKE_FAILS: 'api,projections,jobs' };
    assert.equal(await detach({ dataDir, command, env, print: (text) => void (printed += text) }), 1);
    assert.match(printed, /The server process does not start: Something is missing/);
  });
});

describe('hansard down', () => {
  test('says when nothing is up', async () => {
    const said: string[] = [];
    await down(join(dataDir, 'missing'), (line) => said.push(line));
    await down(dataDir, (line) => said.push(line));
    assert.deepEqual(said, ['Hansard is not up.', 'Hansard is not up.']);
  });

  test('ends what a killed "up" has left', async () => {
    const run = start();
    const url = await urlOf(run);
    const postgres = await postgresPid();
    const server = await ask(url);
    run.child.kill('SIGKILL');
    await ended(run);
    const said: string[] = [];
    await down(dataDir, (line) => said.push(line));
    assert.deepEqual(said, ['Hansard is down.']);
    for (const pid of [postgres, server?.pid ?? 0]) assert.equal(isAlive(pid), false);
  });
});
