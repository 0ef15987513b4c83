// The command `migrate-log` as it is typed.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { openEsdbEventStore } from '../commands/esdbEventStore.ts';
import { openEsdbLogHome } from '../commands/esdbLogHome.ts';
import { EsdbUnusable, whyUnusable } from '../commands/esdbServer.ts';
import type { EventStore, LogHome } from '../commands/eventStore.ts';
import { openPostgresEventStore } from '../commands/postgresEventStore.ts';
import { openPostgresLogHome } from '../commands/postgresLogHome.ts';
import { databaseOf } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import { carryCheckpoints, giveBackCheckpoints } from './carryCheckpoints.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { assertDatabaseAnswers } from './databaseAnswers.ts';
import { type Connection, hasEmbeddedPostgres, startEmbeddedPostgres } from './embeddedPostgres.ts';
import { type MigrateLogNeeds, migrateLog, type Place } from './migrateLog.ts';
import { openMovedReadModels } from './movedReadModels.ts';

export type MigrateLogCommandNeeds = {
  /** The configured database, where the read models are. */
  database: () => Connection | null;
  dataDirOf: (given: Given) => Promise<string>;
  now: () => Date;
  newId: () => string;
  say: (line: string) => void;
};

/** Nobody waits at a screen, and a busy store is no reason to stop half-way. */
const patience = { answerTimeoutMs: 20_000, refuseAfterMs: 20_000 };

type Opened = Place & { close: () => Promise<void> };

/** An address as it was typed, or the database that the read models are in. */
type Address = string | Connection;

type Side = 'from' | 'to';

const isPostgres = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);
const connectionOf = (at: Address): Connection => (typeof at === 'string' ? databaseOf(at) : at);

/** What is wrong with an address, in words of the option that it was typed for. */
const whyNot = (error: unknown, at: Address, option: Side): unknown => {
  const known = typeof at === 'string' && !isPostgres(at) ? whyUnusable(at, error) : error;
  if (!(known instanceof EsdbUnusable || known instanceof CannotStart)) return error;
  const message = known.message.replaceAll(/\b(ESDB|DATABASE)_URL\b/g, `--${option}`);
  return new CannotStart('log_not_movable', message, { cause: error });
};

const openStore = (at: Address, newId: () => string): Promise<EventStore> =>
  typeof at === 'string' && !isPostgres(at)
    ? openEsdbEventStore({ url: at, newId, moving: true, ...patience })
    : openPostgresEventStore({ connection: connectionOf(at), moving: true, ...patience });

const openHome = async (at: Address, newId: () => string): Promise<LogHome> => {
  if (typeof at === 'string' && !isPostgres(at)) return openEsdbLogHome(at, newId);
  await assertDatabaseAnswers(connectionOf(at));
  return openPostgresLogHome(connectionOf(at));
};

const openPlace = async (at: Address, option: Side, newId: () => string): Promise<Opened> => {
  const failed = (error: unknown): never => {
    throw whyNot(error, at, option);
  };
  const home = await openHome(at, newId).catch(failed);
  const store = await openStore(at, newId).catch(async (error: unknown) => {
    await home.close();
    return failed(error);
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

const urlOf = (given: Given, option: Side): string | undefined => {
  const url = given.text(option);
  if (url === undefined || (URL.canParse(url) && (isPostgres(url) || /^esdb(\+discover)?:\/\//.test(url)))) return url;
  throw new BadUsage(`--${option} takes an address like postgresql://... or esdb://..., not "${url}".`);
};

/** Finds the database of the read models: as told, as configured, one of the two, or the one in the data directory. */
const withReadModels = async (
  given: Given,
  urls: readonly (string | undefined)[],
  needs: MigrateLogCommandNeeds,
  act: (database: Connection) => Promise<void>,
): Promise<void> => {
  const told = given.text('database');
  // What is left out is the database itself, so the other one is not.
  const named = urls.includes(undefined) ? undefined : urls.find((url) => url !== undefined && isPostgres(url));
  const known = told !== undefined ? databaseOf(told) : (needs.database() ?? (named && databaseOf(named)));
  if (known) return act(known);
  const dataDir = await needs.dataDirOf(given);
  if (!(await hasEmbeddedPostgres(dataDir)))
    throw new BadUsage(
      'Say --database with the address of the PostgreSQL that the read models are in, or --data with the directory it is in.',
    );
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    await act(postgres.connection);
  } finally {
    if (!postgres.adopted) await postgres.stop();
  }
};

/** `target` is null where nobody said what it was. */
const giveUp = async (source: Opened, target: Opened | null, database: Connection): Promise<void> => {
  const { state, positionsId, logId } = await source.home.identity();
  const there = await target?.home.identity();
  if (there?.logId === logId && there.positionsId !== positionsId && there.state === 'open')
    throw new CannotStart('log_not_movable', 'The move came to its end, and servers write to --to. Move the log back.');
  if (state === 'arriving') {
    throw new CannotStart('log_not_movable', 'The source has not arrived as a whole, so no server can use it.');
  }
  await giveBackCheckpoints(database, positionsId);
  await source.home.become('open');
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

type Comparing = Required<Pick<MigrateLogNeeds, 'compare'>> & { close: () => Promise<void> };

/** What compares the read models of both logs, unless nobody wants that. */
const comparing = async (
  given: Given,
  connection: Connection,
  places: readonly Place[],
  { dataDirOf, now, say }: MigrateLogCommandNeeds,
): Promise<Comparing | null> => {
  if (given.flag('without-read-models')) return null;
  const identities = await Promise.all(places.map(({ home }) => home.identity()));
  const positionsIds = identities.map(({ positionsId }) => positionsId);
  const dataDir = await dataDirOf(given);
  const models = await openMovedReadModels({ connection, dataDir, positionsIds, now, say });
  return {
    compare: async (source, target) => {
      const { tables, rows, digest } = await models.compare(source, target);
      say(`Read models: ${rows} rows in ${tables} tables, SHA-256 ${digest} made from either store.`);
    },
    close: models.close,
  };
};

const move = async (
  given: Given,
  source: Opened,
  target: Opened,
  database: Connection,
  needs: MigrateLogCommandNeeds,
): Promise<void> => {
  const { say } = needs;
  const file = given.text('positions');
  const models = await comparing(given, database, [source, target], needs);
  try {
    const positions = file === undefined ? null : await positionsIn(file);
    const { logId, events, digest } = await migrateLog({
      source,
      target,
      say,
      ...(positions && { moved: positions.moved }),
      ...(models && { compare: models.compare }),
      carry: (places) => carryCheckpoints(database, places),
    }).finally(positions?.close);
    say(`Log ${logId} was moved: ${events} events, SHA-256 of their leaves ${digest} in both stores.`);
    say('Name the new store in the configuration and start the servers.');
  } finally {
    await models?.close();
  }
};

const opened = async (
  at: Address,
  option: Side,
  newId: () => string,
  act: (place: Opened) => Promise<void>,
): Promise<void> => {
  const place = await openPlace(at, option, newId);
  try {
    await act(place);
  } finally {
    await place.close();
  }
};

/** The command `migrate-log`. */
export const migrateLogCommand =
  (needs: MigrateLogCommandNeeds): Handler =>
  async (given) => {
    const { newId, say } = needs;
    const leaving = given.flag('give-up');
    const [from, to] = [urlOf(given, 'from'), urlOf(given, 'to')];
    const neither = from === undefined && to === undefined;
    if (neither && !leaving)
      throw new BadUsage('Say --from or --to with the address of a store, or both. The other one is the database.');
    await withReadModels(given, leaving && !to ? [from] : [from, to], needs, (database) =>
      opened(from ?? database, 'from', newId, async (source) => {
        const withTarget = (act: (target: Opened) => Promise<void>) => opened(to ?? database, 'to', newId, act);
        if (!leaving) return withTarget((target) => move(given, source, target, database, needs));
        if (neither) await giveUp(source, null, database);
        else await withTarget((target) => giveUp(source, target, database));
        say('Servers may write to this log again. Empty the store it was to go to before you try again.');
      }),
    );
    return 0;
  };
