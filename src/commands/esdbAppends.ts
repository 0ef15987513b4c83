// Takes appends for EventStoreDB, a bounded number at a time; they are carried out elsewhere.
import { createSlots } from '../slots.ts';
import type { Reader } from './esdbLogReader.ts';
import type { RecentIds } from './esdbRecentIds.ts';
import type { Settle } from './esdbSettling.ts';
import { assertAppendable, EventIdTaken, type EventStore, StoreUnavailable } from './eventStore.ts';

export type Appender = {
  append: EventStore['append'];
  /** Settles once nothing is under way, to be called when nothing may be written any more. */
  settled: () => Promise<void>;
};

export type AppenderNeeds = {
  settle: Settle;
  reader: Reader;
  recentIds: RecentIds;
  onWritten: () => void;
  /** Throws where nothing may be written any more. */
  assertWritable: () => void;
};

// More would only wait at the server, and the time an answer takes would say nothing about whether it comes.
const underWayMax = 256;
const usualTimeoutMs = 2_000;

const lastRevision = async (reader: Reader, stream: string): Promise<number> => {
  for await (const { revision } of reader.stream(stream, { direction: 'backwards', limit: 1 })) return revision;
  return -1;
};

export const createAppender = ({ settle, reader, recentIds, onWritten, assertWritable }: AppenderNeeds): Appender => {
  const slots = createSlots(underWayMax);
  let settling: Promise<void> | null = null;
  return {
    append: async (stream, expected, events, timeoutMs = usualTimeoutMs) => {
      assertAppendable(stream, expected, events);
      assertWritable();
      const deadlineMs = performance.now() + timeoutMs;
      const base = expected === 'noStream' ? -1 : expected;
      if (!slots.tryEnter() && !(await slots.enter(timeoutMs))) {
        throw new StoreUnavailable('The event store did not get to this in time');
      }
      try {
        if (recentIds.anyElsewhere(stream, base, events) && (await lastRevision(reader, stream)) === base) {
          throw new EventIdTaken('An event id of this append belongs to another event');
        }
        const answer = await settle({ stream, expected, events, deadlineMs });
        if (answer.outcome === 'conflict') return answer;
        for (const [index, { id }] of events.entries()) recentIds.note(id, stream, base + 1 + index);
        onWritten();
        return answer;
      } finally {
        slots.leave();
      }
    },
    settled: () => (settling ??= slots.takeAll()),
  };
};
