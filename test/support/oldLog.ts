// Logs as older programs left them.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { logSteps } from '../../src/commands/postgresLogSchema.ts';
import { migrateSchema } from '../../src/commands/postgresMigrate.ts';
import { type Connection } from '../../src/operations/embeddedPostgres.ts';
import { runSql } from './postgres.ts';

/** Makes a log of `version` and appends `counts[i]` events to the i-th stream; answers the streams. */
export const makeOldLog = async (
  connection: Connection & pg.ClientConfig,
  version: number,
  counts: readonly number[],
): Promise<string[]> => {
  await migrateSchema(connection, 'log', logSteps.slice(0, version));
  const streams = counts.map(() => `thing-${randomUUID()}`);
  for (const [index, stream] of streams.entries()) {
    for (let revision = 0; revision < (counts[index] ?? 0); revision += 1) {
      await runSql(
        connection,
        `select log.append(array['${stream}'], array[${revision - 1}], array[1], array[1], array[1], array['${stream}'],
           array['${randomUUID()}']::uuid[], array['SomethingHappened'], array[1], array[2], array[2], '{}{}'::bytea)`,
      );
    }
  }
  return streams;
};
