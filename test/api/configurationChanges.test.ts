// Reports → Configuration changes over the API, and Revert.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient, CommandAnswer } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

type Field = { field: string; before: unknown; after: unknown };
type Change = {
  eventId: string;
  number: string;
  action: string;
  objectType: string;
  objectName: string;
  changes: Field[];
  actorName: string;
  ip: string;
  reason: string | null;
  revertible: boolean;
  people: { displayName: string }[];
};
type Conflict = { field: string; before: unknown; after: unknown; now: unknown };

const fields = `eventId number action objectType objectName changes { field before after } actorName ip reason
  revertible people { displayName }`;
const query = `query ($filter: ConfigurationChangeFilter, $first: Int, $after: String, $at: Position) {
  configurationChanges(filter: $filter, first: $first, after: $after, minPosition: $at) {
    totalCount pageInfo { endCursor hasNextPage } edges { node { ${fields} } }
  }
}`;

describe('configuration changes', () => {
  let stack: Stack;
  let root: ApiClient;
  let anna: ApiClient & { accountId: string };
  let auditor: ApiClient & { accountId: string };
  let conferenceId: string;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
    anna = await accountIn(stack, root, 'anna');
    auditor = await accountIn(stack, root, 'audrey');
    await appoint(auditor.accountId, 'SECURITY_ADMIN');
    conferenceId = randomUUID();
    await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Board'],
      cid: ['String', 'board'],
    });
  });
  afterAll(() => stack.stop());

  const appoint = (accountId: string, role: string) =>
    root.accepted('appointAdministrator', { accountId: ['ID!', accountId], role: ['AdministratorRole!', role] });
  const company = (name: string) =>
    root.accepted('editAccount', {
      accountId: ['ID!', anna.accountId],
      profile: ['ProfileInput!', { company: name }],
    });
  const conference = (args: Record<string, [string, unknown]>, name = 'editConference') =>
    root.accepted(name, { conferenceId: ['ID!', conferenceId], ...args });
  type Asked = { filter?: object; first?: number; after?: string | null; at?: string };
  const list = async (asked: Asked = {}, client = root) => {
    type Answer = {
      configurationChanges: {
        totalCount: number;
        pageInfo: { endCursor: string; hasNextPage: boolean };
        edges: { node: Change }[];
      };
    };
    const { configurationChanges: found } = await client.data<Answer>(query, asked);
    return { ...found, rows: found.edges.map(({ node }) => node) };
  };
  /** The newest change once everything up to a position is told. */
  const newest = async (at: string): Promise<Change> => {
    const [row] = (await list({ at, first: 1 })).rows;
    assert.ok(row);
    return row;
  };
  const revert = (eventId: string, more: { overwrite?: string[]; command?: object } = {}): Promise<CommandAnswer> =>
    root.command(
      'revertChange',
      { eventId: ['ID!', eventId], ...(more.overwrite ? { overwrite: ['[String!]', more.overwrite] } : {}) },
      { ...more.command },
    );
  const told = ({ changes }: Change) =>
    changes.map(({ field, before, after }) => `${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);

  test('say who changed which object from where, before and after', async () => {
    await company('Acme');
    const change = await newest(await company('Beta'));
    assert.deepEqual(told(change), ['company: "Acme" -> "Beta"']);
    const { action, objectType, objectName, actorName, ip, revertible } = change;
    assert.deepEqual(
      { action, objectType, objectName, actorName, ip, revertible },
      {
        action: 'EDIT',
        objectType: 'ACCOUNT',
        objectName: 'anna',
        actorName: 'admin',
        ip: '127.0.0.1',
        revertible: true,
      },
    );
  });

  test('name the people on the lists that change', async () => {
    const change = await newest(await conference({ accountId: ['ID!', anna.accountId] }, 'inviteMember'));
    assert.deepEqual(told(change), [`members: null -> "${anna.accountId}"`]);
    assert.deepEqual(
      change.people.map(({ displayName }) => displayName),
      ['anna'],
    );
  });

  test('are filtered by object, kind, action, person, time and text', async () => {
    const at = await company('Zeppelin Works');
    const only = async (filter: object) => (await list({ at, filter })).rows;
    const kinds = (rows: Change[]) => [...new Set(rows.map(({ objectType }) => objectType))];
    assert.deepEqual(kinds(await only({ objectTypes: ['ADMINISTRATOR'] })), ['ADMINISTRATOR']);
    assert.ok((await only({ actions: ['CREATE'] })).every(({ action }) => action === 'CREATE'));
    assert.deepEqual(kinds(await only({ objectId: conferenceId })), ['CONFERENCE']);
    assert.equal((await only({ actorId: anna.accountId })).length, 0);
    assert.equal((await only({ search: 'zeppelin' })).length, 1);
    assert.equal((await only({ search: '100%_no' })).length, 0);
    assert.equal((await only({ to: '2020-01-01T00:00:00Z' })).length, 0);
    assert.equal((await only({ from: '2020-01-01T00:00:00Z' })).length, (await only({})).length);
    await assert.rejects(only({ from: '2030-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' }), /INPUT_INVALID/);
  });

  test('are read by pages that neither repeat nor leave out', async () => {
    const whole = (await list()).rows.map(({ eventId }) => eventId);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { rows, pageInfo } = await list({ first: 3, after });
      seen.push(...rows.map(({ eventId }) => eventId));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    assert.deepEqual(seen, whole);
    const foreign = Buffer.from(JSON.stringify(['accounts', 'x'])).toString('base64url');
    const { errors } = await root.query(query, { after: foreign });
    assert.equal(errors?.[0]?.extensions?.code, 'BAD_CURSOR');
  });

  test('are for a Security Admin to read and not to take back', async () => {
    const { rows } = await list({}, auditor);
    assert.ok(rows.length > 5 && rows.every(({ revertible }) => !revertible));
    const [change] = rows;
    const answer = await auditor.command('revertChange', { eventId: ['ID!', change?.eventId] });
    assert.equal(answer.code, 'ACCESS_DENIED');
  });

  test('are taken back by a change of its own, which names them', async () => {
    await company('Before');
    const change = await newest(await company('After'));
    const planned = await revert(change.eventId, { command: { dryRun: true } });
    assert.deepEqual(
      planned.events?.map(({ type }) => type),
      ['AccountProfileEdited'],
    );
    const { position } = await revert(change.eventId, { command: { reason: 'A slip' } });
    const undo = await newest(String(position));
    assert.deepEqual(told(undo), ['company: "After" -> "Before"']);
    assert.equal(undo.reason, `Reverts #${change.number}: A slip`);
    const sql = `select convert_from(metadata, 'UTF8')::jsonb->>'causationId' as cause from log.events
      where id = '${undo.eventId}'`;
    assert.equal((await runSql(stack.connection, sql))[0]?.['cause'], change.eventId);
    // And that one can be taken back in turn.
    const again = await newest(String((await revert(undo.eventId)).position));
    assert.deepEqual(told(again), ['company: "Before" -> "After"']);
  });

  test('are taken back once, however often the same command is sent', async () => {
    await company('One');
    const change = await newest(await company('Two'));
    const command = { commandId: randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => revert(change.eventId, { command })));
    assert.deepEqual([...new Set(answers.map(({ position }) => position))].length, 1);
    await company('Three');
    assert.equal((await revert(change.eventId)).code, 'CHANGE_CONFLICTS');
  });

  test('list what was changed again since, and overwrite only what is named', async () => {
    const edit = (title: string, description: string) =>
      conference({ title: ['String', title], description: ['String', description] });
    await edit('T0', 'D0');
    const change = await newest(await edit('T1', 'D1'));
    assert.deepEqual(told(change), ['title: "T0" -> "T1"', 'description: "D0" -> "D1"']);
    await conference({ title: ['String', 'T2'] });
    const refused = await revert(change.eventId);
    assert.equal(refused.code, 'CHANGE_CONFLICTS');
    assert.deepEqual(refused.details?.['conflicts'] as Conflict[], [
      { field: 'title', before: 'T0', after: 'T1', now: 'T2' },
    ]);
    const kept = await newest(String((await revert(change.eventId, { overwrite: [] })).position));
    assert.deepEqual(told(kept), ['description: "D1" -> "D0"']);
    const forced = await newest(String((await revert(change.eventId, { overwrite: ['title'] })).position));
    assert.deepEqual(told(forced), ['title: "T2" -> "T0"']);
  });

  test('of roles, lists, IDs, activity and settings are taken back too', async () => {
    const takeBack = async (at: string) => {
      const change = await newest(at);
      const answer = await revert(change.eventId);
      assert.equal(answer.__typename, 'Accepted', JSON.stringify({ change, answer }));
      return { change, undo: told(await newest(String(answer.position))) };
    };
    const roles = await takeBack(await appoint(auditor.accountId, 'ADMIN'));
    assert.deepEqual(roles.undo, ['role: "admin" -> "security_admin"']);
    const [annaId]: [[string, string]] = [['ID!', anna.accountId]];
    const role = await takeBack(await appoint(anna.accountId, 'SECURITY_ADMIN'));
    assert.deepEqual(role.undo, ['role: "security_admin" -> null']);
    const moderator = await takeBack(await conference({ accountId: annaId }, 'appointModerator'));
    assert.deepEqual(moderator.undo, [`moderators: "${anna.accountId}" -> null`]);
    const member = await takeBack(await conference({ accountId: annaId }, 'uninviteMember'));
    assert.deepEqual(member.undo, [`members: null -> "${anna.accountId}"`]);
    const cid = await takeBack(await conference({ cid: ['String!', 'council'] }, 'reassignConferenceId'));
    assert.deepEqual(cid.undo, ['cid: "council" -> "board"']);
    const active = await takeBack(await root.accepted('deactivateAccount', { accountId: annaId }));
    assert.deepEqual(active.undo, ['active: false -> true']);
    const values: [string, object] = ['RetentionSettingsInput!', { chatDays: 30, callDays: 90 }];
    const days = await takeBack(await root.accepted('editRetentionSettings', { values }));
    assert.deepEqual(days.undo.toSorted(), ['callDays: 90 -> null', 'chatDays: 30 -> null']);
    const own = await takeBack(
      await root.accepted('editPreferences', { values: ['PreferencesInput!', { timeZone: 'Asia/Tokyo' }] }),
    );
    assert.deepEqual(own.undo, ['timeZone: "Asia/Tokyo" -> null']);
  });

  test('cannot be taken back where something was made or deleted, or is secret or of somebody else', async () => {
    const why = async (eventId: string) => {
      const { code, details } = await revert(eventId);
      assert.equal(code, 'CHANGE_NOT_REVERTIBLE');
      return details?.['why'];
    };
    const gone = await accountIn(stack, root, 'gustav');
    const accountId: [string, string] = ['ID!', gone.accountId];
    const edited = await newest(
      await root.accepted('editAccount', { accountId, profile: ['ProfileInput!', { company: 'Acme' }] }),
    );
    const secret = await newest(
      await root.accepted('setPassword', { accountId, password: ['String!', 'another long one'] }),
    );
    assert.equal(await why(secret.eventId), 'no_fields');
    const deleted = await newest(await root.accepted('deleteAccount', { accountId }));
    assert.equal(await why(deleted.eventId), 'deleted');
    assert.equal(await why(edited.eventId), 'gone');
    const created = (await list({ filter: { objectId: gone.accountId, actions: ['CREATE'] } })).rows[0];
    assert.equal(await why(String(created?.eventId)), 'created');
    const hers = await newest(
      await auditor.accepted('editPreferences', { values: ['PreferencesInput!', { language: 'DE' }] }),
    );
    assert.equal(hers.revertible, false);
    assert.equal(await why(hers.eventId), 'personal');
    assert.equal((await revert(randomUUID())).code, 'CHANGE_NOT_FOUND');
  });

  test('keep every rule when they are taken back', async () => {
    const access = (values: object) =>
      root.accepted('editAccessSettings', { values: ['AccessSettingsInput!', values] });
    await access({ limited: false });
    await access({ subnets: ['10.0.0.0/8'] });
    const list = await newest(await access({ subnets: ['127.0.0.0/8'] }));
    await access({ limited: true });
    assert.equal((await revert(list.eventId)).code, 'SETTINGS_LOCKS_YOU_OUT');

    const { viewer } = await root.data<{ viewer: { account: { id: string } } }>('{ viewer { account { id } } }');
    const second = await accountIn(stack, root, 'second');
    const role = await newest(await appoint(second.accountId, 'ADMIN'));
    await second.accepted('dismissAdministrator', { accountId: ['ID!', viewer.account.id] });
    const last = await second.command('revertChange', { eventId: ['ID!', role.eventId] });
    assert.equal(last.code, 'ACCOUNT_LAST_ADMINISTRATOR');
  });
});
