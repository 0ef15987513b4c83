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

type Print = (text: string) => void;

const printEvents = async ({ store, codec }: OpenLog, given: Given, print: Print, note: Print): Promise<void> => {
  const limit = wholeNumber(given.text('limit') ?? '100', 'limit', 1, limitMax);
  const of = given.text('of')?.toLowerCase();
  const after = given.text('after');
  const filter = { categories: [...vocabularies.keys()] };
  let shown = 0;
  let last = '';
  for await (const stored of store.readAll({ ...(after === undefined ? {} : { after }), filter })) {
    if (of !== undefined && !stored.stream.endsWith(`-${of}`)) continue;
    if (shown >= limit) return note(`There are more: --after ${last} goes on, --limit N shows more at once.\n`);
    const [decoded] = await codec.decode([stored]);
    if (!decoded) continue;
    print(`${given.flag('json') ? JSON.stringify(decoded.event) : lineOf(decoded.event)}\n`);
    shown += 1;
    last = decoded.event.position;
  }
};

/** The command `events`, on the log that `withLog` opens. `note` is for what is no event. */
export const eventsCommand =
  (withLog: WithLog, print: Print, note: Print): Handler =>
  async (given) => {
    await withLog(given, (opened) => printEvents(opened, given, print, note));
    return 0;
  };
