// A person whose every field can be told from everything else, and the places where somebody erased could be left.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Connection } from '../../src/operations/embeddedPostgres.ts';
import { type ApiClient, apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import type { Stack } from '../support/stack.ts';
import type { Setting } from './people.ts';

/** Whatever is hers holds one of these. */
export const traces = /canary|kanarie|203\.0\.113\.77|antarctica\/troll|7770001|7770002|7770003/i;
const headers = { 'user-agent': 'CanaryBrowser/9 (Kanarie)', 'x-forwarded-for': '203.0.113.77' };
const password = 'password of canary';

const profile = {
  displayName: 'Kanarie Canary',
  firstName: 'Kanarie',
  lastName: 'Canary',
  email: 'canary@example.org',
  company: 'Canary Ltd',
  mobilePhone: '+49 7770001',
  workPhone: '+49 7770002',
  homePhone: '+49 7770003',
  sipNumber: 'sip:canary@example.org',
};

export type Canary = ApiClient & { accountId: string; messageIds: string[]; sessionId: string };

export const clientOf = async (stack: Stack): Promise<ApiClient> => {
  const client = apiClient(stack.url, '', headers);
  await client.signIn('canary', password);
  return client;
};

/** Has an account with every field, has administered, searched, exported, met and written. */
export const hatch = async (stack: Stack, { people, conferenceId, sessionId }: Setting): Promise<Canary> => {
  const { admin, owner } = people;
  const accountId = randomUUID();
  const id: [string, string] = ['ID!', accountId];
  await admin.accepted('editAccessSettings', { values: ['AccessSettingsInput!', { limited: false }] });
  await admin.accepted('createAccount', {
    accountId: id,
    login: ['String!', 'canary'],
    password: ['String!', password],
    profile: ['ProfileInput!', profile],
  });
  await admin.accepted('editAccount', {
    accountId: id,
    profile: ['ProfileInput!', { company: 'Kanarie GmbH', lastName: 'von Canary' }],
  });
  await admin.accepted('appointAdministrator', { accountId: id, role: ['AdministratorRole!', 'ADMIN'] });
  await owner.accepted('inviteMember', { conferenceId: ['ID!', conferenceId], accountId: id });
  await clientOf(stack);
  const client = await clientOf(stack);
  await client.accepted('editPreferences', { values: ['PreferencesInput!', { timeZone: 'Antarctica/Troll' }] });
  for (const field of ['events', 'calls', 'chatReport', 'endpoints', 'configurationChanges']) {
    await client.data(`{ ${field}(filter: { search: "canary" }) { totalCount } }`);
  }
  const exportId = randomUUID();
  await client.accepted('prepareReportExport', {
    exportId: ['ID!', exportId],
    selection: ['ExportSelection!', { chat: { search: 'kanarie' } }],
    format: ['ExportFormat!', { kind: 'CSV' }],
  });
  const copy = await fetch(`${stack.url}/exports/${exportId}`, { headers: { ...headers, cookie: client.cookie() } });
  assert.equal(copy.status, 200);
  await copy.arrayBuffer();
  const joined = await client.join(conferenceId);
  assert.equal(joined['sessionId'], sessionId);
  const messageIds = ['Here is Canary', 'Kanarie again'].map(() => randomUUID());
  for (const [index, messageId] of messageIds.entries()) {
    await client.accepted('postChatMessage', {
      sessionId: ['ID!', sessionId],
      messageId: ['ID!', messageId],
      text: ['String!', index === 0 ? 'Here is Canary' : 'Kanarie again'],
    });
  }
  // Searches are put on record beside their answers.
  await eventually('her searches on record', async () => {
    const sql = `select 1 from read.event where type in ('ReportSearched', 'ChangesSearched') and "actorId" = '${accountId}'`;
    return (await runSql(stack.connection, sql)).length === 5;
  });
  return { ...client, accountId, messageIds, sessionId };
};

const schemas = `('read', 'rebuild', 'replaced', 'vault', 'log', 'jobs', 'public')`;

/** Every row of every table of a database that shows a trace, as `schema.table: row`. */
export const tracesIn = async (connection: Connection): Promise<string[]> => {
  const tables = await runSql(
    connection,
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ${schemas} and table_type = 'BASE TABLE' order by 1, 2`,
  );
  assert.ok(tables.length > 30, 'all tables are looked at');
  const found: string[] = [];
  for (const { schema, name } of tables) {
    // Bytes as text, too: the log keeps what it stores as bytes.
    const text =
      name === 'events' && schema === 'log'
        ? `convert_from(data, 'UTF8') || convert_from(metadata, 'UTF8')`
        : 'to_jsonb(t)::text';
    const rows = await runSql(connection, `select ${text} as row from ${String(schema)}."${String(name)}" t`);
    for (const { row } of rows)
      if (traces.test(String(row))) found.push(`${String(schema)}.${String(name)}: ${String(row)}`);
  }
  return found;
};

/** Names of files below a directory that show a trace, compressed ones opened. */
export const tracesBelow = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  assert.ok(files.length > 0, `${directory} is empty and proves nothing`);
  const found = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      return traces.test((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')) ? [file] : [];
    }),
  );
  return found.flat();
};

const pages = [
  '{ events(first: 200) { edges { node { type actorName ip userAgent reason data } } } }',
  `{ chatReport(first: 200) { edges { node { senderName text sender { displayName login } } } } }`,
  '{ endpoints(first: 200) { edges { node { userAgent ip } } } }',
  `{ configurationChanges(first: 100) {
    edges { node { objectName actorName ip userAgent reason changes { field before after } } } } }`,
  '{ accounts(first: 50, deleted: true) { edges { node { login displayName firstName lastName email company sipNumber } } } }',
  '{ people(search: "canary") { displayName login } }',
  '{ administrators { login displayName } }',
];

/** Everything that an administrator can be shown about a person, as one text. */
export const toldOf = async (admin: ApiClient, { accountId, sessionId }: Canary): Promise<string> => {
  const told = await Promise.all(pages.map((query) => admin.data(query)));
  const more = await admin.data(
    `query ($id: ID!, $session: ID!) {
      account(id: $id, deleted: true) {
        login displayName email mobilePhone workPhone homePhone devices { ip userAgent }
      }
      history(objectType: "account", objectId: $id, first: 200) { edges { node { actorName ip data } } }
      stateOf(objectType: "account", objectId: $id) { state }
      session(id: $session) { participants { displayName } }
      call(id: $session) { legs { id ip userAgent } }
      chatMessages(sessionId: $session) { authorName text }
      preferred: stateOf(objectType: "preferences", objectId: $id) { state }
      then: stateOf(objectType: "account", objectId: $id, revision: 1) { state }
    }`,
    { id: accountId, session: sessionId },
  );
  return JSON.stringify([...told, more]);
};

/** A new export of every report, as one text. */
export const exportsOf = async (stack: Stack, admin: ApiClient): Promise<string> => {
  const texts: string[] = [];
  for (const report of ['events', 'calls', 'chat']) {
    for (const kind of ['CSV', 'NDJSON']) {
      const exportId = randomUUID();
      await admin.accepted('prepareReportExport', {
        exportId: ['ID!', exportId],
        selection: ['ExportSelection!', { [report]: {} }],
        format: ['ExportFormat!', { kind }],
      });
      const response = await fetch(`${stack.url}/exports/${exportId}`, { headers: { cookie: admin.cookie() } });
      assert.equal(response.status, 200);
      texts.push(await response.text());
    }
  }
  return texts.join('\n');
};
