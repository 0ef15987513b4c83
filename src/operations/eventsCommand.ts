// The command `events`: the record on the terminal, read from the log itself.
import { vocabularies } from '../commands/vocabularies.ts';
import type { Config } from '../config.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { type Given, type Handler, wholeNumber } from './cli.ts';
import { startEmbeddedPostgres } from './embeddedPostgres.ts';
import { serverLog } from './logging.ts';
import { openLog, type Sources } from './openLog.ts';

const limitMax = 1_000_000;

/** Time, place, what, by whom from where, and why: one line. */
const lineOf = ({ position, stream, revision, type, meta, data }: Recorded<Fact>): string => {
  const { actor, origin, occurredAt, reason } = meta;
  const who = origin?.displayName || `${actor.kind} ${actor.id}`;
  const from = origin?.ip ? ` from ${origin.ip}` : '';
  const why = reason === null ? '' : ` because: ${reason}`;
  const where = `${stream}@${revision}`;
  return `${position} ${occurredAt.toISOString()} ${type} ${where} by ${who}${from}${why} ${JSON.stringify(data)}`;
};

const printEvents = async (
  config: Config,
  given: Given,
  sources: Sources,
  print: (text: string) => void,
): Promise<void> => {
  const limit = wholeNumber(given.text('limit') ?? '100', 'limit', 1, limitMax);
  const of = given.text('of')?.toLowerCase();
  const opened = await openLog(config, sources, serverLog('error', config.node));
  try {
    const after = given.text('after');
    let shown = 0;
    const categories = [...vocabularies.keys()];
    for await (const stored of opened.store.readAll({
      ...(after === undefined ? {} : { after }),
      filter: { categories },
    })) {
      if (of !== undefined && !stored.stream.endsWith(`-${of}`)) continue;
      const [decoded] = await opened.codec.decode([stored]);
      if (!decoded) continue;
      print(`${given.flag('json') ? JSON.stringify(decoded.event) : lineOf(decoded.event)}\n`);
      shown += 1;
      if (shown >= limit) return;
    }
  } finally {
    await opened.close();
  }
};

export type EventsCommandNeeds = {
  config: (env: Record<string, string | undefined>) => Config;
  env: Record<string, string | undefined>;
  dataDirOf: (given: Given) => Promise<string>;
  sources: Sources;
  print: (text: string) => void;
};

/** Reads the log of a running server, or starts its database for the time being. */
export const eventsCommand =
  ({ config, env, dataDirOf, sources, print }: EventsCommandNeeds): Handler =>
  async (given) => {
    const dataDir = await dataDirOf(given);
    if (env['DATABASE_URL'] !== undefined) {
      await printEvents(config({ ...env, HANSARD_DATA: dataDir }), given, sources, print);
      return 0;
    }
    const postgres = await startEmbeddedPostgres({ dataDir });
    try {
      const { host, port, user, database } = postgres.connection;
      const url = `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
      await printEvents(config({ ...env, HANSARD_DATA: dataDir, DATABASE_URL: url }), given, sources, print);
    } finally {
      if (!postgres.adopted) await postgres.stop();
    }
    return 0;
  };
