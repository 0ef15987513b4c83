// What the log says, told a second time and as plainly as can be; and what must hold after each of its events.
import type { Fact, Recorded } from '../../src/domain/kernel.ts';

type Data = Record<string, unknown>;
type Person = { login: string };

export type ModelAccount = {
  login: string;
  status: 'active' | 'inactive' | 'deleted';
  passwordId: string;
  keptSignInId: unknown;
};
export type ModelConference = { cid: string; runningSessionId: string | null; deleted: boolean };
/** `inside`: who is in, and where in the log she came in last. */
export type ModelSession = { conferenceId: string; running: boolean; inside: Map<string, string>; barred: Set<string> };
export type ModelSignIn = { accountId: string; open: boolean };
export type ModelMessage = { sessionId: string; messageId: string; authorId: string };
/** `hadActed`: whether its owner had, when it was swept for the first time; null where it never was. */
export type ModelName = { ownerId: string; taken: boolean; untilMs: number; hadActed: boolean | null };
/** Where the events of one command stand. */
export type Trace = { stream: string; first: number; last: number; position: string };

export type Model = {
  accounts: Map<string, ModelAccount>;
  admins: Set<string>;
  /** Who ever was an administrator, and who was ever in a session: `session person`. */
  wereAdmins: Set<string>;
  wereInside: Set<string>;
  /** Whose devices were disconnected, and where in the log, by the id of the event. */
  cuts: Map<string, { accountId: string; position: string }>;
  conferences: Map<string, ModelConference>;
  sessions: Map<string, ModelSession>;
  signIns: Map<string, ModelSignIn>;
  /** By the id of their contents. */
  messages: Map<string, ModelMessage>;
  /** Whose erasure was ordered, and whether it is done; contents that were erased by themselves. */
  erasedPeople: Map<string, 'ordered' | 'done'>;
  erasedContents: Set<string>;
  /** Who holds a reserved name, by stream. */
  names: Map<string, ModelName>;
  /** By actor and command id. */
  traces: Map<string, Trace>;
  position: string | null;
  violations: string[];
};

export const traceKey = (actorId: string, commandId: string): string => `${actorId} ${commandId}`;

export const emptyModel = (): Model => ({
  accounts: new Map(),
  admins: new Set(),
  wereAdmins: new Set(),
  wereInside: new Set(),
  cuts: new Map(),
  conferences: new Map(),
  sessions: new Map(),
  signIns: new Map(),
  messages: new Map(),
  erasedPeople: new Map(),
  erasedContents: new Set(),
  names: new Map(),
  traces: new Map(),
  position: null,
  violations: [],
});

type Effect = (model: Model, data: Data, stream: string) => void;

const text = (value: unknown): string => String(value);

const setStatus =
  (status: ModelAccount['status']): Effect =>
  ({ accounts }, { accountId }) => {
    const known = accounts.get(text(accountId));
    if (known) known.status = status;
  };

const holds =
  (owner: 'ownerId' | 'conferenceId', taken: boolean): Effect =>
  ({ names }, data, stream) => {
    const [before, ownerId] = [names.get(stream), text(data[owner])];
    const hadActed = before?.ownerId === ownerId ? before.hadActed : null;
    names.set(stream, { ownerId, taken, untilMs: Date.parse(text(data['reservedUntil'])), hadActed });
  };

/** Whether the owner of a name lives and has it, as far as its own events say. */
const acts = ({ accounts, conferences }: Model, stream: string, ownerId: string): boolean => {
  if (stream.startsWith('login-')) return (accounts.get(ownerId)?.status ?? 'deleted') !== 'deleted';
  const known = conferences.get(ownerId);
  return known?.deleted === false && `cid-${known.cid.toLowerCase()}` === stream;
};

const lets: Effect = (model, _, stream) => {
  const known = model.names.get(stream);
  if (known?.hadActed && acts(model, stream, known.ownerId))
    model.violations.push(`${known.ownerId} had acted, and ${stream} was swept away from it`);
  model.names.delete(stream);
};

/** To be called before a name is swept. */
export const noteSweep = (model: Model, stream: string, name: ModelName): void => {
  name.hadActed ??= acts(model, stream, name.ownerId);
};

const start: Effect = ({ sessions, conferences, violations }, { sessionId, conferenceId }) => {
  const [id, of] = [text(sessionId), text(conferenceId)];
  for (const [other, { running, conferenceId: its }] of sessions) {
    if (running && its === of) violations.push(`session ${id} of ${of} started while ${other} was running`);
  }
  if (conferences.get(of)?.runningSessionId !== id) violations.push(`session ${id} started without its claim on ${of}`);
  sessions.set(id, { conferenceId: of, running: true, inside: new Map(), barred: new Set() });
};

const join: Effect = ({ sessions, wereInside, violations, position }, { sessionId, participantId }) => {
  const [known, who] = [sessions.get(text(sessionId)), text(participantId)];
  if (!known?.running) violations.push(`${who} joined session ${text(sessionId)}, which is not running`);
  if (known?.barred.has(who)) violations.push(`${who} was removed for good from ${text(sessionId)}, and joined`);
  known?.inside.set(who, text(position));
  wereInside.add(`${text(sessionId)} ${who}`);
};

const leave: Effect = ({ sessions }, { sessionId, participantId }) =>
  void sessions.get(text(sessionId))?.inside.delete(text(participantId));

const remove: Effect = (model, data, stream) => {
  leave(model, data, stream);
  const [barred, who] = [model.sessions.get(text(data['sessionId']))?.barred, text(data['participantId'])];
  if (data['mayRejoin'] === false) barred?.add(who);
  else barred?.delete(who);
};

const end: Effect = ({ sessions }, { sessionId }) => {
  const known = sessions.get(text(sessionId));
  if (!known) return;
  known.running = false;
  known.inside.clear();
};

const setCid: Effect = ({ conferences }, { conferenceId, cid }) => {
  const known = conferences.get(text(conferenceId));
  if (known) known.cid = text(cid);
};

const runs =
  (sessionId: (data: Data) => string | null): Effect =>
  ({ conferences, violations }, data) => {
    const known = conferences.get(text(data['conferenceId']));
    const [before, after] = [known?.runningSessionId, sessionId(data)];
    if (before && after)
      violations.push(`conference ${text(data['conferenceId'])} ran ${before} when ${after} was begun`);
    if (known) known.runningSessionId = after;
  };

const effects: Readonly<Record<string, Effect>> = {
  AccountCreated: ({ accounts }, { accountId, person }) =>
    void accounts.set(text(accountId), {
      login: (person as Person).login.toLowerCase(),
      status: 'active',
      passwordId: '',
      keptSignInId: null,
    }),
  AccountPasswordSet: ({ accounts }, { accountId, passwordId, keptSignInId }) => {
    const known = accounts.get(text(accountId));
    if (known) Object.assign(known, { passwordId: text(passwordId), keptSignInId });
  },
  AccountDeactivated: setStatus('inactive'),
  AccountActivated: setStatus('active'),
  AccountDeleted: setStatus('deleted'),
  AdministratorAppointed: ({ admins, wereAdmins }, { accountId, role }) => {
    if (role !== 'admin') return void admins.delete(text(accountId));
    admins.add(text(accountId));
    wereAdmins.add(text(accountId));
  },
  AdministratorDismissed: ({ admins, violations }, { accountId }) => {
    admins.delete(text(accountId));
    if (admins.size === 0) violations.push('the last administrator was dismissed');
  },
  LoginReserved: holds('ownerId', false),
  LoginConfirmed: holds('ownerId', true),
  LoginReleased: lets,
  ConferenceIdReserved: holds('conferenceId', false),
  ConferenceIdConfirmed: holds('conferenceId', true),
  ConferenceIdReleased: lets,
  SignedIn: ({ signIns }, { signInId, accountId }) =>
    void signIns.set(text(signInId), { accountId: text(accountId), open: true }),
  SignedOut: ({ signIns, violations }, { signInId }) => {
    const known = signIns.get(text(signInId));
    if (!known?.open) violations.push(`sign-in ${text(signInId)} ended though it was not open`);
    if (known) known.open = false;
  },
  ConferenceCreated: ({ conferences }, { conferenceId, cid }) =>
    void conferences.set(text(conferenceId), { cid: text(cid), runningSessionId: null, deleted: false }),
  ConferenceIdReassigned: setCid,
  ConferenceDeleted: ({ conferences }, { conferenceId }) => {
    const known = conferences.get(text(conferenceId));
    if (known) known.deleted = true;
  },
  ConferenceRunBegun: runs(({ sessionId }) => text(sessionId)),
  ConferenceRunFinished: runs(() => null),
  SessionStarted: start,
  ParticipantJoined: join,
  LegLeft: leave,
  ParticipantDisconnected: leave,
  ParticipantRemoved: remove,
  SessionEnded: end,
  ChatMessagePosted: ({ messages }, { sessionId, messageId, authorId, contentId }) =>
    void messages.set(text(contentId), {
      sessionId: text(sessionId),
      messageId: text(messageId),
      authorId: text(authorId),
    }),
  PersonErasureOrdered: ({ erasedPeople }, { accountId }) => void erasedPeople.set(text(accountId), 'ordered'),
  PersonErased: ({ erasedPeople }, { accountId }) => void erasedPeople.set(text(accountId), 'done'),
  ContentErased: ({ erasedContents }, { messages }) => {
    for (const { contentId } of messages as Data[]) erasedContents.add(text(contentId));
  },
};

/** Events of one command stand together, on one stream, and once. */
const follow = ({ traces, violations }: Model, { stream, revision, position, meta, type }: Recorded<Fact>): void => {
  const key = traceKey(meta.actor.id, meta.commandId);
  const known = traces.get(key);
  if (known && (known.stream !== stream || known.last + 1 !== revision)) {
    violations.push(
      `command ${key} is on the record twice: ${known.stream}/${known.last}, ${stream}/${revision} ${type}`,
    );
  }
  traces.set(key, { stream, first: known?.first ?? revision, last: revision, position });
};

/** What only administrators do to others. */
const administrative: ReadonlySet<string> = new Set([
  'AccountCreated',
  'AccountDeleted',
  'AccountDeactivated',
  'AccountActivated',
  'AdministratorAppointed',
  'AdministratorDismissed',
]);

/** Nobody did what she never had the right to do. */
const judge = ({ wereAdmins, wereInside, violations }: Model, { type, data, meta }: Recorded<Fact>): void => {
  const { kind, id } = meta.actor;
  if (administrative.has(type) && kind === 'account' && !wereAdmins.has(id)) {
    violations.push(`${id}, who never administered, did ${type}`);
  }
  const { sessionId } = data as Data;
  if (type === 'ChatMessagePosted' && !wereInside.has(`${text(sessionId)} ${id}`)) {
    violations.push(`${id} wrote in session ${text(sessionId)}, and was never in it`);
  }
};

/** Whose devices were disconnected is put out of where she was, not of where she has come back to since. */
const judgeCut = (
  { cuts, sessions, violations }: Model,
  { type, data, meta, eventId, position }: Recorded<Fact>,
): void => {
  const { accountId, sessionId, participantId } = data as Data;
  if (type === 'AccountDevicesDisconnected') cuts.set(eventId, { accountId: text(accountId), position });
  if (type !== 'ParticipantDisconnected') return;
  const cutAt = cuts.get(meta.causationId ?? '')?.position;
  const cameAt = sessions.get(text(sessionId))?.inside.get(text(participantId));
  if (cutAt === undefined || cameAt === undefined || cameAt < cutAt) return;
  violations.push(`${text(participantId)} came back to session ${text(sessionId)}, and was put out`);
};

/** Takes the next event of the log. */
export const hear = (model: Model, event: Recorded<Fact>): void => {
  if (model.position !== null && event.position <= model.position) {
    model.violations.push(`a reader at ${model.position} was given ${event.position}`);
  }
  model.position = event.position;
  follow(model, event);
  judge(model, event);
  judgeCut(model, event);
  effects[event.type]?.(model, event.data as Data, event.stream);
};
