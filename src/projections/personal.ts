// Which tables hold something of a person, and what becomes of it once she is erased. A table that is not listed here
// is found by the test that looks for an erased person everywhere.
import type { ClientBase, Pool } from 'pg';
import { type ErasedContent, erasureEvents } from '../domain/erasure/events.ts';
import { accountEvents } from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { statuses } from './accountStatuses.ts';
import { events } from './auditTrail.ts';
import { callLegs } from './callHistory.ts';
import { endpoints, legEndpoints } from './endpoints.ts';
import { scrubEvents } from './erasedEvents.ts';
import { accountVersions } from './past.ts';
import type { Projection, Scrub } from './projection.ts';
import { participants } from './sessionRoster.ts';
import type { Table, TableShape } from './table.ts';
import { messages } from './transcript.ts';
import { accounts, erasedName, erasedPerson, signIns } from './userDirectory.ts';

type NameOf = (table: TableShape) => string;
type Personal = { table: TableShape; scrub: (personId: string) => Scrub };

const rowsPerStep = 2_000;

const untilNone = async (client: Pool | ClientBase, sql: string, values: unknown[]): Promise<void> => {
  for (let changed = rowsPerStep; changed >= rowsPerStep; ) {
    changed = (await client.query(sql, values)).rowCount ?? 0;
  }
};

/** Rows that belong to the person keep what is not hers; `becomes` says what stands in place of the rest. */
const blanked = <Row extends object>(
  table: Table<Row>,
  owner: keyof Row & string,
  becomes: (personId: string) => Partial<Record<keyof Row & string, string | null>>,
): Personal => ({
  table,
  scrub: (personId) => async (client, nameOf) => {
    const fields = Object.entries<string | null | undefined>(becomes(personId));
    const values = fields.map(([, value]) => value ?? null);
    const set = fields.map(([name, value], index) => `"${name}" = ${value == null ? 'null' : `$${index + 2}`}`);
    const differs = fields.map(([name], index) => `"${name}"::text is distinct from $${index + 2}::text`);
    const name = nameOf(table);
    await untilNone(
      client,
      `update ${name} set ${set.join(', ')} where ctid = any(array(
         select ctid from ${name} where "${owner}" = $1 and (${differs.join(' or ')}) limit ${rowsPerStep}))`,
      [personId, ...values],
    );
  },
});

/** Rows that are nothing without the person. `hers`: which they are, with her id as `$1`. */
const dropped = (table: TableShape, hers: (nameOf: NameOf) => string): Personal => ({
  table,
  scrub: (personId) => async (client, nameOf) => {
    const name = nameOf(table);
    await untilNone(
      client,
      `delete from ${name} where ctid = any(array(select ctid from ${name} where ${hers(nameOf)} limit ${rowsPerStep}))`,
      [personId],
    );
  },
});

/** A line for each table. The chain of configuration changes is followed by its own projection. */
const personal: readonly Personal[] = [
  { table: events, scrub: scrubEvents },
  blanked(accounts, 'id', erasedPerson),
  blanked(accountVersions.table, 'id', erasedPerson),
  blanked(signIns, 'accountId', () => ({ ip: '', userAgent: '' })),
  blanked(participants, 'participantId', (id) => ({ displayName: erasedName(id) })),
  blanked(messages, 'authorId', (id) => ({ authorName: erasedName(id), text: null })),
  blanked(callLegs, 'participantId', () => ({ endpointId: null, ip: '', userAgent: '' })),
  dropped(legEndpoints, (nameOf) => `"endpointId" in (select id from ${nameOf(endpoints)} where "accountId" = $1)`),
  dropped(endpoints, () => '"accountId" = $1'),
  dropped(statuses, () => '"accountId" = $1'),
];

const scrubMessages =
  (erased: readonly ErasedContent[]): Scrub =>
  async (client, nameOf) => {
    await client.query(
      `update ${nameOf(messages)} m set text = null from unnest($1::uuid[], $2::uuid[]) e (session, id)
       where m."sessionId" = e.session and m.id = e.id and m.text is not null`,
      [erased.map(({ sessionId }) => sessionId), erased.map(({ messageId }) => messageId)],
    );
  };

const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
const erasing = ['account', 'erasure'];

/** The projection, which lets go of what is erased: all of a person, or the text of single messages. */
export const forgetting = (projection: Projection): Projection => {
  const { categories, tables, apply } = projection;
  const mine = personal.filter(({ table }) => tables.includes(table));
  if (mine.length === 0) return projection;
  return {
    ...projection,
    categories: [...new Set([...categories, ...erasing])],
    apply: (event, rows) => (categories.includes(categoryOf(event.stream)) ? apply(event, rows) : Promise.resolve()),
    scrubs: (event: Recorded) => {
      if (event.type === 'PersonErased') {
        const { accountId } = accountEvents.parse(event).data;
        return mine.map(({ scrub }) => scrub(accountId));
      }
      if (event.type !== 'ContentErased' || !tables.includes(messages)) return [];
      return [scrubMessages(erasureEvents.parse(event).data.messages)];
    },
  };
};
