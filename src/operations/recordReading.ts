// Whether this process can read the record now: a subscription waits through an outage and does not say so.
import type { EventStore } from '../commands/eventStore.ts';
import { within } from '../commands/postgresConnection.ts';

const lookMs = 1_000;
const answerMs = 2_000;

/** Asks the store for its newest position every second, until it is stopped. */
export const watchReading = (store: Pick<EventStore, 'head'>): { now: () => boolean; stop: () => void } => {
  let reads = true;
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    reads = await within(answerMs, 'Reading the record', store.head()).then(
      () => true,
      () => false,
    );
    asking = false;
  };
  const timer = setInterval(() => void look(), lookMs);
  return { now: () => reads, stop: () => clearInterval(timer) };
};
