import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, test } from 'vitest';
import { type EventStore, type NewEvent } from '../../src/commands/eventStore.ts';
import { highestFormatLevel } from '../../src/commands/formatLevel.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { readConfig } from '../../src/config.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { openLog } from '../../src/operations/openLog.ts';
import { apiClient } from '../support/apiClient.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { startStack } from '../support/stack.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const sources = { now: () => new Date(), newId: () => randomUUID() };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const raw = (type: string, data: object): NewEvent => ({
  id: randomUUID(),
  type,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from('{}'),
});

/** A log to which a program of the future has written, and the environment of a process on it. */
const newerLog = async () => {
  const { connection, drop } = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-newer-'));
  closing.push(() => rm(dataDir, { recursive: true }), drop);
  const store: EventStore = await openPostgresEventStore({ connection, onFault: () => undefined });
  const serverId = await store.logId();
  const level = highestFormatLevel + 1;
  await store.append(`server-${serverId}`, 'noStream', [
    raw('FormatLevelRaised', { serverId, level, raisedAt: new Date().toISOString() }),
  ]);
  await store.append(`holiday-${randomUUID()}`, 'noStream', [raw('HolidayTaken', { days: 3 })]);
  await store.close();
  const url = `postgresql://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}`;
  return { connection, level, env: { HANSARD_DATA: dataDir, DATABASE_URL: url } };
};

/** Runs the program to its end. */
const runToEnd = (args: readonly string[], env: Record<string, string>) =>
  new Promise<{ code: number | null; printed: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += String(chunk)));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, printed }));
  });

describe('a log of a newer program', () => {
  test('is refused at start in one sentence, whatever the role, and nothing is written to it', async () => {
    const { connection, env, level } = await newerLog();
    const sentence = new RegExp(
      `^The log is at format level ${level}, .* up to ${highestFormatLevel}\\. Start a newer`,
    );
    for (const roles of ['api,projections,jobs', 'media']) {
      const { code, printed } = await runToEnd(['serve', '--roles', roles], env);
      assert.equal(code, 1, printed);
      assert.match(printed, sentence);
      assert.equal(printed.trim().split('\n').length, 1, printed);
    }
    const [row] = await runSql(connection, 'select count(*)::int n from log.events');
    assert.equal(row?.['n'], 2);
  });

  test('is refused by whatever else opens it', async () => {
    const { env } = await newerLog();
    await assert.rejects(
      openLog(readConfig(env), sources, silent),
      (error: unknown) => error instanceof CannotStart && error.code === 'log_format_newer',
    );
  });
});

describe('a server alone on its log', () => {
  test('raises it to what it reads, on the record, and says so on the summary', async () => {
    const stack = await startStack({ media: false });
    closing.push(() => stack.stop());
    const raises = () => runSql(stack.connection, "select type from log.events where type = 'FormatLevelRaised'");
    const before = (await raises()).length;
    assert.equal(before, highestFormatLevel > 1 ? 1 : 0);
    await stack.kill('api,projections,jobs', 'SIGKILL');
    await stack.start('api,projections,jobs');
    assert.equal((await raises()).length, before);
    const { summary } = await (await stack.client()).data<{ summary: { services: Record<string, string>[] } }>(
      '{ summary { services { name condition detail } } }',
    );
    assert.deepEqual(
      summary.services.find(({ name }) => name === 'format_level'),
      { name: 'format_level', condition: 'OK', detail: `${highestFormatLevel} / ${highestFormatLevel}` },
    );
    const tooHigh = await (await stack.client()).command('raiseFormatLevel', {
      level: ['Int', highestFormatLevel + 1],
    });
    assert.equal(tooHigh.code, 'INPUT_INVALID');
    assert.equal((await apiClient(stack.url).command('raiseFormatLevel', {})).code, 'ACCESS_SIGN_IN_REQUIRED');
  });
});
