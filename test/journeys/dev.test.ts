// `hansard dev` on a copy of the sources, which are changed while it runs.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readState } from '../../src/operations/upState.ts';
import { type Chromium, launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/cuttableProxy.ts';
import { eventually } from '../support/eventually.ts';
import { mediasoupWorkerBin } from '../support/mediasoupWorker.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'web', 'scripts', 'migrations', 'package.json', 'package-lock.json', 'tsconfig.json'];

describe('hansard dev', () => {
  let copy: string;
  let dataDir: string;
  let url: string;
  let child: ChildProcess;
  let chromium: Chromium;
  let printed = '';

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'hansard-dev-'));
    // PostgreSQL's own user has to pass through where it is kept.
    dataDir = await mkdtemp(join(tmpdir(), 'hansard-dev-data-'));
    const filter = (path: string) => !path.startsWith(join(root, 'web/dist'));
    for (const name of copied) await cp(join(root, name), join(copy, name), { recursive: true, filter });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const port = await freePort();
    const command = [join(copy, 'src/main.ts'), 'dev', '--data', dataDir, '--port', String(port)];
    const env = { ...process.env, MEDIASOUP_WORKER_BIN: mediasoupWorkerBin() };
    child = spawn(process.execPath, command, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (printed += text.toString()));
    chromium = await launchChromium();
    url = await eventually(
      'it to be up',
      () => {
        assert.equal(child.exitCode, null, printed);
        return /Hansard is up at (\S+)\n/.exec(printed)?.[1];
      },
      60_000,
    );
    assert.equal(url, `http://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    await eventually('it to end', () => child.exitCode !== null || child.signalCode !== null, 60_000);
    await chromium.close();
    for (const folder of [copy, dataDir]) await rm(folder, { recursive: true, force: true });
  });

  const pids = async () => (await readState(dataDir))?.roles.map(({ pid }) => pid) ?? [];

  test('shows pages from their sources, under the policy of the built ones, and changes them in place', async () => {
    const { page, errors } = await chromium.open('about:blank');
    const [, path = ''] = /first administrator at http:\/\/[^/]+(\S+)\n/.exec(printed) ?? [];
    const response = await page.goto(url + path);
    const allowed = response?.headers()['content-security-policy'] ?? '';
    assert.match(allowed, /script-src 'self' 'nonce-[\w-]{22}';/);
    assert.doesNotMatch(allowed, /unsafe/);
    await page.getByLabel('Login').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('notes on the engine');
    const file = join(copy, 'web/src/portal/SetUp.tsx');
    const source = await readFile(file, 'utf8');
    await writeFile(file, source.replace("{t('setUp.title')}", "{t('setUp.title')} at once"));
    await page.getByText('Set up this server at once').waitFor();
    assert.equal(await page.getByLabel('Login').inputValue(), 'ada');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL(/\/me$/);
    await page.getByRole('heading', { name: 'My conferences' }).waitFor();
    assert.deepEqual(errors, []);
  });

  test('starts the server again when one of its sources changes', async () => {
    const before = await pids();
    assert.equal(before.length, 2);
    await appendFile(join(copy, 'src/operations/version.ts'), '// Changed.\n');
    await eventually('all roles to be others', async () => {
      const now = await pids();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    });
    assert.match(printed, /version\.ts changed: starting the server again/);
    await eventually('it to be ready', async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200);
    assert.doesNotMatch(printed, /process ended/);
  });

  test('gets over a source that cannot be run as soon as it is mended', async () => {
    const file = join(copy, 'src/operations/version.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(file, `${source}\nthis is not TypeScript`);
    await eventually('it to fail', () => printed.includes('The server process ended'), 20_000);
    await writeFile(file, source);
    const ready = async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
    await eventually('it to be ready', ready, 20_000);
  });
});
