// Every change of the configuration: who, when, which object, and each field before and after (guide 16.4).
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { accountEvents } from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { events } from './auditTrail.ts';
import { type ChangeAction, configuredCategories, saidBefore, type Told, told } from './configuredObjects.ts';
import { containing, keysetPage, type Page } from './page.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

export type FieldChange = { field: string; before: unknown; after: unknown };

/** What one command changed of one object: one event, or several in a row. */
type ChangeRow = {
  /** Of the first event. */
  position: string;
  eventId: string;
  stream: string;
  revision: number;
  objectType: string;
  objectId: string;
  action: ChangeAction;
  changes: FieldChange[];
  /** The values were personal, and the person was erased. */
  erased: boolean;
  occurredAt: Date;
  actorKind: string;
  actorId: string;
  commandId: string;
  /** Position of the same object's change before this one. */
  previous: string | null;
};

/** The object as it is, for what the next change will call "before". */
type ObjectRow = {
  objectType: string;
  objectId: string;
  values: Record<string, unknown>;
  last: string | null;
};

const text = { type: 'text' as const };

export const changes = table<ChangeRow>(
  'configuration_change',
  {
    position: { type: 'text', primary: true },
    eventId: { type: 'uuid' },
    stream: text,
    revision: { type: 'int' },
    objectType: text,
    objectId: text,
    action: text,
    changes: { type: 'jsonb' },
    erased: { type: 'boolean' },
    occurredAt: { type: 'timestamptz' },
    actorKind: text,
    actorId: text,
    commandId: { type: 'uuid' },
    previous: { type: 'text', nullable: true },
  },
  [
    { name: 'configuration_change_by_event', columns: ['eventId'], unique: true },
    { name: 'configuration_change_by_object', columns: ['objectId', 'position'] },
    { name: 'configuration_change_by_actor', columns: ['actorId', 'position'] },
    { name: 'configuration_change_by_time', columns: ['occurredAt'] },
  ],
);

export const configured = table<ObjectRow>('configured_object', {
  objectType: { type: 'text', primary: true },
  objectId: { type: 'text', primary: true },
  values: { type: 'jsonb' },
  last: { type: 'text', nullable: true },
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;

/** Whether two values are the same on record: those read back from the database have their keys in another order. */
const same = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other));

/**
 * Which fields were edited stays known where their values are not. What was deleted is told in the order of the names:
 * that in which the fields came is lost when the object was read back.
 */
const fieldChanges = ({ action, after, listed, erased }: Told, before: Record<string, unknown>): FieldChange[] => {
  if (erased && action === 'edit') return Object.keys(after).map((field) => ({ field, before: null, after: null }));
  if (action === 'delete') {
    const fields = Object.keys(before).toSorted();
    return fields.map((field) => ({ field, before: before[field] ?? null, after: null }));
  }
  const fields = Object.entries(after)
    .filter(([field, value]) => !same(before[field], value))
    .map(([field, value]) => ({ field, before: before[field] ?? null, after: value }));
  if (!listed) return fields;
  return [...fields, { field: listed.field, before: listed.removed ?? null, after: listed.added ?? null }];
};

/** Fields of an account that tell nothing of the person. */
const impersonal: ReadonlySet<string> = new Set(['active', 'password']);

/** As it would be told had the values never been known: of what was made or deleted, not even which fields it had. */
const withoutPerson = ({ objectType, action, changes: told }: ChangeRow): FieldChange[] =>
  told.flatMap((change) => {
    const { field } = change;
    if (objectType === 'account' && impersonal.has(field)) return [change];
    return action === 'edit' ? [{ field, before: null, after: null }] : [];
  });

/** Takes the values of an erased person out of every change there was of her account and her preferences. */
const erase = async (rows: Rows, objectId: string): Promise<void> => {
  for (const objectType of ['account', 'preferences']) {
    const object = await rows.get(configured, { objectType, objectId });
    if (!object) continue;
    for (let at = object.last; at !== null; ) {
      const row = await rows.get(changes, { position: at });
      if (!row) throw new Error(`The change at ${at} is missing`);
      rows.put(changes, { ...row, changes: withoutPerson(row), erased: true });
      at = row.previous;
    }
    const kept = Object.entries(object.values).filter(([field]) => objectType === 'account' && impersonal.has(field));
    rows.put(configured, { ...object, values: Object.fromEntries(kept) });
  }
};

/** Fields that one command changed twice go from the first to the last value. */
const joined = (earlier: readonly FieldChange[], later: readonly FieldChange[]): FieldChange[] => {
  const known = new Map(earlier.map((change) => [change.field, change]));
  for (const change of later)
    known.set(change.field, { ...change, before: known.get(change.field)?.before ?? change.before });
  return [...known.values()];
};

const apply = async (event: Recorded, rows: Rows): Promise<void> => {
  const change = told(event);
  if (event.type === 'PersonErased') await erase(rows, accountEvents.parse(event).data.accountId);
  if (!change) return;
  const { objectType, objectId, action, after, erased = false } = change;
  const object = (await rows.get(configured, { objectType, objectId })) ?? {
    objectType,
    objectId,
    values: {},
    last: null,
  };
  const fields = fieldChanges(change, { ...object.values, ...saidBefore(event) });
  const { meta, position, eventId, stream, revision } = event;
  const last = object.last === null ? undefined : await rows.get(changes, { position: object.last });
  const values = action === 'delete' ? {} : { ...object.values, ...after };
  if (last?.commandId === meta.commandId && last.stream === stream) {
    rows.put(changes, { ...last, changes: joined(last.changes, fields) });
    rows.put(configured, { ...object, values });
  } else {
    rows.put(changes, {
      ...{ position, eventId, stream, revision, objectType, objectId, action, changes: fields, erased },
      occurredAt: meta.occurredAt,
      actorKind: meta.actor.kind,
      actorId: meta.actor.id,
      commandId: meta.commandId,
      previous: object.last,
    });
    rows.put(configured, { ...object, values, last: position });
  }
  if (erased) await erase(rows, objectId);
};

export const configurationChanges: Projection = {
  name: 'configuration_changes',
  version: 2,
  categories: configuredCategories,
  tables: [changes, configured],
  apply,
};

/** A change as the report shows it; who did it from where is told by the record itself, as soon as it is numbered. */
export type ConfigurationChange = Omit<ChangeRow, 'previous'> & {
  number: string | null;
  actorName: string | null;
  ip: string | null;
  userAgent: string | null;
  reason: string | null;
};

export type ChangeFilter = {
  search?: string | null | undefined;
  objectTypes?: readonly string[] | null | undefined;
  actions?: readonly ChangeAction[] | null | undefined;
  objectId?: string | null | undefined;
  actorId?: string | null | undefined;
  from?: Date | null | undefined;
  to?: Date | null | undefined;
};

const columns = 'c.*, e.number::text as number, e."actorName", e.ip, e."userAgent", e.reason';
const source = `from ${changes.sqlName} c left join ${events.sqlName} e on e.stream = c.stream and e.revision = c.revision`;
const where = `${source} where ($1::text is null or c.changes::text ilike $1 or e.search ilike $1)
  and ($2::text[] is null or c."objectType" = any($2)) and ($3::text[] is null or c.action = any($3))
  and ($4::text is null or c."objectId" = $4) and ($5::text is null or c."actorId" = $5)
  and ($6::timestamptz is null or c."occurredAt" >= $6) and ($7::timestamptz is null or c."occurredAt" < $7)`;

const some = <Value>(values: readonly Value[] | null | undefined): readonly Value[] | null =>
  values?.length ? values : null;

const valuesOf = ({ search, objectTypes, actions, objectId, actorId, from, to }: ChangeFilter): unknown[] => [
  search ? containing(search.toLowerCase()) : null,
  some(objectTypes),
  some(actions),
  objectId ?? null,
  actorId ?? null,
  from ?? null,
  to ?? null,
];

/** Newest first. */
export const changePage = (
  pool: Pool,
  filter: ChangeFilter,
  first: number | null | undefined,
  after: string | null | undefined,
): Promise<Page<ConfigurationChange>> =>
  keysetPage<ConfigurationChange>(
    pool,
    {
      kind: 'configurationChanges',
      select: columns,
      from: where,
      values: valuesOf(filter),
      keys: [{ sql: 'c.position', cast: 'text', of: (row) => row.position }],
      direction: 'desc',
    },
    first,
    after,
  );

/** Changes that began with an event after one number, up to another, in the order they were recorded. */
export const changesAfter = async (
  pool: Pool,
  filter: ChangeFilter,
  after: string,
  upTo: string,
  limit: number,
): Promise<{ id: string; number: string }[]> => {
  const { rows } = await pool.query<{ id: string; number: string }>(
    `select c."eventId" id, e.number::text as number ${where} and e.number > $8 and e.number <= $9
       and c.position > coalesce((select position from ${events.sqlName} where number <= $8 order by number desc limit 1), '')
     order by e.number limit $10`,
    [...valuesOf(filter), after, upTo, limit],
  );
  return rows;
};

/** The change that begins with this event, or null. */
export const changeOf = async (pool: Pool, eventId: string): Promise<ConfigurationChange | null> =>
  (await pool.query<ConfigurationChange>(`select ${columns} ${source} where c."eventId" = $1`, [eventId])).rows[0] ??
  null;
