import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { checkpointJob, checkpointKey, keepCheckpointDue } from '../../src/operations/checkpointJob.ts';
import { openJobs } from '../../src/operations/openJobs.ts';
import { databaseOf, openLog } from '../../src/operations/openLog.ts';
import { serveRoles } from '../../src/operations/serveApi.ts';
import { readPool } from '../../src/projections/readDatabase.ts';
import { watchProjections } from '../../src/projections/watch.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { closedAfterEach, nothing, ownProgram, silent, sources, startSession } from './jobSetting.ts';

const closing = closedAfterEach();

const everyMs = 3_000;
/** A queue may tell a second early by another clock than that of who asked. */
const earlyMs = 1_000;
const signedWanted = 4;

describe.each(['PostgreSQL', 'Redis'])('checkpoints as jobs in %s', (where) => {
  test('are told once per due time by one of two workers, and only where something was recorded', {
    timeout: 120_000,
  }, async () => {
    const env: Record<string, string> = {};
    if (where === 'Redis') {
      const redis = await startRedis();
      closing.push(redis.stop);
      env['REDIS_URL'] = redis.url;
    }
    const { config, connection } = await ownProgram(closing, env);
    const projections = await serveRoles(config, new Set(['projections']), sources, silent);
    closing.push(() => projections.stop());
    const opened = await openLog(config, sources, silent);
    const pool = readPool(databaseOf(config), nothing);
    closing.push(
      () => pool.end(),
      () => opened.close(),
    );

    let asked = 0;
    let told = 0;
    let isDue = () => Promise.resolve(false);
    for (const _ of ['one', 'two']) {
      const watch = await watchProjections(databaseOf(config), nothing);
      const opening = await openJobs(config, sources, silent);
      const queue = {
        ...opening,
        wake: (key: string, at: Date) => {
          asked += 1;
          return opening.wake(key, at);
        },
      };
      const job = checkpointJob({ opened, pool, everyMs, log: silent });
      isDue = async () => (await job.dueAt()) !== null;
      const stopping = new AbortController();
      const keeping = keepCheckpointDue({ job, watch, queue, now: sources.now, log: silent }, stopping.signal);
      await queue.work(async (key) => {
        assert.equal(key, checkpointKey);
        told += 1;
        await job.sign();
      });
      closing.push(watch.close, queue.close, () => {
        stopping.abort();
        return keeping;
      });
    }
    const signed = async () => {
      const rows = await runSql(
        connection,
        `select convert_from(data, 'UTF8')::jsonb ->> 'signedAt' as at from log.events
         where type = 'CheckpointSigned' order by position`,
      );
      return rows.map(({ at }) => Date.parse(String(at)));
    };
    const record = () => startSession(opened);

    await eventually(
      'some checkpoints',
      async () => {
        await record();
        await delay(200);
        return (await signed()).length >= signedWanted;
      },
      60_000,
    );
    // What came last is signed as well, then there is silence.
    await eventually('the last', async () => !(await isDue()), 20_000);
    const before = (await signed()).length;
    const toldBefore = told;
    await delay(2 * everyMs);
    assert.equal((await signed()).length, before);
    assert.ok(told - toldBefore <= 1, `${told - toldBefore} tellings in silence`);

    const times = await signed();
    for (const [index, at] of times.entries()) {
      assert.ok(index === 0 || at - (times[index - 1] ?? 0) >= everyMs - earlyMs, times.join(' '));
    }
    // Both asked for the same times, and each was told to one of them.
    assert.ok(told >= times.length && told <= asked, `${asked} asked, ${told} told, ${times.length} signed`);
    await record();
    await eventually('the next', async () => (await signed()).length === before + 1, 20_000);
  });
});
