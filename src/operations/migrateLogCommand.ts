// The command `migrate-log` as it is typed.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { openEsdbEventStore } from '../commands/esdbEventStore.ts';
import { openEsdbLogHome } from '../commands/esdbLogHome.ts';
import { openPostgresEventStore } from '../commands/postgresEventStore.ts';
import { openPostgresLogHome } from '../commands/postgresLogHome.ts';
import { databaseOf } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import { carryCheckpoints } from './carryCheckpoints.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import type { Connection } from './embeddedPostgres.ts';
import { migrateLog, type Place } from './migrateLog.ts';

export type MigrateLogCommandNeeds = {
  /** The configured database, where the read models are. */
  database: () => Connection | null;
  newId: () => string;
  say: (line: string) => void;
};

/** Nobody waits at a screen, and a busy store is no reason to stop half-way. */
const patience = { answerTimeoutMs: 20_000, refuseAfterMs: 20_000 };

type Opened = Place & { close: () => Promise<void> };

const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

const openPlace = async (url: string, newId: () => string): Promise<Opened> => {
  const postgres = isPostgres(url);
  const home = postgres ? await openPostgresLogHome(databaseOf(url)) : await openEsdbLogHome(url, newId);
  const opening = postgres
    ? openPostgresEventStore({ connection: databaseOf(url), moving: true, ...patience })
    : openEsdbEventStore({ url, newId, moving: true, ...patience });
  const store = await opening.catch(async (error: unknown) => {
    await home.close();
    throw error;
  });
  return {
    store,
    home,
    close: async () => {
      await store.close();
      await home.close();
    },
  };
};

const urlOf = (given: Given, option: 'from' | 'to'): string => {
  const url = given.text(option);
  if (url === undefined) throw new BadUsage(`Say --${option} with the address of a store.`);
  if (!URL.canParse(url) || !(isPostgres(url) || /^esdb(\+discover)?:\/\//.test(url)))
    throw new BadUsage(`--${option} takes an address like postgresql://... or esdb://..., not "${url}".`);
  return url;
};

const giveUp = async (source: Opened): Promise<void> => {
  const { state } = await source.home.identity();
  if (state === 'arriving') {
    throw new CannotStart('log_not_movable', 'The source has not arrived as a whole, so no server can use it.');
  }
  await source.home.become('open');
};

const readModelsOf = (given: Given, urls: readonly string[], needs: MigrateLogCommandNeeds): Connection => {
  const named = given.text('database') ?? urls.find(isPostgres);
  const database = given.text('database') === undefined ? needs.database() : null;
  if (database) return database;
  if (named !== undefined) return databaseOf(named);
  throw new BadUsage('Say --database with the address of the PostgreSQL that the read models are in.');
};

/** Writes both positions of each event, one line each, to a file that it begins anew. */
const positionsIn = async (file: string) => {
  const lines = createWriteStream(file, { mode: 0o600 });
  await once(lines, 'open');
  lines.write('number,from,to\n');
  return {
    moved: async (number: number, from: string, to: string): Promise<void> => {
      if (!lines.write(`${number},${from},${to}\n`)) await once(lines, 'drain');
    },
    close: async (): Promise<void> => {
      lines.end();
      await finished(lines);
    },
  };
};

const move = async (given: Given, source: Opened, to: string, needs: MigrateLogCommandNeeds): Promise<void> => {
  const { newId, say } = needs;
  const database = readModelsOf(given, [urlOf(given, 'from'), to], needs);
  const file = given.text('positions');
  const positions = file === undefined ? null : await positionsIn(file);
  const target = await openPlace(to, newId);
  try {
    const { logId, events, digest } = await migrateLog({
      source,
      target,
      say,
      ...(positions && { moved: positions.moved }),
      carry: (places) => carryCheckpoints(database, places),
    });
    say(`Log ${logId} was moved: ${events} events, SHA-256 of their leaves ${digest} in both stores.`);
    say('Name the new store in the configuration and start the servers: the read models are made anew from it.');
  } finally {
    await target.close();
    await positions?.close();
  }
};

/** The command `migrate-log`. */
export const migrateLogCommand =
  (needs: MigrateLogCommandNeeds): Handler =>
  async (given) => {
    const from = urlOf(given, 'from');
    const to = given.flag('give-up') ? null : urlOf(given, 'to');
    const source = await openPlace(from, needs.newId);
    try {
      if (to !== null) await move(given, source, to, needs);
      else {
        await giveUp(source);
        needs.say('Servers may write to this log again. Empty the store it was to go to before you try again.');
      }
      return 0;
    } finally {
      await source.close();
    }
  };
