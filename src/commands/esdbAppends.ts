// Takes appends for EventStoreDB, a bounded number at a time; they are carried out elsewhere.
import { createSlots } from '../slots.ts';
import type { Settle } from './esdbSettling.ts';
import { assertAppendable, type EventStore, StoreUnavailable } from './eventStore.ts';

export type Appender = {
  append: EventStore['append'];
  /** Settles once nothing is under way, to be called when nothing may be written any more. */
  settled: () => Promise<void>;
};

export type AppenderNeeds = {
  settle: Settle;
  onWritten: () => void;
  /** Throws where nothing may be written any more. */
  assertWritable: () => void;
};

// More would only wait at the server, and the time an answer takes would say nothing about whether it comes.
const underWayMax = 256;
const usualTimeoutMs = 2_000;

export const createAppender = ({ settle, onWritten, assertWritable }: AppenderNeeds): Appender => {
  const slots = createSlots(underWayMax);
  let settling: Promise<void> | null = null;
  return {
    append: async (stream, expected, events, timeoutMs = usualTimeoutMs) => {
      assertAppendable(stream, expected, events);
      assertWritable();
      const deadlineMs = performance.now() + timeoutMs;
      if (!slots.tryEnter() && !(await slots.enter(timeoutMs))) {
        throw new StoreUnavailable('The event store did not get to this in time');
      }
      try {
        const answer = await settle({ stream, expected, events, deadlineMs });
        if (answer.outcome === 'appended') onWritten();
        return answer;
      } finally {
        slots.leave();
      }
    },
    settled: () => (settling ??= slots.takeAll()),
  };
};
