// What is on the record, read behind the server's back from wherever it keeps the log.
import { randomUUID } from 'node:crypto';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { runSql } from './postgres.ts';
import type { Stack } from './stack.ts';

type Json = Record<string, unknown>;
export type OnRecord = { stream: string; revision: number; type: string; data: Json; metadata: Json };

const parsed = (text: string): Json => JSON.parse(text) as Json;

/** Of `log.events`: what somebody asked for, and not what the server records by itself as time goes by. */
export const askedFor = `type <> 'AccountStatusSettled' and stream !~ '^(checkpoint|signingKey)-'`;

/** The whole log, in its order. */
export const recordOf = async ({
  connection,
  eventStoreDb,
}: Pick<Stack, 'connection'> & { eventStoreDb: { url: () => string } | null }): Promise<OnRecord[]> => {
  if (!eventStoreDb) {
    const rows = await runSql(
      connection,
      `select stream, revision, type, convert_from(data, 'UTF8') as data, convert_from(metadata, 'UTF8') as metadata
       from log.events order by position`,
    );
    return rows.map(({ stream, revision, type, data, metadata }) => ({
      stream: String(stream),
      revision: Number(revision),
      type: String(type),
      data: parsed(String(data)),
      metadata: parsed(String(metadata)),
    }));
  }
  const store = await openEsdbEventStore({ url: eventStoreDb.url(), newId: randomUUID });
  try {
    const all = await Array.fromAsync(store.readAll());
    return all.map(({ stream, revision, type, data, metadata }) => ({
      stream,
      revision,
      type,
      data: parsed(Buffer.from(data).toString()),
      metadata: parsed(Buffer.from(metadata).toString()),
    }));
  } finally {
    await store.close();
  }
};
