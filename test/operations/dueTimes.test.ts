import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { conferenceId as cidName } from '../../src/domain/conferences/conferenceId.ts';
import { login as loginName } from '../../src/domain/identity/login.ts';
import type { Decider, Fact } from '../../src/domain/kernel.ts';
import type { Reservation, ReservationCommand } from '../../src/domain/reservation.ts';
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
  /** Reserves a login and conference IDs, some time ago, and goes on with some of them; answers their keys. */
  const reserveNames = async (agoMs: number) => {
    const reservedAt = new Date(Date.now() - agoMs);
    const opened = await openLog(config, { ...sources, now: () => reservedAt }, silent);
    const { execute } = opened.needs.executor;
    const bySystem = () => ({ actor: systemActor, origin: null, commandId: randomUUID(), asked: null });
    const until = new Date(reservedAt.getTime() + 60_000);
    const reserve = async <Event extends Fact>(
      decider: Decider<Reservation, ReservationCommand, Event>,
      key: string,
    ) => {
      const owned = { key, ownerId: randomUUID() };
      const data = { ...owned, until, lapsed: false };
      await execute(decider, key, { type: 'Reserve', data }, bySystem());
      return owned;
    };
    const login = await reserve(loginName, randomUUID().replaceAll('-', ''));
    const abandoned = await reserve(cidName, `plan_${agoMs}-x`);
    const acted = await reserve(cidName, `board_${agoMs}`);
    const made = { conferenceId: acted.ownerId, kind: 'virtual_room' as const, cid: acted.key, ownerId: randomUUID() };
    const create = { ...made, title: 'Board', description: '', joinWithoutInvitation: true };
    await execute(conference, made.conferenceId, { type: 'CreateConference', data: create }, bySystem());
    const whole = await reserve(cidName, `whole_${agoMs}`);
    await execute(cidName, whole.key, { type: 'Confirm', data: whole }, bySystem());
    await opened.close();
    return { login: login.key, abandoned: abandoned.key, acted: acted.key, whole: whole.key, until: until.getTime() };
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
  /** When this is due, in ms; undefined where the queue does not know of it. */
  const dueMs = async (key: string) => {
    const rows = await runSql(
      connection,
      `select start_after from jobs.job where state = 'created' and singleton_key = '${key}'`,
    );
    assert.ok(rows.length <= 1);
    const at = rows[0]?.['start_after'];
    return at instanceof Date ? at.getTime() : undefined;
  };
  const run = (sql: string) => runSql(connection, sql);
  /** What is on record of a name, in order, and who did it. */
  const record = async (stream: string) =>
    (await run(`select type, "actorKind" as by from read.event where stream = '${stream}' order by revision`)).map(
      ({ type, by }) => `${String(type)} by ${String(by)}`,
    );
  return { leaveEmpty, claimRun, reserveNames, ended, start, dueMs, run, record };
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
    const inMs = ((await dueMs(`end-if-empty.${recent}`)) ?? 0) - Date.now();
    assert.ok(inMs > 0 && inMs <= 50_000, `due in ${inMs} ms`);
  });

  test('settles a name that was reserved and never confirmed, once it has lapsed', async () => {
    const { reserveNames, start, dueMs, record, run } = await server();
    const [old, recent] = [await reserveNames(120_000), await reserveNames(-600_000)];
    await start();
    const of = async ({ login, abandoned, acted }: typeof old) =>
      [await record(`login-${login}`), await record(`cid-${abandoned}`), await record(`cid-${acted}`)] as const;
    const settled = async (names: typeof old) => (await of(names)).every(({ length }) => length === 2);
    await eventually('the old ones to be settled', () => settled(old), 30_000);
    const later = await reserveNames(180_000);
    await eventually('those that came later to be settled', () => settled(later), 30_000);
    for (const names of [old, later]) {
      assert.deepEqual(await of(names), [
        ['LoginReserved by system', 'LoginReleased by system'],
        ['ConferenceIdReserved by system', 'ConferenceIdReleased by system'],
        ['ConferenceIdReserved by system', 'ConferenceIdConfirmed by system'],
      ]);
    }
    const { login, abandoned, acted, until } = recent;
    for (const key of [`sweep-login.${login}`, `sweep-cid.${abandoned}`, `sweep-cid.${acted}`])
      assert.equal(await eventually(key, () => dueMs(key)), until);
    assert.ok((await of(recent)).every(({ length }) => length === 1));
    await eventually('only those that stand to be listed', async () => {
      const standing = await run('select key from read.reserved_name');
      return standing.length === 3 && standing.every(({ key }) => [login, abandoned, acted].includes(String(key)));
    });
    const confirmed = `sweep-cid.${old.whole}`;
    assert.deepEqual(await run(`select 1 from jobs.job where singleton_key = '${confirmed}'`), []);
  });

  test('is known again after the queue was lost, at a start and while the server runs', async () => {
    const { leaveEmpty, reserveNames, start, dueMs, run } = await server();
    const [id, { abandoned }] = [await leaveEmpty(0), await reserveNames(-600_000)];
    const dueOf = (key: string) => eventually('the queue to know of it', () => dueMs(key), 45_000);
    const known = async () => [await dueOf(`end-if-empty.${id}`), await dueOf(`sweep-cid.${abandoned}`)];
    const stop = await start();
    const before = await known();
    await stop();
    await run('drop schema jobs cascade');
    await start();
    assert.deepEqual(await known(), before);
    await run('delete from jobs.job');
    assert.deepEqual(await known(), before);
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

  test('is not entrusted to a Redis that may throw it away, nor to none, and such a start is not on the record', async () => {
    const { url, stop } = await startRedis('volatile-lru');
    const { start, run } = await server({ REDIS_URL: url });
    const refused = (error: unknown) => error instanceof CannotStart && error.code === 'redis_unusable';
    await assert.rejects(start(), (error) => refused(error) && /"volatile-lru"/.test(String(error)));
    await stop();
    await assert.rejects(start(), refused);
    assert.deepEqual(await run("select 1 from log.events where type = 'ServerStarted'"), []);
  });
});
