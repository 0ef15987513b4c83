// Retention takes effect by its hourly job, with two workers, while what legal holds name stays.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { contentIdOf } from '../../src/commands/chat.ts';
import { nextRetention } from '../../src/commands/retention.ts';
import { readConfig } from '../../src/config.ts';
import { channel } from '../../src/domain/chat/channel.ts';
import { session } from '../../src/domain/sessions/session.ts';
import type { RetentionSettings } from '../../src/domain/settings/events.ts';
import { legalHold } from '../../src/domain/settings/legalHold.ts';
import { retentionSettings } from '../../src/domain/settings/settings.ts';
import { type OpenLog, openLog } from '../../src/operations/openLog.ts';
import { serveRoles } from '../../src/operations/serveApi.ts';
import { visibleCalls } from '../../src/projections/callReport.ts';
import { visibleMessages } from '../../src/projections/chatReport.ts';
import { visibleEvents } from '../../src/projections/eventReport.ts';
import { readPool } from '../../src/projections/readDatabase.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import { databaseUrl } from '../support/stack.ts';

const nothing = (): void => undefined;
const silent = { info: nothing, warn: nothing, error: nothing, debug: nothing, setDetailed: nothing };
const dayMs = 86_400_000;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ctx = () => ({ actor: systemActor, origin: null, commandId: randomUUID(), asked: null });

/** A server whose clock stands where the test puts it. Its hours are long over for the queue, on the real clock. */
const world = async () => {
  const { connection, drop } = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-retention-'));
  closing.push(drop, () => rm(dataDir, { recursive: true }));
  const present = Date.now() - 100 * dayMs;
  const clock = { now: new Date(present) };
  const sources = { now: () => clock.now, newId: () => randomUUID() };
  const config = readConfig({ HANSARD_DATA: dataDir, DATABASE_URL: databaseUrl(connection) });
  const set = (daysAgo: number): void => {
    clock.now = new Date(present - daysAgo * dayMs);
  };

  const serve = async (): Promise<() => Promise<void>> => {
    const running = await serveRoles(config, new Set(['projections', 'jobs']), sources, silent);
    let stopped: Promise<void> | null = null;
    const stop = () => (stopped ??= running.stop());
    closing.push(stop);
    return stop;
  };
  const record = async (act: (opened: OpenLog) => Promise<unknown>): Promise<void> => {
    const opened = await openLog(config, sources, silent);
    await act(opened).finally(() => opened.close());
  };

  /** A call that is over, with one message. */
  const call = async (conferenceId: string = randomUUID(), authorId: string = randomUUID()) => {
    const [sessionId, messageId] = [randomUUID(), randomUUID()];
    const data = { sessionId, conferenceId, title: 'Board', ownerId: authorId, startedBy: authorId };
    await record(async ({ needs: { executor } }) => {
      await executor.execute(session, sessionId, { type: 'StartSession', data }, ctx());
      const message = { channelId: sessionId, sessionId, messageId, contentId: contentIdOf(sessionId, messageId) };
      const said = { ...message, authorId, displayName: 'A', text: 'Hello', authorInSession: true };
      await executor.execute(channel, sessionId, { type: 'PostChatMessage', data: said }, ctx());
      const end = { type: 'EndSession' as const, data: { sessionId, cause: 'ended_by_moderator' as const } };
      await executor.execute(session, sessionId, end, ctx());
    });
    return { sessionId, messageId, authorId };
  };
  const keep = (values: Partial<RetentionSettings>) =>
    record(({ needs: { executor } }) =>
      executor.execute(retentionSettings, 'retention', { type: 'EditSettings', data: { values } }, ctx()),
    );
  const hold = async (accountIds: string[], conferenceIds: string[]): Promise<string> => {
    const holdId = randomUUID();
    const data = { holdId, name: 'Case 7', reason: 'Letter', accountIds, conferenceIds };
    await record(({ needs: { executor } }) =>
      executor.execute(legalHold, holdId, { type: 'PlaceLegalHold', data }, ctx()),
    );
    return holdId;
  };
  const release = (holdId: string) =>
    record(({ needs: { executor } }) =>
      executor.execute(legalHold, holdId, { type: 'ReleaseLegalHold', data: { holdId } }, ctx()),
    );

  const pool = readPool(connection, () => undefined);
  closing.push(() => pool.end());
  const ids = async (sql: string, values: unknown[] = []): Promise<string[]> =>
    (await pool.query<{ id: string }>(sql, values)).rows.map(({ id }) => id);
  const shown = async () => {
    const [calls, chat, { where: events }] = await Promise.all([
      visibleCalls(pool, {}),
      visibleMessages(pool, {}),
      visibleEvents(pool, {}),
    ]);
    return {
      calls: await ids(`select id from read.call where ${calls.sql()} order by 1`, calls.values),
      chat: await ids(`select "sessionId" id from read.chat_message where ${chat.sql()} order by 1`, chat.values),
      texts: await ids('select "sessionId" id from read.chat_message where text is not null order by 1'),
      events: await ids(
        `select distinct "objectId" id from read.event where ${events.sql()} and type = 'SessionStarted' order by 1`,
        events.values,
      ),
    };
  };
  const keyOf = async ({ sessionId, messageId }: { sessionId: string; messageId: string }): Promise<boolean> => {
    const subject = contentIdOf(sessionId, messageId);
    const found = await runSql(
      connection,
      `select wrapped is not null as alive from vault.keys where subject = '${subject}'`,
    );
    return found[0]?.['alive'] === true;
  };
  const applied = async (type: string) =>
    (
      await runSql(
        connection,
        `select convert_from(data, 'UTF8')::jsonb as data from log.events where type = '${type}' order by position`,
      )
    ).map(({ data }) => data as Record<string, unknown>);
  /** Times the job was told of the hour, in all. */
  const runs = async (): Promise<number> => {
    const sql = `select count(*)::int n from jobs.job where singleton_key = 'apply-retention' and state = 'completed'`;
    return Number((await runSql(connection, sql))[0]?.['n']);
  };
  const told = async (): Promise<void> => {
    const before = await runs();
    // The one under way may have begun before.
    await eventually('the job to be told twice', async () => (await runs()) >= before + 2, 30_000);
  };
  return {
    set,
    serve,
    call,
    keep,
    hold,
    release,
    shown,
    keyOf,
    applied,
    told,
    run: (sql: string) => runSql(connection, sql),
  };
};

type World = Awaited<ReturnType<typeof world>>;

/** The log begins, and may say all that this program says, forty days ago. */
const longAgo = async ({ set, serve }: World): Promise<void> => {
  set(40);
  const stop = await serve();
  await stop();
};

const same = (found: readonly string[], ...wanted: { sessionId: string }[]): void =>
  assert.deepEqual(found, wanted.map(({ sessionId }) => sessionId).toSorted());

describe('retention', () => {
  test('deletes once what is too old, by two workers, and keeps what holds name', async () => {
    const here = await world();
    await longAgo(here);
    const [heldConference, heldPerson] = [randomUUID(), randomUUID()];
    const old = await here.call();
    const inHeld = await here.call(heldConference);
    const byHeld = await here.call(undefined, heldPerson);
    here.set(1);
    const recent = await here.call();
    here.set(0);
    const holdId = await here.hold([heldPerson], [heldConference]);
    await here.keep({ eventDays: 30, callDays: 30, chatDays: 30 });
    await Promise.all([here.serve(), here.serve()]);
    await eventually('the old ones to be gone', async () => (await here.shown()).texts.length === 3, 30_000);
    await here.told();

    const shown = await here.shown();
    for (const list of [shown.calls, shown.chat, shown.texts, shown.events]) same(list, inHeld, byHeld, recent);
    assert.deepEqual(
      await Promise.all([old, inHeld, byHeld, recent].map(here.keyOf)),
      [false, true, true, true],
      'the key of the old text alone is destroyed',
    );
    const rules = await here.applied('RetentionApplied');
    assert.deepEqual(
      rules.map(({ report, days, holdIds }) => [report, days, holdIds]),
      // The message went with its call: nothing was left for the rule of chats.
      [
        ['events', 30, [holdId]],
        ['calls', 30, [holdId]],
      ],
    );
    assert.deepEqual(rules.find(({ report }) => report === 'calls')?.['rows'], 1);
    const erased = await here.applied('ContentErased');
    assert.deepEqual(
      erased.map(({ cause, messages }) => [cause, messages]),
      [
        [
          'call_retention',
          [
            {
              sessionId: old.sessionId,
              messageId: old.messageId,
              contentId: contentIdOf(old.sessionId, old.messageId),
            },
          ],
        ],
      ],
    );

    await here.release(holdId);
    await eventually('what was held to go', async () => (await here.shown()).texts.length === 1, 30_000);
    const after = await here.shown();
    for (const list of [after.calls, after.chat, after.texts, after.events]) same(list, recent);
    const kept = await here.run(`select report from read.retention_rule order by 1`);
    assert.deepEqual(
      kept.map(({ report }) => report),
      ['calls', 'events'],
      'one rule for each report, however often it is applied',
    );
  });

  test('takes nothing for old that a clock set back has dated, and comes to it in its time', async () => {
    const here = await world();
    await longAgo(here);
    const old = await here.call();
    here.set(365);
    const misdated = await here.call();
    here.set(1);
    const recent = await here.call();
    here.set(0);
    await here.keep({ eventDays: 45, callDays: 45, chatDays: 45 });
    await here.serve();
    await here.told();
    const shown = await here.shown();
    for (const list of [shown.calls, shown.chat, shown.texts, shown.events]) same(list, old, misdated, recent);
    here.set(-43.5);
    await eventually('the rest to be gone', async () => (await here.shown()).texts.length === 1, 30_000);
    await here.told();
    const later = await here.shown();
    for (const list of [later.calls, later.chat, later.texts]) same(list, recent);
  });

  test('does not bring back what was deleted when the period grows, and does nothing without one', async () => {
    const here = await world();
    await longAgo(here);
    const old = await here.call();
    here.set(0);
    const stop = await here.serve();
    await here.told();
    same((await here.shown()).calls, old);
    await here.keep({ callDays: 30 });
    await eventually('the old one to be gone', async () => (await here.shown()).calls.length === 0, 30_000);
    await here.keep({ callDays: 300 });
    await here.told();
    assert.deepEqual((await here.shown()).calls, []);
    await here.keep({ callDays: null });
    await here.told();
    assert.deepEqual((await here.shown()).calls, []);
    await stop();
  });

  test('is due on the hour', () => {
    assert.deepEqual(nextRetention(new Date('2026-03-01T12:00:00.000Z')), new Date('2026-03-01T13:00:00.000Z'));
    assert.deepEqual(nextRetention(new Date('2026-03-01T12:59:59.999Z')), new Date('2026-03-01T13:00:00.000Z'));
  });
});
