// Events and streams for tests of the log.
import { randomUUID } from 'node:crypto';
import type {
  Batch,
  EventStore,
  ExpectedRevision,
  Filter,
  NewEvent,
  StoredEvent,
  StreamRange,
} from '../../src/commands/eventStore.ts';

const bytes = (text: string) => Buffer.from(text);

export const event = (text = 'something', id: string = randomUUID()): NewEvent => ({
  id,
  type: 'SomethingHappened',
  data: bytes(JSON.stringify({ text })),
  metadata: bytes('{"actor":"test"}'),
});

export const events = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => event(`number ${n}`));

export const numbered = (count: number, from = 0): NewEvent[] =>
  Array.from({ length: count }, (_, n) => event(String(from + n)));

/** A category nobody else uses, so that tests can share a log. */
export const newCategory = (): string => `c${randomUUID().replaceAll('-', '')}`;

export const newStream = (category = newCategory()): string => `${category}-${randomUUID()}`;

/** Appends and insists on success. */
export const appended = async (
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  asked: readonly NewEvent[],
): Promise<{ revision: number; position: string }> => {
  const answer = await store.append(stream, expected, asked);
  if (answer.outcome === 'conflict') throw new Error(`Unexpected conflict: ${stream} is at ${answer.actual}`);
  return answer;
};

export const textOf = ({ data }: { data: Uint8Array }): string => JSON.parse(Buffer.from(data).toString('utf8')).text;

export const all = (store: EventStore, stream: string, range: StreamRange = {}): Promise<StoredEvent[]> =>
  Array.fromAsync(store.readStream(stream, range));

export const texts = async (store: EventStore, stream: string, range: StreamRange = {}): Promise<string[]> =>
  (await all(store, stream, range)).map(textOf);

/** What a subscription delivers until `enough` says so; fails loudly when it ends before. */
export const collect = async (
  store: EventStore,
  options: { after?: string; filter?: Filter },
  enough: (seen: StoredEvent[], batches: Batch[]) => boolean,
): Promise<{ seen: StoredEvent[]; batches: Batch[] }> => {
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  const batches: Batch[] = [];
  for await (const batch of store.subscribeAll({ ...options, signal: stop.signal })) {
    seen.push(...batch.events);
    batches.push(batch);
    if (enough(seen, batches)) {
      stop.abort();
      return { seen, batches };
    }
  }
  throw new Error(`The subscription ended after ${seen.length} events`);
};
