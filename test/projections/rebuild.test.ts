import { strict as assert } from 'node:assert';
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { entities } from '../../src/projections/allProjections.ts';
import { settingIn } from '../api/people.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';

// The restarts of the test itself go on the record; what they add is left out by number, and with it the counter and
// who was online when, and the proof, which covers those restarts.
const tables = entities
  .map(({ options }) => options.name)
  .filter(
    (name) =>
      ![
        'checkpoint',
        'rebuild',
        'rebuild_request',
        'parked_event',
        'event_counter',
        'moment_latest',
        'account_status',
      ].includes(name),
  )
  .filter((name) => !name.startsWith('proof_'))
  // Nothing is old enough here to be deleted by age, there are no witnesses, and no server dies with a name reserved.
  .filter((name) => name !== 'retention_rule' && name !== 'witness_state' && name !== 'reserved_name');

describe('the read models', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ media: false });
  });
  afterAll(() => stack.stop());

  /** One hash per table over all its rows, of events only those up to a number. */
  const hashes = async (newest: string): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const table of tables) {
      const upTo: Record<string, string> = {
        event: `where number <= ${newest}`,
        moment: `where position <= (select position from read.event where number = ${newest})`,
      };
      const where = upTo[table] ?? '';
      const query = `select to_jsonb(t)::text as row from read."${table}" t ${where} order by 1`;
      const rows = await runSql(stack.connection, query);
      assert.ok(rows.length > 0, `${table} is empty and proves nothing`);
      found[table] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    }
    return found;
  };

  const caughtUp = () =>
    eventually('all projections to have read the whole log', async () => {
      const [log] = await runSql(stack.connection, 'select max(position)::text as head from log.events');
      const behind = await runSql(
        stack.connection,
        `select name from read.checkpoint where position::bigint < ${String(log?.['head'])}`,
      );
      return behind.length === 0;
    });

  test('rebuilt from an empty schema are what they were, row by row', async () => {
    const { people, sessionId, conferenceId } = await settingIn(stack);
    const { admin, owner, moderator, participant } = people;
    await admin.accepted('editRetentionSettings', { values: ['RetentionSettingsInput!', { chatDays: 30 }] });
    await admin.accepted('placeLegalHold', {
      holdId: ['ID!', randomUUID()],
      name: ['String!', 'Case 7'],
      reason: ['String!', 'Letter of 3 November'],
      accountIds: ['[ID!]!', [owner.accountId]],
      conferenceIds: ['[ID!]!', [conferenceId]],
    });
    const inSession = { sessionId: ['ID!', sessionId] as [string, unknown] };
    for (const text of ['One', 'Two', 'Three']) {
      await owner.accepted('postChatMessage', {
        ...inSession,
        messageId: ['ID!', randomUUID()],
        text: ['String!', text],
      });
    }
    const whom = { ...inSession, participantId: ['ID!', participant.accountId] as [string, unknown] };
    await moderator.accepted('muteParticipant', { ...whom, source: ['MediaSource!', 'CAMERA'] });
    await moderator.accepted('removeParticipant', { ...whom, mayRejoin: ['Boolean!', true] });
    await owner.accepted('inviteToSession', { ...inSession, accountId: ['ID!', people.stranger.accountId] });
    await owner.accepted('endSession', inSession);
    await owner.accepted('editConference', { conferenceId: ['ID!', conferenceId], title: ['String', 'Renamed'] });
    await caughtUp();
    for (const selection of [{ chat: { search: 'two' } }, { calls: {} }, { events: { types: ['SignedIn'] } }]) {
      const deletion = { deletionId: ['ID!', randomUUID()], selection: ['ReportSelection!', selection] } as const;
      await people.admin.accepted('deleteReportRows', { ...deletion } as never);
    }
    await owner.join(conferenceId);
    await stack.kill('api,projections,jobs', 'SIGTERM');
    await stack.start('api,projections,jobs');
    await caughtUp();
    await stack.kill('api,projections,jobs', 'SIGKILL');
    const [last] = await runSql(stack.connection, 'select max(number)::text as number from read.event');
    const newest = String(last?.['number']);
    const live = await hashes(newest);

    await runSql(stack.connection, 'drop schema read cascade');
    await stack.start('api,projections,jobs');
    await stack.kill('api,projections,jobs', 'SIGKILL'); // In the middle of the rebuild, or just after it.
    await stack.start('api,projections,jobs');
    await caughtUp();
    assert.deepEqual(await hashes(newest), live);
  });
});
