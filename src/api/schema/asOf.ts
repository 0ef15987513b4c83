// Time travel: lists and objects as they were after any event of the record.
import { parseAsOf } from '../../commands/asOf.ts';
import { toldFilter } from '../../commands/reports.ts';
import { Refusal } from '../../domain/kernel.ts';
import type { PastList } from '../../domain/reports/events.ts';
import { afterEvent, afterMoment } from '../../projections/moments.ts';
import { kindOf, type Page } from '../../projections/page.ts';
import { numberOfKind, type Then } from '../../projections/versions.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { allowReading, settled } from './shared.ts';

export const AsOf = builder.inputType('AsOf', {
  description:
    'A place of the record: the last event up to a moment, or the event with a number. Exactly one of them is given.',
  fields: (t) => ({ moment: t.field({ type: 'DateTime' }), number: t.field({ type: 'EventNumber' }) }),
});
type AsOfShape = (typeof AsOf)['$inferInput'];

/** For arguments of lists and objects that may be asked for as they were. */
export const asOfArg = {
  type: AsOf,
  description: 'As it was then; for administrators. Later pages are of the same event as the first.',
} as const;

const find = async ({ pool, now }: ApiContext, asOf: AsOfShape, after: string | null | undefined): Promise<Then> => {
  const asked = parseAsOf(asOf);
  const paged = after == null ? null : numberOfKind(kindOf(after));
  if (asked.by === 'moment' && paged === null) {
    if (asked.moment > now()) throw new Refusal('as_of.future');
    const then = await afterMoment(pool, asked.moment);
    if (!then) throw new Refusal('as_of.before_first');
    return { ...then, at: asked.moment };
  }
  const then = await afterEvent(pool, asked.by === 'number' ? asked.number : (paged ?? '0'));
  if (!then) throw new Refusal('as_of.future');
  return then;
};

/**
 * The place of the record that is asked for, once the past is known that far; null for the present. Refuses with
 * `as_of.future`, `as_of.before_first`, `input.invalid`, and whoever is no administrator.
 */
export const thenOf = async (
  context: ApiContext,
  asOf: AsOfShape | null | undefined,
  after?: string | null,
): Promise<Then | null> => {
  if (asOf == null) return null;
  allowReading(context, 'readPast');
  const then = await find(context, asOf, after);
  await settled(context, ['past'], then.position);
  return then;
};

/** The same, and puts on the record that somebody looked. `asked`: what beside the moment was asked for. */
export const thenRead = async (
  context: ApiContext,
  what: PastList,
  asOf: AsOfShape | null | undefined,
  asked: object = {},
  after?: string | null,
): Promise<Then | null> => {
  const then = await thenOf(context, asOf, after);
  if (then) context.readings.past(context.caller, what, then.number, toldFilter(asked));
  return then;
};

/** A row that knows when it was so, for what hangs on it. (Whatever has a `then` is taken for a promise.) */
export type AsWas<Row> = Row & { was?: Then };

export const asWas = <Row extends object>(row: Row, then: Then | null | undefined): AsWas<Row> =>
  then ? { ...row, was: then } : row;

export const pageAsWas = async <Row extends object>(
  page: Promise<Page<Row>>,
  then: Then | null,
): Promise<Page<AsWas<Row>>> => {
  const { rows, ...rest } = await page;
  return { ...rest, rows: rows.map(({ row, cursor }) => ({ row: asWas(row, then), cursor })) };
};
