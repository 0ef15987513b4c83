// Hears of every event that is written, by whomever, so that readers look at once; they find it themselves.
import { END, type ReadPosition, streamNameFilter } from '@eventstore/db-client';
import type { Connection } from './esdbConnection.ts';
import { storedOf } from './esdbEvents.ts';
import { identityStream } from './esdbLogHome.ts';
import type { StoredEvent } from './eventStore.ts';
import { createSignal } from './signal.ts';

export type BellNeeds = {
  connection: Connection;
  closed: AbortSignal;
  /** Null: it was interrupted and something may have been missed so far. */
  onEvent: (event: StoredEvent | null) => void;
  /** Something happened to the log as a whole. */
  onIdentity: () => void;
  onFault: (error: unknown) => void;
};

const againAfterMs = 300;

/** Listens until `closed` is aborted; takes up again where it was after every interruption. */
export const ringBell = async ({ connection, closed, onEvent, onIdentity, onFault }: BellNeeds): Promise<void> => {
  let from: ReadPosition = END;
  while (!closed.aborted) {
    const { client, replaced } = connection.current();
    const over = createSignal();
    const filter = streamNameFilter({ regex: '^[^$]' });
    const subscription = client.subscribeToAll({ fromPosition: from, filter });
    subscription.on('confirmation', () => onEvent(null));
    subscription.on('data', ({ event }) => {
      if (!event) return;
      from = event.position;
      if (event.streamId === identityStream) onIdentity();
      const stored = storedOf(event);
      if (stored) onEvent(stored);
    });
    // Without a listener an error would end the process.
    subscription.on('error', (error) => {
      if (!closed.aborted && over.count() === 0) onFault(error);
      over.raise();
    });
    subscription.on('end', over.raise).on('close', over.raise);
    await over.after(0, undefined, AbortSignal.any([closed, replaced]));
    subscription.unsubscribe().catch(() => undefined); // It was over already.
    await over.after(over.count(), againAfterMs, closed);
  }
};
