// The format level of the log raised by click, over an older node that ended without saying so.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { highestFormatLevel } from '../../src/commands/formatLevel.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import type { Connection } from '../../src/operations/embeddedPostgres.ts';
import { type Chromium, launchChromium, type OpenedPage } from '../support/chromium.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { admin, type Stack, startStack } from '../support/stack.ts';
import { violationsOn } from './axe.ts';

/** Leaves on the log what an older program wrote when it started. */
const startedOnceByAnOlder = async (connection: Connection): Promise<void> => {
  const store = await openPostgresEventStore({ connection, onFault: () => undefined });
  const serverId = await store.logId();
  const startedAt = new Date().toISOString();
  const [commandId, bytes] = [randomUUID(), (value: object) => Buffer.from(JSON.stringify(value))];
  const data = { serverId, node: 'node-old', version: '0.0.9', startedAt };
  const ids = { commandId, correlationId: commandId, causationId: null, digest: '', reason: null };
  const metadata = { ...ids, actor: systemActor, node: 'node-old', occurredAt: startedAt };
  await store.append(`server-${serverId}`, 'noStream', [
    { id: randomUUID(), type: 'ServerStarted', data: bytes(data), metadata: bytes(metadata) },
  ]);
  await store.close();
};

describe('a log that an older node holds back', () => {
  let stack: Stack;
  let chromium: Chromium;
  let opened: OpenedPage;
  let clear: () => Promise<void>;

  beforeAll(async () => {
    const { connection, drop } = await freshDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'hansard-held-'));
    clear = async () => {
      await rm(dataDir, { recursive: true });
      await drop();
    };
    await startedOnceByAnOlder(connection);
    chromium = await launchChromium();
    stack = await startStack({ on: { connection, dataDir } });
    opened = await chromium.open(`${stack.url}/admin`, { locale: 'en-GB', reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await chromium.close();
    await stack.stop();
    await clear();
  });

  const service = () => opened.page.getByRole('row').filter({ hasText: 'Format level of the log' });
  const dialog = () => opened.page.getByRole('dialog', { name: 'Raise the format level?' });

  test('is said to be behind on the Summary, with the way to raise it', async () => {
    const { page } = opened;
    await page.getByLabel('Login').fill(admin.login);
    await page.getByLabel('Password', { exact: true }).fill(admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await service().getByText('Degraded').waitFor();
    assert.match(await service().innerText(), new RegExp(`1 / ${highestFormatLevel}`));
    await service().getByRole('button', { name: 'Raise' }).click();
    await dialog().getByText('There is no way back').waitFor();
    assert.deepEqual(await violationsOn(page, 'raise'), []);
  });

  test('is not raised over that node, unless it is to be left behind', async () => {
    await dialog().getByLabel('Reason').fill('The old machine is gone');
    await dialog().getByRole('button', { name: 'Raise', exact: true }).click();
    await dialog().getByRole('alert').waitFor();
    const raised = "select 1 from log.events where type = 'FormatLevelRaised'";
    assert.equal((await runSql(stack.connection, raised)).length, 0);
    await dialog().getByRole('button', { name: 'Leave them behind' }).click();
    await dialog().waitFor({ state: 'detached' });
    assert.equal((await runSql(stack.connection, raised)).length, 1);
  });

  test('is then as it should be, and on the record with the reason', async () => {
    const { page } = opened;
    await service().getByText('OK').waitFor();
    assert.match(await service().innerText(), new RegExp(`${highestFormatLevel} / ${highestFormatLevel}`));
    assert.equal(await service().getByRole('button').count(), 0);
    await page.getByRole('link', { name: 'Events' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Log format raised' });
    await row.getByRole('button').first().click();
    await page.getByText('The old machine is gone').waitFor();
    assert.deepEqual(opened.errors, []);
  });
});
