// Tells when something new stands in EventStoreDB, by whomever it was written, so that readers look at once. What it is
// they find out themselves.
import {
  END,
  type EventStoreDBClient,
  type Position,
  type ReadPosition,
  streamNameFilter,
} from '@eventstore/db-client';
import { byLeader, type Connection } from './esdbConnection.ts';
import { identityStream } from './esdbLogHome.ts';
import type { Reader } from './esdbLogReader.ts';
import { createSignal } from './signal.ts';

type Listening = {
  connection: Pick<Connection, 'current'>;
  closed: AbortSignal;
  onFault: (error: unknown) => void;
};

const againAfterMs = 300;
/** Many events one after another are looked for so often, which costs less than being told of each. */
const restMs = 15;

/** What both kinds of subscription of the client have in common, as far as it is used here. */
type Subscription = {
  on: (name: 'confirmation' | 'data' | 'error' | 'end' | 'close', heard: (what?: unknown) => void) => Subscription;
  unsubscribe: () => Promise<void>;
};
type Ears = { confirmed: () => void; event: (position: Position) => void };

const positionOf = (data: unknown): Position | undefined =>
  (data as { event?: { position?: Position } } | undefined)?.event?.position;

/** Listens until `enough` is aborted or the subscription ends, for whatever reason. */
const listen = async (
  { connection, closed, onFault }: Listening,
  subscribe: (client: EventStoreDBClient) => Subscription,
  ears: Ears,
  enough?: AbortSignal,
): Promise<void> => {
  const { client, replaced } = connection.current();
  const over = createSignal();
  const subscription = subscribe(client);
  subscription.on('confirmation', ears.confirmed).on('data', (data) => {
    const position = positionOf(data);
    if (position) ears.event(position);
  });
  // Without a listener an error would end the process.
  subscription.on('error', (error) => {
    if (!closed.aborted && over.count() === 0) onFault(error);
    over.raise();
  });
  subscription.on('end', over.raise).on('close', over.raise);
  for (const end of [replaced, enough]) end?.addEventListener('abort', over.raise, { once: true });
  if (!replaced.aborted) await over.after(0, undefined, closed);
  for (const end of [replaced, enough]) end?.removeEventListener('abort', over.raise);
  subscription.unsubscribe().catch(() => undefined); // It was over already.
};

const pause = (ms: number, closed: AbortSignal): Promise<void> => createSignal().after(0, ms, closed);

/** Looks for itself at a steady beat for as long as there is always more; the place where nothing more was. */
const untilQuiet = async (
  { closed, reader, ring }: Pick<BellNeeds, 'closed' | 'reader' | 'ring'>,
  heard: Position,
): Promise<Position> => {
  for (let last = heard.commit; ; ) {
    await pause(restMs, closed);
    const end = closed.aborted ? last : await reader.end().catch(() => last);
    if (end <= last) return { commit: last, prepare: last };
    ring();
    last = end;
  }
};

export type BellNeeds = Listening & {
  reader: Pick<Reader, 'end'>;
  /** There may be more to read. */
  ring: () => void;
};

/** Where the first event after `from` stands, as soon as there is one; null when listening was interrupted before. */
const firstAfter = async (needs: BellNeeds, from: ReadPosition): Promise<Position | null> => {
  const filter = streamNameFilter({ regex: '^[^$]' });
  const heard: Position[] = [];
  const enough = new AbortController();
  const ears: Ears = {
    // What came while nobody listened.
    confirmed: () => {
      if (from === END) needs.ring();
    },
    event: (position) => {
      heard.push(position);
      enough.abort();
    },
  };
  const subscribe = (client: EventStoreDBClient): Subscription =>
    client.subscribeToAll({ ...byLeader, fromPosition: from, filter }) as Subscription;
  await listen(needs, subscribe, ears, enough.signal);
  return heard[0] ?? null;
};

/** Rings until `closed` is aborted; takes up again where it was after every interruption. */
export const ringBell = async (needs: BellNeeds): Promise<void> => {
  const { closed, ring } = needs;
  let from: ReadPosition = END;
  while (!closed.aborted) {
    const heard = await firstAfter(needs, from);
    if (heard) {
      ring();
      from = await untilQuiet(needs, heard);
    } else await pause(againAfterMs, closed);
  }
};

/** Tells whenever the log as a whole may be another than it was, until `closed` is aborted. */
export const watchIdentity = async (needs: Listening, changed: () => void): Promise<void> => {
  while (!needs.closed.aborted) {
    const subscribe = (client: EventStoreDBClient): Subscription =>
      client.subscribeToStream(identityStream, { ...byLeader, fromRevision: END }) as Subscription;
    await listen(needs, subscribe, { confirmed: changed, event: changed });
    await pause(againAfterMs, needs.closed);
  }
};
