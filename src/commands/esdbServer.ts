// What an EventStoreDB has to be before a log is kept in it, and what to do where it is not: asked once, at the start.
import {
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  binaryEvent,
  EventStoreDBClient,
  isCommandError,
  NO_STREAM,
} from '@eventstore/db-client';
import { byLeader, type Connection } from './esdbConnection.ts';
import { isStreamName, limits, StoreUnavailable } from './eventStore.ts';

export type UnusableReason =
  | 'bad_url'
  | 'unreachable'
  | 'no_leader'
  | 'tls'
  | 'account_refused'
  | 'rights_missing'
  | 'append_size'
  | 'events_hidden';

/** `message` is one sentence on what is wrong with the server or with ESDB_URL, and one on the remedy. */
export class EsdbUnusable extends StoreUnavailable {
  readonly reason: UnusableReason;

  constructor(reason: UnusableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

// What an append of the port may come to there: the envelope before each event's metadata, and types in UTF-16.
const envelopeBytes = 17;
const typeBytesMax = 400;
const roomNeeded = limits.appendBytesMax + limits.appendEventsMax * (envelopeBytes + typeBytesMax);

/** The addresses in a connection string, without the account. */
const placeOf = (url: string): string => /^[^:]+:\/\/(?:[^@/]*@)?([^/?]+)/.exec(url)?.[1] ?? 'ESDB_URL';

/** Throws `EsdbUnusable` where the client cannot make sense of the connection string; connects to nobody. */
export const assertUrl = (url: string): void => {
  if (/[?&]nodePreference=(?!leader\b)/i.test(url)) {
    throw new EsdbUnusable(
      'bad_url',
      'ESDB_URL prefers other nodes than the leader, where the log may be behind. Leave nodePreference out.',
    );
  }
  try {
    EventStoreDBClient.connectionString(url);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new EsdbUnusable('bad_url', `ESDB_URL is no connection string of EventStoreDB: ${why}`, { cause: error });
  }
};

const detailsOf = (error: unknown): { text: string; type: string; code: number | null } => {
  const text = error instanceof Error ? error.message : String(error);
  const type = error instanceof Error && isCommandError(error) ? error.type : '';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
  return { text, type, code };
};

const unauthenticated = 16;

/** Why the first questions to the server at `url` failed, for the person who starts it. */
export const whyUnusable = (url: string, cause: unknown): StoreUnavailable => {
  if (cause instanceof EsdbUnusable) return cause;
  const { text, type, code } = detailsOf(cause instanceof StoreUnavailable ? (cause.cause ?? cause) : cause);
  const place = placeOf(url);
  const because = (reason: UnusableReason, message: string) => new EsdbUnusable(reason, message, { cause });
  if (code === unauthenticated) {
    return because(
      'account_refused',
      `EventStoreDB does not accept the account in ESDB_URL. Correct name and password.`,
    );
  }
  if (type === 'access-denied') {
    return because(
      'rights_missing',
      'The account in ESDB_URL may not read $all or not write. Give it these rights, or put it into $admins.',
    );
  }
  if (type === 'not-leader' || /not ready|no leader|leader-endpoint/i.test(text)) {
    return because('no_leader', `EventStoreDB at ${place} has no leader just now. Start more nodes of its cluster.`);
  }
  if (/certificate|self.signed|issuer|ssl|tls|wrong version number|EPROTO/i.test(text)) {
    return because('tls', `TLS with EventStoreDB at ${place} fails (${text}). Set tls and tlsCAFile in ESDB_URL.`);
  }
  return because('unreachable', `EventStoreDB at ${place} does not answer (${text}). Start it, or correct ESDB_URL.`);
};

/**
 * Looks whether the server takes the largest append, by one that cannot be written: on a stream that is there, as its
 * first event. Rejects with `EsdbUnusable`.
 */
export const assertRoom = async (
  connection: Connection,
  existing: string,
  newId: () => string,
  timeoutMs: number,
): Promise<void> => {
  const probe = binaryEvent({ id: newId(), type: 'Probe', data: new Uint8Array(roomNeeded) });
  try {
    await connection.ask(
      (client) =>
        client.appendToStream(existing, probe, { ...byLeader, expectedRevision: NO_STREAM, deadline: timeoutMs }),
      timeoutMs,
    );
  } catch (error) {
    const { type } = detailsOf(error);
    if (type === 'wrong-expected-version') return;
    if (type !== 'maximum-append-size-exceeded') throw error;
    throw new EsdbUnusable(
      'append_size',
      'EventStoreDB takes less in one append than Hansard may write. Start it with MaxAppendSize 2097152.',
      { cause: error },
    );
  }
  throw new EsdbUnusable('events_hidden', `The stream ${existing} was deleted. Restore the log from a backup.`);
};

const isHidden = ({ data }: AllStreamRecordedEvent): boolean => {
  const asked = typeof data === 'object' ? Object.keys(data) : [];
  return asked.some((key) => ['$maxCount', '$maxAge', '$tb'].includes(key));
};

/**
 * Looks at events from newest to oldest whether streams of ours were deleted or limited; the newest word on each, which
 * `said` keeps, is what holds. What was done longer ago the readers of the stream notice. Throws `EsdbUnusable`.
 */
export const assertNothingHidden = (newest: readonly AllStreamResolvedEvent[], said: Set<string>): void => {
  for (const { event } of newest) {
    if (event?.type !== '$metadata' && event?.type !== '$streamDeleted') continue;
    const stream = event.type === '$metadata' ? event.streamId.slice(2) : event.streamId;
    if (!isStreamName(stream) || said.has(stream)) continue; // Others may share the server.
    said.add(stream);
    if (event.type === '$metadata' && !isHidden(event)) continue;
    throw new EsdbUnusable(
      'events_hidden',
      `Events of the stream ${stream} were deleted, or are hidden by $maxCount, $maxAge or $tb. Undo that first.`,
    );
  }
};
