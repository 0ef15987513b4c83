// Sends waiting appends in batches, and settles what was not answered by sending the very same again.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { type Appended, EventIdTaken, positionOf, StoreUnavailable } from './eventStore.ts';
import { type AppendQueue, type Job, settle } from './postgresAppendQueue.ts';
import { keepConnected, type Link, saidNo, within } from './postgresConnection.ts';

export type WriterNeeds = {
  config: pg.ClientConfig;
  queue: AppendQueue;
  /** How long a batch may go unanswered before its connection is given up. */
  answerTimeoutMs: number;
  onWritten: () => void;
  onFault: (error: unknown) => void;
};

export type Writer = { close: () => Promise<void> };

// While one batch is carried out, the answers to the other are acted upon and its successor is on its way; a third
// would only wait for the lock.
const lanes = 2;

type Answer = [append: number, outcome: string, revision: number, position: string | null];

const statement = {
  name: 'append',
  rowMode: 'array' as const,
  text: 'select append, outcome, last_revision, last_position from log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)',
};

/** One parameter per column instead of one per event, and all payload in one: bytes need no escaping there. */
const valuesOf = (batch: readonly Job[]): unknown[] => {
  const owned = batch.flatMap(({ stream, events }, index) =>
    events.map((event, place) => ({ owner: index + 1, place: place + 1, stream, ...event })),
  );
  const starts: number[] = [];
  let length = 1;
  for (const { data, metadata } of owned) {
    starts.push(length);
    length += data.byteLength + metadata.byteLength;
  }
  return [
    batch.map(({ stream }) => stream),
    batch.map(({ expected }) => (expected === 'noStream' ? -1 : expected)),
    batch.map(({ events }) => events.length),
    owned.map(({ owner }) => owner),
    owned.map(({ place }) => place),
    owned.map(({ stream }) => stream),
    owned.map(({ id }) => id),
    owned.map(({ type }) => type),
    starts,
    owned.map(({ data }) => data.byteLength),
    owned.map(({ metadata }) => metadata.byteLength),
    Buffer.concat(owned.flatMap(({ data, metadata }) => [data, metadata])),
  ];
};

const appendedOf = ([, outcome, revision, position]: Answer): Appended =>
  outcome === 'appended' && position !== null
    ? { outcome: 'appended', revision, position: positionOf(position) }
    : { outcome: 'conflict', actual: revision < 0 ? 'noStream' : revision };

/** A refusal of the server concerns the whole call: alone, it is this append's; in company, each tries by itself. */
const refused = (batch: readonly Job[], error: pg.DatabaseError): void => {
  for (const job of batch) {
    if (batch.length > 1) job.alone = true;
    else if (error.constraint === 'events_id') {
      settle(job, new EventIdTaken('An event id of this append belongs to another event', { cause: error }));
    } else if (/^(25|40|53|54|55|57|58)/.test(error.code ?? '')) {
      // Out of space, read-only, time-out: over one day, and nothing was written by this attempt.
      if (!job.maybeWritten) settle(job, new StoreUnavailable('The event store cannot write', { cause: error }));
    } else settle(job, error);
  }
};

const send = async ({ queue, answerTimeoutMs, onWritten }: WriterNeeds, link: Link, batch: Job[]): Promise<void> => {
  try {
    const query = link.client.query<Answer>({ ...statement, values: valuesOf(batch) });
    const { rows } = await within(answerTimeoutMs, 'Append', query);
    queue.progressed();
    for (const row of rows) {
      const job = batch[row[0] - 1];
      if (job) settle(job, appendedOf(row));
    }
    if (rows.some(([, outcome]) => outcome === 'appended')) onWritten();
  } catch (error) {
    if (!saidNo(error)) {
      for (const job of batch) job.maybeWritten = true;
      throw error;
    }
    refused(batch, error);
  } finally {
    queue.giveBack(batch);
  }
};

/** Starts sending what stands in the queue. `close` ends once the queue is empty. */
export const startWriter = (needs: WriterNeeds): Writer => {
  const { config, queue, onFault } = needs;
  let closing = false;
  let sending = 0;
  const wanted = () => !closing || !queue.isEmpty();

  const use = async (link: Link) => {
    queue.progressed();
    while (wanted()) {
      if (link.lost()) throw new Error('The connection to the event store was lost');
      const seen = queue.changed.count();
      const batch = queue.take(lanes - sending);
      if (batch.length > 0) {
        sending += 1;
        await send(needs, link, batch).finally(() => (sending -= 1));
      } else {
        await queue.changed.after(seen);
        await nextTurn(); // What else was asked in this turn of the event loop comes along.
      }
    }
  };

  // Planning anew what is always the same would take longer than doing it.
  const options = '-c plan_cache_mode=force_generic_plan';
  const settings = { ...config, application_name: 'hansard log', statement_timeout: 10_000, options };
  const running = Array.from({ length: lanes }, () =>
    keepConnected({ config: settings, changed: queue.changed, wanted, use, onFault }),
  );
  return {
    close: async () => {
      closing = true;
      queue.changed.raise();
      await Promise.all(running);
    },
  };
};
