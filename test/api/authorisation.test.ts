import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient, Args } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type People, type Setting, settingIn } from './people.ts';

type Who = keyof People;
const everyone: Who[] = ['anonymous', 'admin', 'securityAdmin', 'owner', 'moderator', 'participant', 'stranger'];
const signedIn = everyone.filter((who) => who !== 'anonymous');
const administrators: Who[] = ['admin', 'securityAdmin'];
const moderators: Who[] = ['admin', 'owner', 'moderator'];
/** `participant` is inside the session; `owner` is too. */
const inside: Who[] = ['owner', 'participant'];
const sees: Who[] = ['admin', 'securityAdmin', 'owner', 'moderator', 'participant'];

type Row = { may: Who[]; args: (setting: Setting, who: Who) => Args; select?: string };
const none = (): Args => ({});

const account = ({ people }: Setting): Args => ({ accountId: ['ID!', people.stranger.accountId] });
const conference = ({ conferenceId }: Setting): Args => ({ conferenceId: ['ID!', conferenceId] });
const member = (setting: Setting): Args => ({ ...conference(setting), ...account(setting) });
const session = ({ sessionId }: Setting): Args => ({ sessionId: ['ID!', sessionId] });
const hold = (): Args => ({
  holdId: ['ID!', randomUUID()],
  name: ['String!', 'X'],
  reason: ['String!', 'X'],
  accountIds: ['[ID!]!', []],
  conferenceIds: ['[ID!]!', []],
});
const inSession = (setting: Setting): Args => ({
  ...session(setting),
  participantId: ['ID!', setting.people.participant.accountId],
});

const mutations: Record<string, Row> = {
  createAccount: {
    may: ['admin'],
    args: () => ({
      accountId: ['ID!', randomUUID()],
      login: ['String!', `new-${randomUUID()}`],
      password: ['String!', 'long enough'],
      profile: ['ProfileInput!', {}],
    }),
  },
  // The stranger herself may edit her own profile, set her password and disconnect her devices.
  editAccount: {
    may: ['admin', 'stranger'],
    args: (setting) => ({ ...account(setting), profile: ['ProfileInput!', { company: 'X' }] }),
  },
  setPassword: {
    may: ['admin', 'stranger'],
    args: (setting) => ({ ...account(setting), password: ['String!', 'long enough'] }),
  },
  disconnectDevices: { may: ['admin', 'stranger'], args: account },
  activateAccount: { may: ['admin'], args: account },
  deactivateAccount: { may: ['admin'], args: account },
  deleteAccount: { may: ['admin'], args: account },
  erasePerson: { may: ['admin'], args: account },
  // There is no such message: whoever may ask is told so.
  eraseChatMessage: {
    may: ['admin'],
    args: (setting) => ({ ...session(setting), messageId: ['ID!', randomUUID()] }),
  },
  appointAdministrator: {
    may: ['admin'],
    args: (setting) => ({ ...account(setting), role: ['AdministratorRole!', 'ADMIN'] }),
  },
  dismissAdministrator: { may: ['admin'], args: account },
  createConference: {
    may: signedIn,
    args: () => ({
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'X'],
    }),
  },
  editConference: { may: moderators, args: (setting) => ({ ...conference(setting), description: ['String', ''] }) },
  reassignConferenceId: {
    may: moderators,
    args: (setting) => ({ ...conference(setting), cid: ['String!', 'another'] }),
  },
  inviteMember: { may: moderators, args: member },
  uninviteMember: { may: moderators, args: member },
  appointModerator: { may: moderators, args: member },
  dismissModerator: { may: moderators, args: member },
  deleteConference: { may: moderators, args: conference },
  inviteToSession: { may: inside, args: (setting) => ({ ...session(setting), ...account(setting) }) },
  muteParticipant: {
    may: moderators,
    args: (setting) => ({ ...inSession(setting), source: ['MediaSource!', 'CAMERA'] }),
  },
  unmuteSelf: { may: inside, args: (setting) => ({ ...session(setting), source: ['MediaSource!', 'CAMERA'] }) },
  removeParticipant: { may: moderators, args: (setting) => ({ ...inSession(setting), mayRejoin: ['Boolean!', true] }) },
  giveSessionRole: {
    may: moderators,
    args: (setting) => ({ ...inSession(setting), role: ['SessionRole!', 'PARTICIPANT'] }),
  },
  endSession: { may: moderators, args: session },
  postChatMessage: {
    may: inside,
    args: (setting) => ({ ...session(setting), messageId: ['ID!', randomUUID()], text: ['String!', 'Hello'] }),
  },
  // Nothing is parked: whoever may ask is told so.
  retryParkedEvent: { may: ['admin'], args: () => ({ eventId: ['ID!', randomUUID()] }) },
  rebuildReadModels: {
    may: ['admin'],
    args: () => ({ rebuildId: ['ID!', randomUUID()], readModels: ['[String!]', ['parked_events']] }),
  },
  editGeneralSettings: { may: ['admin'], args: () => ({ values: ['GeneralSettingsInput!', { serverName: 'X' }] }) },
  editAccessSettings: { may: ['admin'], args: () => ({ values: ['AccessSettingsInput!', { limited: false }] }) },
  editRetentionSettings: { may: ['admin'], args: () => ({ values: ['RetentionSettingsInput!', { chatDays: 7 }] }) },
  editWitnessSettings: { may: ['admin'], args: () => ({ values: ['WitnessSettingsInput!', { targets: [] }] }) },
  editDiagnosticSettings: {
    may: ['admin'],
    args: () => ({ values: ['DiagnosticSettingsInput!', { detailedLog: true }] }),
  },
  resetSettings: { may: ['admin'], args: () => ({ section: ['SettingsSection!', 'GENERAL'] }) },
  editPreferences: { may: administrators, args: () => ({ values: ['PreferencesInput!', { language: 'DE' }] }) },
  // There is no such change: whoever may ask is told so.
  revertChange: { may: ['admin'], args: () => ({ eventId: ['ID!', randomUUID()] }) },
  placeLegalHold: { may: ['admin'], args: hold },
  editLegalHold: { may: ['admin'], args: () => ({ holdId: ['ID!', randomUUID()], name: ['String', 'X'] }) },
  releaseLegalHold: { may: ['admin'], args: () => ({ holdId: ['ID!', randomUUID()] }) },
  signCheckpoint: { may: ['admin'], args: none },
  rotateSigningKey: { may: ['admin'], args: none },
  deleteReportRows: {
    may: ['admin'],
    args: () => ({ deletionId: ['ID!', randomUUID()], selection: ['ReportSelection!', { events: {} }] }),
  },
  prepareReportExport: {
    may: administrators,
    args: () => ({
      exportId: ['ID!', randomUUID()],
      selection: ['ExportSelection!', { events: {} }],
      format: ['ExportFormat!', { kind: 'CSV' }],
    }),
  },
  raiseFormatLevel: { may: ['admin'], args: () => ({ level: ['Int', 1] }) },
  signOut: { may: signedIn, args: none },
  endSignIn: { may: [], args: () => ({ signInId: ['ID!', randomUUID()] }) }, // Of nobody: only the owner of one finds it.
};

/** Commands with an answer of their own, tested in files of their own for what they let whom do. */
const elsewhere = new Set(['signIn', 'setUpServer', 'joinConference']);

const byId =
  (id: (setting: Setting) => string) =>
  (setting: Setting): Args => ({ id: ['ID!', id(setting)] });
const queries: Record<string, Row> = {
  serverInfo: { may: everyone, args: none, select: '{ version }' },
  viewer: { may: signedIn, args: none, select: '{ signInId }' },
  node: { may: sees, args: byId(({ conferenceId }) => conferenceId), select: '{ id }' },
  account: { may: ['admin', 'stranger'], args: byId(({ people }) => people.stranger.accountId), select: '{ id }' },
  accounts: { may: ['admin'], args: none, select: '{ totalCount }' },
  people: { may: signedIn, args: () => ({ search: ['String!', 'owner'] }), select: '{ id }' },
  conference: { may: sees, args: byId(({ conferenceId }) => conferenceId), select: '{ id }' },
  conferencePage: { may: everyone, args: ({ cid }) => ({ cid: ['String!', cid] }), select: '{ title }' },
  conferences: { may: ['admin'], args: none, select: '{ totalCount }' },
  myConferences: { may: signedIn, args: none, select: '{ totalCount }' },
  session: { may: sees, args: byId(({ sessionId }) => sessionId), select: '{ participants { id } }' },
  sessions: { may: administrators, args: none, select: '{ totalCount }' },
  chatMessages: { may: sees, args: session, select: '{ id }' },
  events: { may: administrators, args: none, select: '{ totalCount }' },
  history: {
    may: administrators,
    args: ({ conferenceId }) => ({ objectType: ['String!', 'conference'], objectId: ['ID!', conferenceId] }),
    select: '{ totalCount }',
  },
  stateOf: {
    may: administrators,
    args: ({ conferenceId }) => ({ objectType: ['String!', 'conference'], objectId: ['ID!', conferenceId] }),
    select: '{ revision }',
  },
  sessionTimeline: { may: administrators, args: session, select: '{ totalCount }' },
  why: {
    may: administrators,
    args: ({ people }) => ({ accountId: ['ID!', people.owner.accountId], action: ['Action!', 'createConference'] }),
    select: '{ allowed }',
  },
  moment: { may: administrators, args: () => ({ asOf: ['AsOf!', { number: '0' }] }), select: '{ at }' },
  calls: { may: administrators, args: none, select: '{ totalCount }' },
  call: { may: administrators, args: byId(({ sessionId }) => sessionId), select: '{ legs { id } }' },
  callLeg: { may: administrators, args: byId(({ legId }) => legId), select: '{ id }' },
  myCalls: { may: signedIn, args: none, select: '{ totalCount }' },
  chatReport: { may: administrators, args: none, select: '{ totalCount }' },
  endpoints: { may: administrators, args: none, select: '{ totalCount }' },
  endpoint: { may: administrators, args: byId(({ endpointId }) => endpointId), select: '{ id }' },
  // Of nobody: whoever may ask is told so.
  reportExport: { may: [], args: byId(() => randomUUID()), select: '{ rows }' },
  summary: { may: administrators, args: none, select: '{ accounts }' },
  readModels: { may: administrators, args: none, select: '{ name }' },
  parkedEvents: { may: administrators, args: none, select: '{ totalCount }' },
  generalSettings: { may: ['admin'], args: none, select: '{ revision }' },
  accessSettings: { may: administrators, args: none, select: '{ subnets yourAddress }' },
  retentionSettings: { may: ['admin'], args: none, select: '{ revision }' },
  retention: { may: ['admin'], args: none, select: '{ nextRunAt rules { rows } }' },
  witnessSettings: { may: ['admin'], args: none, select: '{ revision }' },
  diagnosticSettings: { may: administrators, args: none, select: '{ detailedLog }' },
  serverLog: { may: administrators, args: none, select: '{ next }' },
  preferences: { may: administrators, args: none, select: '{ revision }' },
  administrators: { may: ['admin'], args: none, select: '{ id }' },
  configurationChanges: { may: administrators, args: none, select: '{ totalCount }' },
  legalHolds: { may: ['admin'], args: none, select: '{ totalCount }' },
  proof: { may: administrators, args: none, select: '{ verifiedTo }' },
  inclusionProof: { may: administrators, args: () => ({ number: ['EventNumber!', '0'] }), select: '{ number }' },
};

/** Subscriptions that push at once, or after the change that the test makes. */
const subscriptions: Record<string, Row> = {
  summary: queries['summary'] as Row,
  events: { may: administrators, args: () => ({ after: ['EventNumber', '0'] }), select: '{ type }' },
  session: queries['session'] as Row,
  conference: queries['conference'] as Row,
  chatMessages: queries['chatMessages'] as Row,
  serverLog: { may: administrators, args: none, select: '{ id }' },
  erasures: { may: administrators, args: none },
  // Of one report; all of them: reportNews.test.ts.
  reportNews: {
    may: administrators,
    args: () => ({ report: ['FollowedReport!', { calls: {} }], after: ['EventNumber', '0'] }),
    select: '{ ids }',
  },
  accountsChanged: { may: ['admin'], args: none },
  conferencesChanged: { may: signedIn, args: none },
};

const document = (kind: string, field: string, args: Args, select = ''): string => {
  const declared = Object.entries(args).map(([name, [type]]) => `$${name}: ${type}`);
  const passed = Object.keys(args).map((name) => `${name}: $${name}`);
  return `${kind} ${declared.length > 0 ? `(${declared.join(', ')})` : ''} {
    ${field}${passed.length > 0 ? `(${passed.join(', ')})` : ''} ${select}
  }`;
};
const valuesOf = (args: Args) => Object.fromEntries(Object.entries(args).map(([name, [, value]]) => [name, value]));

const denials = new Set([
  'ACCESS_DENIED',
  'REPORT_EXPORT_NOT_FOUND',
  'ACCESS_SIGN_IN_REQUIRED',
  'CONFERENCE_NOT_MODERATOR',
  'SESSION_PARTICIPANT_NOT_FOUND',
  'CHAT_NOT_A_MEMBER',
]);

const isEmpty = (value: unknown): boolean => value === null || value === undefined;

const mayQuery = async (
  client: ApiClient,
  field: string,
  { args, select }: Row,
  setting: Setting,
  who: Who,
): Promise<boolean> => {
  const given = args(setting, who);
  const { data, errors } = await client.query(document('query', field, given, select), valuesOf(given));
  if (errors) {
    assert.ok(denials.has(errors[0]?.extensions?.code ?? ''), JSON.stringify(errors));
    return false;
  }
  return !isEmpty(data?.[field]);
};

const maySubscribe = async (
  client: ApiClient,
  field: string,
  { args, select }: Row,
  setting: Setting,
  who: Who,
): Promise<boolean> => {
  const given = args(setting, who);
  let pushed = false;
  const { stop, ended } = client.subscribe(document('subscription', field, given, select), valuesOf(given), () => {
    pushed = true;
    stop();
  });
  const { owner, admin } = setting.people;
  const nudge = setInterval(() => {
    // Something that every kind of subscription may have to tell of.
    void owner.command('postChatMessage', {
      ...session(setting),
      messageId: ['ID!', randomUUID()],
      text: ['String!', 'Hi'],
    });
    void owner.command('editConference', { ...conference(setting), description: ['String', randomUUID()] });
    void admin.command('editAccount', { ...account(setting), profile: ['ProfileInput!', { company: randomUUID() }] });
    void owner.command('createConference', {
      conferenceId: ['ID!', randomUUID()],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'nudge'],
    });
  }, 150);
  try {
    await ended.catch(() => undefined);
  } finally {
    clearInterval(nudge);
  }
  return pushed;
};

describe('authorisation', () => {
  let stack: Stack;
  let setting: Setting;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    const { admin } = setting.people;
    const proved = '{ inclusionProof(number: "0") { number } }';
    await eventually('the first event to be proved', async () => (await admin.data(proved))['inclusionProof'] !== null);
  });
  afterAll(() => stack.stop());

  const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  const fieldsOf = (type: { getFields: () => object } | null | undefined): string[] =>
    Object.keys(type?.getFields() ?? {});

  test('lists every field there is', () => {
    const listed = (rows: Record<string, Row>) => Object.keys(rows).toSorted();
    assert.deepEqual(listed(queries), fieldsOf(schema.getQueryType()).toSorted());
    assert.deepEqual(listed(subscriptions), fieldsOf(schema.getSubscriptionType()).toSorted());
    assert.deepEqual(
      listed(mutations),
      fieldsOf(schema.getMutationType())
        .filter((name) => !elsewhere.has(name))
        .toSorted(),
    );
  });

  for (const who of everyone) {
    test(`lets ${who} run just the commands of the table`, async () => {
      const client = setting.people[who];
      for (const [field, { args, may }] of Object.entries(mutations)) {
        const answer = await client.command(field, args(setting, who), { dryRun: true });
        const denied = answer.__typename === 'Refusal' && (denials.has(answer.code ?? '') || field === 'endSignIn');
        assert.equal(!denied, may.includes(who), `${field}: ${JSON.stringify(answer)}`);
      }
    });

    test(`lets ${who} read just the fields of the table`, async () => {
      for (const [field, row] of Object.entries(queries)) {
        assert.equal(await mayQuery(setting.people[who], field, row, setting, who), row.may.includes(who), field);
      }
    });

    test(`lets ${who} follow just the subscriptions of the table`, async () => {
      for (const [field, row] of Object.entries(subscriptions)) {
        assert.equal(await maySubscribe(setting.people[who], field, row, setting, who), row.may.includes(who), field);
      }
    });
  }
});
