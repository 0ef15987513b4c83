import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { openLog } from '../../src/operations/openLog.ts';
import { serveRoles } from '../../src/operations/serveApi.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { closedAfterEach, ownProgram, silent, sources, startSession } from './jobSetting.ts';

const closing = closedAfterEach();

/** A server without its API, on a database of its own. */
const server = async (env: Record<string, string> = {}) => {
  const { config, connection } = await ownProgram(closing, env);

  /** Starts a session that nobody joins, some time ago. */
  const leaveEmpty = async (agoMs: number): Promise<string> => {
    const startedAt = new Date(Date.now() - agoMs);
    const opened = await openLog(config, { ...sources, now: () => startedAt }, silent);
    const sessionId = await startSession(opened);
    await opened.close();
    return sessionId;
  };
  /** Claims a run of a new conference, some time ago, without starting its session; answers the session's id. */
  const claimRun = async (agoMs: number): Promise<string> => {
    const claimedAt = new Date(Date.now() - agoMs);
    const opened = await openLog(config, { ...sources, now: () => claimedAt }, silent);
    const [conferenceId, sessionId, ownerId] = [randomUUID(), randomUUID(), randomUUID()];
    const texts = { cid: `board-${sessionId.slice(0, 8)}`, title: 'Board', description: '' };
    const made = { conferenceId, kind: 'virtual_room' as const, ...texts, ownerId, joinWithoutInvitation: true };
    const bySystem = () => ({ actor: systemActor, origin: null, commandId: randomUUID(), asked: null });
    const { execute } = opened.needs.executor;
    await execute(conference, conferenceId, { type: 'CreateConference', data: made }, bySystem());
    const begin = { type: 'BeginConferenceRun' as const, data: { conferenceId, sessionId, accountId: ownerId } };
    await execute(conference, conferenceId, begin, bySystem());
    await opened.close();
    return sessionId;
  };
  const ended = async (sessionId: string) => {
    const rows = await runSql(connection, `select "endCause" from read.session where id = '${sessionId}'`);
    return rows[0]?.['endCause'];
  };
  const start = async () => {
    const running = await serveRoles(config, new Set(['projections', 'jobs']), sources, silent);
    let stopped: Promise<void> | null = null;
    const stop = () => (stopped ??= running.stop());
    closing.push(stop);
    return stop;
  };
  /** When this session is to be looked at, in ms; undefined where the queue does not know of it. */
  const dueMs = async (sessionId: string) => {
    const rows = await runSql(
      connection,
      `select start_after from jobs.job where state = 'created' and singleton_key = 'end-if-empty.${sessionId}'`,
    );
    assert.ok(rows.length <= 1);
    const at = rows[0]?.['start_after'];
    return at instanceof Date ? at.getTime() : undefined;
  };
  return { leaveEmpty, claimRun, ended, start, dueMs, run: (sql: string) => runSql(connection, sql) };
};

describe('what is due', () => {
  test('starts a session that was claimed a minute ago and never started', async () => {
    const { claimRun, start, run } = await server();
    const [old, recent] = [await claimRun(120_000), await claimRun(10_000)];
    await start();
    const later = await claimRun(120_000);
    const started = async (id: string) => (await run(`select id from read.session where id = '${id}'`)).length === 1;
    await eventually('the old ones to start', async () => (await started(old)) && (await started(later)), 30_000);
    assert.equal(await started(recent), false);
  });

  test('ends a session once nobody has been in it for a minute, and not before', async () => {
    const { leaveEmpty, ended, start, dueMs } = await server();
    const [old, recent] = [await leaveEmpty(120_000), await leaveEmpty(10_000)];
    await start();
    const later = await leaveEmpty(120_000);
    await eventually('the old ones to end', async () => (await ended(old)) && (await ended(later)), 30_000);
    assert.deepEqual([await ended(old), await ended(later), await ended(recent)], ['empty', 'empty', null]);
    const inMs = ((await dueMs(recent)) ?? 0) - Date.now();
    assert.ok(inMs > 0 && inMs <= 50_000, `due in ${inMs} ms`);
  });

  test('is known again after the queue was lost, at a start and while the server runs', async () => {
    const { leaveEmpty, start, dueMs, run } = await server();
    const id = await leaveEmpty(0);
    const known = () => eventually('the queue to know of it', () => dueMs(id), 45_000);
    const stop = await start();
    const before = await known();
    await stop();
    await run('drop schema jobs cascade');
    await start();
    assert.equal(await known(), before);
    await run('delete from jobs.job');
    assert.equal(await known(), before);
  });

  test('is kept in Redis where one is named, and known again after that was flushed', async () => {
    const { url, command, stop } = await startRedis();
    closing.push(stop);
    const { leaveEmpty, ended, start, run } = await server({ REDIS_URL: url });
    const [old, recent] = [await leaveEmpty(120_000), await leaveEmpty(0)];
    const known = async () => (await command('EXISTS', `hansard:wake:de:end-if-empty.${recent}`)) === 1;
    await start();
    await eventually('the old one to end', () => ended(old), 30_000);
    await eventually('Redis to know of it', known);
    await command('FLUSHALL');
    assert.equal(await known(), false);
    await eventually('Redis to know of it again', known, 45_000);
    assert.deepEqual(await run("select 1 from pg_namespace where nspname = 'jobs'"), []);
  });

  test('is not entrusted to a Redis that may throw it away, nor to none', async () => {
    const { url, stop } = await startRedis('volatile-lru');
    const { start } = await server({ REDIS_URL: url });
    const refused = (error: unknown) => error instanceof CannotStart && error.code === 'redis_unusable';
    await assert.rejects(start(), (error) => refused(error) && /"volatile-lru"/.test(String(error)));
    await stop();
    await assert.rejects(start(), refused);
  });
});
