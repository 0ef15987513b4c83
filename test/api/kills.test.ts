import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { killPostgres, runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs } from './killLoad.ts';

const role = 'api,projections,jobs';

describe('kills under load', () => {
  let stack: Stack;
  let load: KillLoad;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    load = await killLoad(stack);
  });
  afterAll(() => stack.stop());

  test('of the API lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        await stack.kill(role, 'SIGKILL');
        await stack.start(role);
      }
    });
    await load.verify();
  });

  test('of PostgreSQL lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        await (await killPostgres())();
      }
      await load.loaded();
    });
    await load.verify();
  });

  test('leave no half-made account or conference', async () => {
    // The read models agree with the log, and every name that is taken belongs to something whole.
    await eventually(
      'the read models',
      async () => {
        const [row] = await runSql(
          stack.connection,
          `select (select count(*) from log.events) = (select count(*) from read.event) whole`,
        );
        return row?.['whole'] === true;
      },
      30_000,
    );
    const halves = await runSql(
      stack.connection,
      `select stream from (
         select distinct on (stream) stream, type, coalesce(convert_from(data, 'UTF8')::jsonb ->> 'ownerId', convert_from(data, 'UTF8')::jsonb ->> 'conferenceId') owner
         from log.events where stream ~ '^(login|cid)-' order by stream, revision desc
       ) newest
       where type like '%Reserved' or not exists (
         select from log.events o
         where o.revision = 0 and o.stream in ('account-' || owner, 'conference-' || owner)
       )`,
    );
    assert.deepEqual(halves, []);
    const admin = await stack.client();
    const { summary } = await admin.data<{ summary: { projections: { name: string; haltedAt: string | null }[] } }>(
      '{ summary { projections { name haltedAt } } }',
    );
    assert.ok(summary.projections.every(({ haltedAt }) => haltedAt === null));
  });
});
