// The log in EventStoreDB as a whole: who it is and whether it may be written, told by a stream of its own.
import { binaryEvent, isCommandError, NO_STREAM } from '@eventstore/db-client';
import { z } from 'zod';
import { byLeader, type Connection, connect } from './esdbConnection.ts';
import type { LogHome, LogIdentity, LogState } from './eventStore.ts';

// Not the name of a stream of ours, which have a hyphen.
export const identityStream = 'hansardLog';
const told = z.object({
  logId: z.uuid().optional(),
  state: z.enum(['open', 'arriving', 'moved'] satisfies LogState[]).optional(),
});

/** Read to its end: what is left unread the client cannot dispose of. */
const readIdentity = async (
  connection: Connection,
  timeoutMs?: number,
): Promise<(LogIdentity & { revision: bigint }) | null> =>
  connection.ask(async (client) => {
    try {
      const events = (await Array.fromAsync(client.readStream(identityStream, byLeader))).flatMap(
        ({ event }) => event ?? [],
      );
      const [first] = events;
      if (!first) throw new Error(`The stream ${identityStream} is empty: somebody has deleted from this log`);
      const known = { logId: first.id, positionsId: first.id, state: 'open' as LogState, revision: 0n };
      for (const { data, revision } of events) {
        const text = data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : '{}';
        const { logId = known.logId, state = known.state } = told.parse(JSON.parse(text));
        Object.assign(known, { logId, state, revision });
      }
      return known;
    } catch (error) {
      if (error instanceof Error && isCommandError(error) && error.type === 'stream-not-found') return null;
      throw error;
    }
  }, timeoutMs);

const tell = (connection: Connection, id: string, type: string, data: object, expectedRevision: bigint | null) =>
  connection.ask((client) => {
    const event = binaryEvent({ id, type, data: Buffer.from(JSON.stringify(data)) });
    return client.appendToStream(identityStream, event, {
      ...byLeader,
      expectedRevision: expectedRevision ?? NO_STREAM,
    });
  });

/** The identity of a log is the id of the first event of its own stream, which only one process can have written. */
export const identityOf = async (
  connection: Connection,
  newId: () => string,
  timeoutMs?: number,
): Promise<LogIdentity> => {
  const known = await readIdentity(connection, timeoutMs);
  if (known) return known;
  try {
    await tell(connection, newId(), 'LogCreated', {}, null);
  } catch (error) {
    if (!(error instanceof Error && isCommandError(error) && error.type === 'wrong-expected-version')) throw error;
  }
  const made = await readIdentity(connection);
  if (made) return made;
  throw new Error(`The stream ${identityStream} vanished while it was made`);
};

/** Begins a log where there is none. Rejects when the server cannot be reached. */
export const openEsdbLogHome = async (url: string, newId: () => string): Promise<LogHome> => {
  const connection = connect({ url, answerTimeoutMs: 5_000, onFault: () => undefined });
  const change = async (type: string, data: { logId?: string; state: LogState }): Promise<void> => {
    const known = await readIdentity(connection);
    await tell(connection, newId(), type, data, known?.revision ?? null);
  };
  try {
    await identityOf(connection, newId);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    identity: () => identityOf(connection, newId),
    receive: (logId) => change('LogAwaited', { logId, state: 'arriving' }),
    become: (state) => change('LogStateChanged', { state }),
    close: () => connection.close(),
  };
};
