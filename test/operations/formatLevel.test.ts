import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, test } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { type EventStore, type NewEvent } from '../../src/commands/eventStore.ts';
import { highestFormatLevel, recordedFormatLevel } from '../../src/commands/formatLevel.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { readConfig } from '../../src/config.ts';
import { type ServerCommand, server } from '../../src/domain/identity/server.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { openLog } from '../../src/operations/openLog.ts';
import { apiClient } from '../support/apiClient.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { accountIn, databaseUrl, startStack } from '../support/stack.ts';

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

describe('a server beside one of an older program', () => {
  test('leaves the log at what that one reads until it is gone, and raises it then', async () => {
    const { connection, drop } = await freshDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'hansard-older-'));
    closing.push(() => rm(dataDir, { recursive: true }), drop);
    const config = readConfig({ HANSARD_DATA: dataDir, DATABASE_URL: databaseUrl(connection) });
    const older = await openLog(config, sources, silent);
    closing.push(older.close);
    const { serverId, executor } = older.needs;
    const level = highestFormatLevel - 1;
    const ask = (command: { type: ServerCommand['type']; data: ServerCommand['data'] }) => {
      const ctx = { actor: systemActor, origin: null, commandId: randomUUID(), asked: command.data };
      return executor.execute(server, serverId, command, ctx);
    };
    const start = () =>
      ask({ type: 'StartServer', data: { serverId, node: 'older', version: '0.0.1', formatLevel: level } });
    await start();
    await ask({ type: 'RaiseFormatLevel', data: { serverId, level, leaveBehind: false } });

    const stack = await startStack({ media: false, on: { connection, dataDir } });
    closing.push(() => stack.stop());
    assert.match(stack.logs(), /format level not raised: older nodes are running/);
    const levels = async () => {
      const rows = await runSql(
        connection,
        `select convert_from(data, 'UTF8')::jsonb ->> 'level' as level from log.events
         where type = 'FormatLevelRaised' order by position`,
      );
      return rows.map((row) => Number(row['level']));
    };
    assert.deepEqual(await levels(), [level]);
    const client = await stack.client();
    const refused = await client.command('raiseFormatLevel', {});
    assert.deepEqual([refused.code, refused.details], ['SERVER_NODE_BEHIND', { nodes: ['older'] }]);
    // Both go on: what is recorded here is in the log that the older one reads.
    await accountIn(stack, client, 'new-here');
    const read = await recordedFormatLevel(older.store, serverId);
    assert.equal(read, level);

    await ask({ type: 'StopServer', data: { serverId, node: 'older' } });
    await stack.kill('api,projections,jobs', 'SIGTERM');
    await stack.start('api,projections,jobs');
    assert.deepEqual(await levels(), [level, highestFormatLevel]);
    await assert.rejects(start(), (error) => error instanceof Refusal && error.code === 'server.program_too_old');
  });
});
