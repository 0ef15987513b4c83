// A long past in the log itself: real events with sealed fields, keys and order, copied in faster than they happen.
import { once } from 'node:events';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { type Codec, type Envelope } from '../src/commands/codec.ts';
import type { NewEvent } from '../src/commands/eventStore.ts';
import { vocabularies } from '../src/commands/vocabularies.ts';
import { derivedUuid } from '../src/derivedUuid.ts';
import type { Fact } from '../src/domain/kernel.ts';
import type { Connection } from '../src/operations/embeddedPostgres.ts';

export type GenerateLogNeeds = {
  connection: Connection;
  codec: Codec;
  /** How many events at least: the last conference is finished. */
  events: number;
  /** Of the conferences made before, so that a second run goes on and does not repeat. */
  firstConference?: number;
};

type Planned = { stream: string; fact: Fact; actorId: string; atMs: number };

const people = 500;
const stepMs = 1_500;
const perConference = 45;
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0';

const idOf = (what: string, ...parts: (string | number)[]): string => derivedUuid([`bench ${what}`, ...parts]);
const personOf = (number: number): string => idOf('person', number % people);
const iso = (ms: number): string => new Date(ms).toISOString();

const noProfile = { firstName: '', lastName: '', company: '', mobilePhone: '', workPhone: '', homePhone: '' };

const accountOf = (number: number, atMs: number): Planned => {
  const accountId = personOf(number);
  const person = {
    ...noProfile,
    login: `person${number}`,
    displayName: `Person ${number} Müller`,
    email: `person${number}@example.org`,
    sipNumber: '',
  };
  const data = { accountId, person, createdAt: iso(atMs) };
  return { stream: `account-${accountId}`, fact: { type: 'AccountCreated', data }, actorId: personOf(0), atMs };
};

/** One conference from its making to its end, with four people in it and what they wrote. */
const conferenceOf = (number: number, beginMs: number): Planned[] => {
  const [conferenceId, sessionId] = [idOf('conference', number), idOf('session', number)];
  const [ownerId, ...guests] = [0, 1, 2, 3].map((each) => personOf(number * 7 + each * 31)) as [string, ...string[]];
  const planned: Planned[] = [];
  const tell = (stream: string, actorId: string, type: string, data: object, at: string): void => {
    const atMs = beginMs + planned.length * stepMs;
    planned.push({ stream, fact: { type, data: { ...data, [at]: iso(atMs) } }, actorId, atMs });
  };
  const conference = `conference-${conferenceId}`;
  const session = `session-${sessionId}`;
  const made = { kind: 'virtual_room', mode: 'all_on_screen', cid: `bench-${number}`, joinWithoutInvitation: true };
  const words = { title: `Weekly review ${number}`, description: 'Figures first, then open questions.' };
  tell(conference, ownerId, 'ConferenceCreated', { conferenceId, ...made, ...words, ownerId }, 'createdAt');
  const begun = { sessionId, conferenceId, title: words.title, ownerId, startedBy: ownerId };
  tell(session, ownerId, 'SessionStarted', begun, 'startedAt');
  tell(conference, ownerId, 'ConferenceRunBegun', { conferenceId, sessionId, begunBy: ownerId }, 'begunAt');
  tell(session, ownerId, 'SessionPlaced', { sessionId, node: 'media', epoch: 1, cause: 'session_started' }, 'placedAt');
  for (const participantId of [ownerId, ...guests]) {
    const signInId = idOf('sign-in', number, participantId);
    const leg = { sessionId, participantId, legId: idOf('leg', number, participantId) };
    const device = { ip: `10.1.${number % 250}.7`, userAgent };
    const signIn = { signInId, accountId: participantId, device, expiresAt: iso(beginMs + 86_400_000) };
    tell(`signIn-${signInId}`, participantId, 'SignedIn', signIn, 'signedInAt');
    const role = participantId === ownerId ? 'owner' : 'participant';
    tell(session, participantId, 'ParticipantJoined', { ...leg, role, person: { displayName: 'Person' } }, 'joinedAt');
    tell(session, participantId, 'LegConnected', { ...leg, epoch: 1 }, 'connectedAt');
    const channelId = sessionId;
    for (let message = 0; message < 4; message += 1) {
      const ids = {
        channelId,
        sessionId,
        authorId: participantId,
        messageId: idOf('message', number, participantId, message),
      };
      const content = {
        author: { displayName: 'Person' },
        content: { text: `The figures of week ${number}, part ${message}` },
      };
      const posted = { ...ids, contentId: idOf('content', number, participantId, message), ...content };
      tell(`channel-${channelId}`, participantId, 'ChatMessagePosted', posted, 'postedAt');
    }
  }
  for (const participantId of [ownerId, ...guests]) {
    const leg = { sessionId, participantId, legId: idOf('leg', number, participantId) };
    const quality = {
      connectedMs: 60_000,
      receivedBytes: 1e6,
      sentBytes: 1e6,
      lossFraction: 0.01,
      roundTripMs: 20,
      scoreMin: 9,
    };
    tell(session, participantId, 'LegLeft', { ...leg, epoch: 1, cause: 'left', quality }, 'leftAt');
    const signInId = idOf('sign-in', number, participantId);
    tell(
      `signIn-${signInId}`,
      participantId,
      'SignedOut',
      { signInId, accountId: participantId, cause: 'signed_out' },
      'signedOutAt',
    );
  }
  tell(session, ownerId, 'SessionEnded', { sessionId, cause: 'empty', endedBy: null }, 'endedAt');
  tell(conference, ownerId, 'ConferenceRunFinished', { conferenceId, sessionId }, 'finishedAt');
  return planned;
};

const envelopeOf = ({ actorId, atMs }: Planned, id: string): Envelope => ({
  actor: { kind: 'account', id: actorId },
  commandId: id,
  digest: id.replaceAll('-', '').repeat(2),
  correlationId: id,
  causationId: null,
  node: 'bench',
  occurredAt: new Date(atMs),
  reason: null,
  origin: { displayName: 'Person', ip: '10.1.2.3', userAgent },
});

const encoded = async ({ codec }: GenerateLogNeeds, planned: Planned, revision: number): Promise<NewEvent> => {
  const { stream, fact } = planned;
  const vocabulary = vocabularies.get(stream.slice(0, stream.indexOf('-')));
  if (!vocabulary) throw new Error(`No vocabulary for ${stream}`);
  const id = idOf('event', stream, revision);
  // As a reader would: what could not be read back must not be written.
  vocabulary.parse(fact as { type: string; data: unknown });
  return codec.encode(vocabulary, stream, id, fact, envelopeOf(planned, id));
};

const hex = (bytes: Uint8Array): string => `\\\\x${Buffer.from(bytes).toString('hex')}`;

/** The accounts first, then conference after conference; each in a chunk that is encoded together. */
function* chunksOf(events: number, first: number): Generator<Planned[]> {
  const conferences = Math.ceil(events / perConference);
  const beginMs = Date.now() - (events + people) * stepMs;
  if (first === 0) yield Array.from({ length: people }, (_, number) => accountOf(number, beginMs + number));
  for (let from = 0; from < conferences; from += 20) {
    const chunk: Planned[] = [];
    for (let each = from; each < Math.min(conferences, from + 20); each += 1)
      chunk.push(...conferenceOf(first + each, beginMs + each * perConference * stepMs));
    yield chunk;
  }
}

/**
 * Adds events to the log of a server that is not running: accounts, then conferences with sign-ins, people, legs and
 * chats, in streams without gaps, sealed with keys of the vault. Answers how many there are then.
 */
export const generateLog = async (needs: GenerateLogNeeds): Promise<number> => {
  const { connection, events, firstConference = 0 } = needs;
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query('begin');
    const head = await client.query<{ position: string }>('select position from log.head for update');
    let position = Number(head.rows[0]?.position ?? 0);
    const columns = 'position, stream, revision, id, type, data, metadata, recorded_at';
    const copy = client.query(from(`copy log.events (${columns}) from stdin`));
    for (const chunk of chunksOf(events, firstConference)) {
      // Streams begin and end within a chunk.
      const revisions = new Map<string, number>();
      const next = (stream: string): number => {
        const revision = (revisions.get(stream) ?? -1) + 1;
        revisions.set(stream, revision);
        return revision;
      };
      const numbered = chunk.map((planned) => ({ planned, revision: next(planned.stream) }));
      const stored = await Promise.all(
        numbered.map(async ({ planned, revision }) => ({
          event: await encoded(needs, planned, revision),
          planned,
          revision,
        })),
      );
      let text = '';
      for (const { event, planned, revision } of stored) {
        position += 1;
        const row = [position, planned.stream, revision, event.id, event.type, hex(event.data), hex(event.metadata)];
        text += `${[...row, iso(planned.atMs)].join('\t')}\n`;
      }
      if (!copy.write(text)) await once(copy, 'drain');
    }
    copy.end();
    await once(copy, 'finish');
    await client.query('update log.head set position = $1', [position]);
    await client.query('commit');
    await client.query('vacuum analyze log.events');
    return position;
  } finally {
    await client.end();
  }
};
