// What strangers send: for each kind of input the values that must be refused, and for each mutation its inputs.
import { randomUUID } from 'node:crypto';

const long = 'x'.repeat(10_240);
const control = ['\u0000', 'a\u0000b', 'a\u0007b', 'a\u001b[31mb', '\u007f'];
const surrogates = ['\ud800', 'a\udc00b', '\ud83d'];
const bidirectional = ['\u202egnp.exe', 'a\u2066b'];
const markup = [
  '<script>alert(1)</script>',
  "'; drop table log.events; --",
  '" or 1=1 --',
  '{{7*7}}',
  '../../etc/passwd',
];
const pictures = ['🙂', '👩‍👩‍👧', 'a\u200bb'];
const unreadable = [...control, ...surrogates];
const over = (max: number): string => 'y'.repeat(max + 1);

const oneLine = (max: number): string[] => [...unreadable, ...bidirectional, 'two\nlines', over(max), long];
const severalLines = (max: number): string[] => [...unreadable, ...bidirectional, over(max), long];
const name = (max: number): string[] => [...oneLine(max), ...markup, ...pictures, 'ä ö', over(max)];

/** Values that a string of this kind may not have. */
export const refusedTexts = {
  id: [
    '',
    '0',
    '123e4567-e89b-12d3-a456-42661417400',
    `${randomUUID()}x`,
    `${randomUUID()}\u0000`,
    '\ud800',
    ...markup,
    long,
  ],
  title: ['', '   ', '\u200b\u200b', ...oneLine(200)],
  description: severalLines(4_000),
  message: ['', ' \n ', ...severalLines(4_000)],
  reason: severalLines(500),
  login: ['', ' ', ...name(64)],
  cid: ['', 'ab', ...name(64)],
  password: ['', 'short', over(128), long],
  name100: oneLine(100),
  name200: oneLine(200),
  phone: oneLine(40),
  email: ['nobody', 'a@b', '@example.org', `${over(250)}@example.org`, ...unreadable, ...markup, ...pictures, long],
  host: ['meet.example.org:443', 'https://meet.example.org', 'a..b', '-', ...oneLine(253), ...markup, ...pictures],
  subnet: ['', '10.0.0.0/33', '10.1', '010.0.0.1', '::/129', 'localhost', ...oneLine(60), ...markup, ...pictures],
  url: ['', 'ftp://example.org', 'javascript:alert(1)', 'https://a:b@example.org', '/srv', ...oneLine(500), ...markup],
  timeZone: ['', 'Nowhere/Town', '+01:00', 'Europe', ...oneLine(64), ...markup, ...pictures],
  holdName: ['', '   ', '\u200b', ...oneLine(100)],
  fieldName: [over(100), long],
  holdReason: ['', ' \n ', ...severalLines(2_000)],
  sip: [...unreadable, ...markup, ...pictures, ...bidirectional, over(100), long],
  /** Checked where signing in says only "failed"; what cannot be a login or password is refused as input. */
  givenLogin: ['', '  ', over(64), long],
  givenPassword: ['', over(128), long],
  /** Words of a search, at most ten. */
  search: [...oneLine(200), 'a '.repeat(11)],
  part: oneLine(200),
  address: oneLine(45),
  anyId: oneLine(100),
  zone: ['Mars/Olympus', ...control, ...markup, long],
  /** Any text may be a token; a wrong one has a refusal of its own. */
  token: [],
} as const satisfies Record<string, readonly string[]>;
type Kind = keyof typeof refusedTexts;

/** For lists of input objects: an element that is accepted. */
export const acceptableElements: Record<string, object> = {
  WitnessTargetInput: { kind: 'WEBHOOK', address: 'https://witness.example.org/hansard' },
};

/**
 * Kinds of the strings and ids of each input object and each mutation. A field that is not listed makes the test red.
 */
export const inputKinds: Record<string, Record<string, Kind>> = {
  CommandInput: { commandId: 'id', reason: 'reason' },
  ProfileInput: {
    displayName: 'name100',
    firstName: 'name100',
    lastName: 'name100',
    email: 'email',
    company: 'name200',
    mobilePhone: 'phone',
    workPhone: 'phone',
    homePhone: 'phone',
    sipNumber: 'sip',
  },
  GeneralSettingsInput: { serverName: 'name100', announcedAddress: 'host' },
  AccessSettingsInput: { subnets: 'subnet' },
  WitnessTargetInput: { address: 'url' },
  PreferencesInput: { timeZone: 'timeZone' },
  EventFilter: {
    search: 'search',
    types: 'anyId',
    objectTypes: 'anyId',
    actorId: 'anyId',
    objectId: 'anyId',
    objectName: 'part',
    ip: 'address',
  },
  CallFilter: { search: 'search', conference: 'part', conferenceId: 'id', owner: 'part', participantId: 'id' },
  ChatFilter: { search: 'search', sender: 'part', senderId: 'id', recipient: 'part', sessionId: 'id' },
  ExportFormat: { timeZone: 'zone' },
  EndpointFilter: { search: 'search', accountId: 'id' },
};

const onConference = { conferenceId: 'id' } as const;
const onAccount = { accountId: 'id' } as const;
const heldObjects = { accountIds: 'id', conferenceIds: 'id' } as const;
const onSession = { sessionId: 'id' } as const;
const member = { ...onConference, ...onAccount };
const participant = { ...onSession, participantId: 'id' } as const;

export const mutationKinds: Record<string, Record<string, Kind>> = {
  setUpServer: { ...onAccount, login: 'login', password: 'password', displayName: 'name100', token: 'token' },
  signIn: { login: 'givenLogin', password: 'givenPassword' },
  signOut: {},
  endSignIn: { signInId: 'id' },
  createAccount: { ...onAccount, login: 'login', password: 'password' },
  editAccount: onAccount,
  setPassword: { ...onAccount, password: 'password' },
  activateAccount: onAccount,
  deactivateAccount: onAccount,
  deleteAccount: onAccount,
  erasePerson: onAccount,
  eraseChatMessage: { ...onSession, messageId: 'id' },
  disconnectDevices: onAccount,
  appointAdministrator: onAccount,
  dismissAdministrator: onAccount,
  createConference: { ...onConference, cid: 'cid', title: 'title', description: 'description' },
  editConference: { ...onConference, title: 'title', description: 'description' },
  reassignConferenceId: { ...onConference, cid: 'cid' },
  deleteConference: onConference,
  inviteMember: member,
  uninviteMember: member,
  appointModerator: member,
  dismissModerator: member,
  joinConference: onConference,
  endSession: onSession,
  inviteToSession: { ...onSession, ...onAccount },
  giveSessionRole: participant,
  muteParticipant: participant,
  removeParticipant: participant,
  unmuteSelf: onSession,
  raiseFormatLevel: {},
  retryParkedEvent: { eventId: 'id' },
  rebuildReadModels: { rebuildId: 'id', readModels: 'fieldName' },
  editGeneralSettings: {},
  editAccessSettings: {},
  editRetentionSettings: {},
  editWitnessSettings: {},
  editDiagnosticSettings: {},
  resetSettings: {},
  editPreferences: {},
  placeLegalHold: { holdId: 'id', name: 'holdName', reason: 'holdReason', ...heldObjects },
  editLegalHold: { holdId: 'id', name: 'holdName', reason: 'holdReason', ...heldObjects },
  releaseLegalHold: { holdId: 'id' },
  revertChange: { eventId: 'id', overwrite: 'fieldName' },
  signCheckpoint: {},
  rotateSigningKey: {},
  deleteReportRows: { deletionId: 'id' },
  prepareReportExport: { exportId: 'id' },
  postChatMessage: { ...onSession, messageId: 'id', text: 'message' },
};

/** A value of this kind that is accepted. */
export const acceptable: Record<Kind, () => string> = {
  id: randomUUID,
  title: () => 'Title',
  description: () => 'Description',
  message: () => 'Message',
  reason: () => 'Reason',
  login: () => `l-${randomUUID()}`,
  cid: () => `c-${randomUUID()}`,
  password: () => 'long enough',
  name100: () => 'Name',
  name200: () => 'Name',
  phone: () => '+49 30 1234',
  email: () => 'somebody@example.org',
  sip: () => 'sip:100@example.org',
  host: () => 'meet.example.org',
  subnet: () => '192.0.2.0/24',
  url: () => 'https://witness.example.org',
  timeZone: () => 'Europe/Berlin',
  holdName: () => 'Case 7',
  fieldName: () => 'title',
  holdReason: () => 'Letter of 3 November',
  givenLogin: () => 'nobody',
  givenPassword: () => 'wrong',
  token: () => 'wrong',
  search: () => 'word',
  part: () => 'part',
  address: () => '10.',
  anyId: randomUUID,
  zone: () => 'UTC',
};

/** What a scalar that is no text may not have; GraphQL itself refuses these. */
export const refusedScalars: Record<string, unknown[]> = {
  Int: [2 ** 31, -(2 ** 31) - 1, 1.5, '1', 'x', true, [], {}, 1e300],
  Boolean: ['true', 0, 1, [], {}],
  String: [5, true, [], {}, ['a', 'b']],
  DateTime: ['', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-01', 5, true, [], {}],
  ID: [true, 1.5, [], {}, ['a', 'b']],
};
