// The status of each account that is on the record, to tell where the live one differs from it.
import type { Pool } from 'pg';
import { type AccountStatusCode, accountStatusEvents } from '../domain/identity/events.ts';
import type { Projection } from './projection.ts';
import { table } from './table.ts';
import type { Then } from './versions.ts';

type AccountStatusRow = { accountId: string; status: AccountStatusCode; since: Date };

export const statuses = table<AccountStatusRow>('account_status', {
  accountId: { type: 'uuid', primary: true },
  status: { type: 'int' },
  since: { type: 'timestamptz' },
});

export const accountStatuses: Projection = {
  name: 'account_statuses',
  version: 1,
  categories: ['accountStatus'],
  tables: [statuses],
  apply: async (event, rows) => {
    const { data } = accountStatusEvents.parse(event);
    const { accountId, status, since } = data;
    rows.put(statuses, { accountId, status, since: new Date(since) });
  },
};

const differingMax = 1_000;

/** Accounts whose live status is not the one on record, given who is online. Never recorded means offline. */
export const differingStatuses = async (
  pool: Pool,
  onlineIds: readonly string[],
): Promise<{ accountId: string; status: AccountStatusCode }[]> =>
  (
    await pool.query<{ accountId: string; status: AccountStatusCode }>(
      `with online as (select unnest($1::uuid[]) as id), inside as (
         select p."participantId" as id, bool_or(p.role = 'owner') as owner from read.participant p
         join read.session s on s.id = p."sessionId" where p."liveLegs" > 0 and s."endedAt" is null group by 1
       )
       select a.id as "accountId", live.status from read.account a
       left join online o on o.id = a.id left join inside i on i.id = a.id
       left join ${statuses.sqlName} known on known."accountId" = a.id
       cross join lateral (select case when not a.active then -2 when i.owner then 5 when i.id is not null then 2
         when o.id is not null then 1 else 0 end as status) live
       where not a.deleted and live.status <> coalesce(known.status, 0) order by a.id limit ${differingMax}`,
      [onlineIds],
    )
  ).rows;

/** The statuses that were on record then, where there was one. */
export const statusesThen = async (
  pool: Pool,
  ids: readonly string[],
  { number }: Then,
): Promise<Map<string, AccountStatusCode>> => {
  const { rows } = await pool.query<{ id: string; status: AccountStatusCode }>(
    `select w.id, (e.data->>'status')::int as status from unnest($1::uuid[]) w(id) cross join lateral (
       select data from read.event where "objectId" = w.id::text and number <= $2 and type = 'AccountStatusSettled'
       order by number desc limit 1
     ) e`,
    [ids, number],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
};
