// The command `events`: the record on the terminal, read from the log itself.
import { vocabularies } from '../commands/vocabularies.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { type Given, type Handler, wholeNumber } from './cli.ts';
import type { OpenLog } from './openLog.ts';
import type { WithLog } from './withLog.ts';

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

const printEvents = async ({ store, codec }: OpenLog, given: Given, print: (text: string) => void): Promise<void> => {
  const limit = wholeNumber(given.text('limit') ?? '100', 'limit', 1, limitMax);
  const of = given.text('of')?.toLowerCase();
  const after = given.text('after');
  const filter = { categories: [...vocabularies.keys()] };
  let shown = 0;
  for await (const stored of store.readAll({ ...(after === undefined ? {} : { after }), filter })) {
    if (of !== undefined && !stored.stream.endsWith(`-${of}`)) continue;
    const [decoded] = await codec.decode([stored]);
    if (!decoded) continue;
    print(`${given.flag('json') ? JSON.stringify(decoded.event) : lineOf(decoded.event)}\n`);
    shown += 1;
    if (shown >= limit) return;
  }
};

/** The command `events`, on the log that `withLog` opens. */
export const eventsCommand =
  (withLog: WithLog, print: (text: string) => void): Handler =>
  async (given) => {
    await withLog(given, (opened) => printEvents(opened, given, print));
    return 0;
  };
