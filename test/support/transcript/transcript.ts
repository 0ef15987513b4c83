// A transcript: named questions to an EventStoreDB and what it answered, without what changes from run to run.
import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import {
  type AllStreamSubscription,
  EventStoreDBClient,
  jsonEvent,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';

export type Transcript = Record<string, unknown>;
/** A name and the question; what has to be there first is done by a case without a name. */
export type Case = readonly [name: string, ask: () => Promise<unknown>];

export type Subject = {
  url: string;
  /** Host and port. */
  address: string;
  client: EventStoreDBClient;
  /** A stream of this run alone. */
  stream: (name: string) => string;
  /** What all streams of this run begin with. */
  prefix: string;
  /** Waits so long, in ms on a real server; another pace for one that is quick. */
  pause: (ms: number) => Promise<void>;
  pace: number;
  /** Takes the run's name out of a text. */
  anonymous: (text: string) => string;
};

export const subjectAt = (url: string, pace: number): Subject => {
  const run = randomUUID().slice(0, 8);
  const prefix = `golden${run}_`;
  return {
    url,
    address: /\/\/(?:[^@/]*@)?([^/?,]+)/.exec(url)?.[1] ?? '',
    client: EventStoreDBClient.connectionString(url),
    stream: (name) => `${prefix}${name}-1`,
    prefix,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms * pace)),
    pace,
    anonymous: (text) => text.replaceAll(run, 'RUN'),
  };
};

export const event = (type: string, data: Record<string, unknown> = { n: 1 }, id: string = randomUUID()) =>
  jsonEvent({ id, type, data, metadata: { m: 1 } });
export const mine = ({ prefix }: Subject) => streamNameFilter({ prefixes: [prefix] });

/** As JSON can say it. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return `bytes(${value.length})`;
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
};

type ClientError = Error & {
  type?: string;
  code?: number;
  streamName?: string;
  expectedVersion?: unknown;
  actualVersion?: unknown;
};

export const failureOf = ({ anonymous }: Subject, error: unknown): unknown => {
  if (!(error instanceof Error)) throw error;
  const { type, message, code, streamName, expectedVersion, actualVersion }: ClientError = error;
  return plain({
    error: error.constructor.name,
    type,
    message: anonymous(message).replaceAll(moment, '(T)').slice(0, 300),
    code,
    streamName: streamName === undefined ? undefined : anonymous(streamName),
    expectedVersion,
    actualVersion,
  });
};

/** When, in a message of the client's. */
const moment = /\(\d{4}-\d\d-\d\dT[\d:.]+Z\)/g;

/** Asks one after the other, since each finds what the former left. */
export const recordCases = async (subject: Subject, cases: readonly Case[], into: Transcript): Promise<void> => {
  for (const [name, ask] of cases) {
    if (name === '') await ask();
    else {
      into[name] = await ask().then(
        (answer) => ({ ok: plain(answer) }),
        (error: unknown) => ({ failed: failureOf(subject, error) }),
      );
    }
  }
};

type Appended = { success: boolean; nextExpectedRevision: bigint; position?: unknown };
export const brief = async (asked: Promise<Appended>) => {
  const { success, nextExpectedRevision, position } = await asked;
  return { success, next: nextExpectedRevision, hasPosition: position !== undefined };
};

type Read = {
  event?: { type: string; streamId: string; revision: bigint; isJson: boolean } | undefined;
  link?: unknown;
  commitPosition?: bigint | undefined;
};
export const collect = async <T>(read: AsyncIterable<T>, max = 1000): Promise<T[]> => {
  const all: T[] = [];
  for await (const each of read) {
    all.push(each);
    if (all.length >= max) break;
  }
  return all;
};
export const seen = async ({ anonymous }: Subject, read: AsyncIterable<Read>) =>
  (await collect(read)).map(({ event: found, link, commitPosition }) => ({
    type: found?.type,
    stream: found && anonymous(found.streamId),
    revision: found?.revision,
    link: link !== undefined,
    hasCommit: commitPosition !== undefined,
    isJson: found?.isJson,
  }));

/** What a subscription says within `ms`, in order, while `meanwhile` happens. */
export const watch = async (
  subject: Subject,
  subscription: AllStreamSubscription | StreamSubscription,
  ms: number,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> => {
  const log: string[] = [];
  // Both kinds emit the same; only their types cannot be called as one.
  const emitter: EventEmitter = subscription;
  emitter.on('data', (each: Read) => void log.push(`event ${each.event?.type}`));
  for (const name of ['confirmation', 'caughtUp', 'fellBehind']) emitter.on(name, () => void log.push(name));
  emitter.on('error', (error: Error) => void log.push(`error ${error.constructor.name}`));
  await Promise.all([meanwhile(), subject.pause(ms)]);
  await subscription.unsubscribe();
  return log;
};
/** The same thing said several times is one line. */
export const squeeze = (log: readonly string[]): string[] => {
  const lines: [what: string, times: number][] = [];
  for (const what of log) {
    const last = lines.at(-1);
    if (last?.[0] === what) last[1] += 1;
    else lines.push([what, 1]);
  }
  return lines.map(([what, times]) => (times > 1 ? `${what} ×${times}` : what));
};
