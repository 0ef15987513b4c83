// What the thread that appends to EventStoreDB is sent and what it answers: many at once, since each message costs as
// much as an append.
import type { Append } from './esdbSettling.ts';
import { type Appended, AppendInvalid, OutcomeUnknown, StoreUnavailable } from './eventStore.ts';

/** What the thread is started with. */
export type ThreadOptions = { url: string; answerTimeoutMs: number; refuseAfterMs: number };

type PackedEvent = { id: string; type: string; dataBytes: number; metadataBytes: number };

type PackedAppend = Pick<Append, 'stream' | 'expected'> & { n: number; deadlineMs: number; events: PackedEvent[] };

/** Appends under numbers of their own, and one after the other the data and metadata of their events. */
export type Appends = { appends: PackedAppend[]; bytes: Uint8Array<ArrayBuffer> };

const kinds = { AppendInvalid, OutcomeUnknown, StoreUnavailable };
type Kind = keyof typeof kinds;

/** What became of the append `n`. */
export type Outcome = { n: number } & ({ appended: Appended } | { failed: { kind: Kind | null; message: string } });

/** `ready`: it has loaded. `fault`: what the connection complains of. */
export type FromThread = { ready: true } | { outcomes: Outcome[] } | { fault: string };
export type ToThread = Appends | { close: true };

/** Milliseconds of the system's monotonic clock, which all threads have in common; `performance.now` they have not. */
const sharedNowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Makes one message of many appends; `bytes` may be handed over with it. */
export const packed = (appends: ReadonlyMap<number, Append>): Appends => {
  let size = 0;
  for (const { events } of appends.values()) {
    for (const { data, metadata } of events) size += data.byteLength + metadata.byteLength;
  }
  const bytes = new Uint8Array(size);
  const laterMs = sharedNowMs() - performance.now();
  const list: PackedAppend[] = [];
  let at = 0;
  const put = (part: Uint8Array): number => {
    bytes.set(part, at);
    at += part.byteLength;
    return part.byteLength;
  };
  for (const [n, { stream, expected, deadlineMs, events }] of appends) {
    const described = events.map(({ id, type, data, metadata }) => ({
      id,
      type,
      dataBytes: put(data),
      metadataBytes: put(metadata),
    }));
    list.push({ n, stream, expected, deadlineMs: deadlineMs + laterMs, events: described });
  }
  return { appends: list, bytes };
};

/** The appends of a message, their deadlines by this thread's own clock. */
export const unpacked = ({ appends, bytes }: Appends): Map<number, Append> => {
  const soonerMs = performance.now() - sharedNowMs();
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  return new Map(
    appends.map(({ n, stream, expected, deadlineMs, events }) => [
      n,
      {
        stream,
        expected,
        deadlineMs: deadlineMs + soonerMs,
        events: events.map(({ id, type, dataBytes, metadataBytes }) => ({
          id,
          type,
          data: take(dataBytes),
          metadata: take(metadataBytes),
        })),
      },
    ]),
  );
};

/** An error as it can be told: what is known of its kind, and its message with those of its causes. */
export const told = (error: unknown): { kind: Kind | null; message: string } => {
  const messages: string[] = [];
  for (let each = error; each !== undefined && messages.length < 4; ) {
    messages.push(each instanceof Error ? each.message : String(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  const kind = (Object.keys(kinds) as Kind[]).find((name) => error instanceof kinds[name]) ?? null;
  return { kind, message: messages.join(': ') };
};

/** The error that was told of. */
export const errorOf = ({ kind, message }: { kind: Kind | null; message: string }): Error =>
  kind ? new kinds[kind](message) : new Error(message);
