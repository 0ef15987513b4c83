// Gives the vault another master key while everybody works: what the old one wraps is wrapped anew, a batch at a time.
import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { unwrap, wrap } from './keyWrap.ts';
import { MasterKeyMismatch, masterChannel, masterIdOf, nextPurpose } from './masterKeys.ts';

/** Another rotation, or a backup, is under way. */
export class RotationBusy extends Error {}

/** Not everybody who works with the vault has the new key yet, so the old one stays until a later run. */
export class RotationUnfinished extends Error {}

export type RotationNeeds = {
  connection: pg.ClientConfig;
  /** The present master key, or the one before it where a rotation was interrupted. */
  masterKey: Buffer;
  /** 32 random bytes; unused where a rotation is taken up again. */
  fresh: Buffer;
  /** Makes the new key durable on this machine. */
  keep: (key: Buffer) => Promise<void>;
  /** Told once it has begun for good, and as it goes on. */
  onBegun: (id: string) => Promise<void>;
  onWrapped: (count: number) => void;
  /** How long processes may take to get the new key. */
  patienceMs?: number;
};

type State = { id: string; previous_id: string | null; forward: Buffer | null; backward: Buffer | null };
type Pair = { id: string; key: Buffer; previousId: string; previous: Buffer };

const batchSize = 1_000;

/** Where a rotation stands, begun where none is under way. From its commit on either key opens everything. */
const begin = async (client: pg.Client, { masterKey, fresh }: RotationNeeds): Promise<Pair> => {
  const mine = masterIdOf(masterKey);
  await client.query('begin');
  const { rows } = await client.query<State>('select * from vault.master for update');
  const [state] = rows;
  if (!state) throw new MasterKeyMismatch();
  const { id, previous_id: previousId, forward, backward } = state;
  if (previousId !== null && forward && backward) {
    await client.query('commit');
    const opened = createSecretKey(masterKey);
    if (mine === id) {
      return {
        id,
        key: masterKey,
        previousId,
        previous: unwrap(opened, nextPurpose, { keyId: previousId, wrapped: backward }),
      };
    }
    if (mine !== previousId) throw new MasterKeyMismatch();
    return { id, key: unwrap(opened, nextPurpose, { keyId: id, wrapped: forward }), previousId, previous: masterKey };
  }
  if (mine !== id) throw new MasterKeyMismatch();
  const freshId = masterIdOf(fresh);
  const [old, next] = [createSecretKey(masterKey), createSecretKey(fresh)];
  await client.query('update vault.master set id = $1, previous_id = $2, forward = $3, backward = $4', [
    freshId,
    mine,
    wrap(old, nextPurpose, freshId, fresh),
    wrap(next, nextPurpose, mine, masterKey),
  ]);
  await client.query('select pg_notify($1, $2)', [masterChannel, freshId]);
  await client.query('commit');
  return { id: freshId, key: fresh, previousId: mine, previous: masterKey };
};

/** Waits for whoever is writing a key just now; who comes later sees the new master and wraps with it. */
const passWriters = async (client: pg.Client): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query('begin');
      await client.query(`set local lock_timeout = '2s'`);
      await client.query('lock table vault.keys, vault.secrets in share mode');
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if ((error as { code?: string }).code !== '55P03' || tries >= 30) throw error;
    }
  }
};

type Kind = { table: 'keys' | 'secrets'; column: 'subject' | 'name'; purpose: (name: string) => string };
const kinds: readonly Kind[] = [
  { table: 'keys', column: 'subject', purpose: (name) => `key of ${name}` },
  { table: 'secrets', column: 'name', purpose: (name) => `secret ${name}` },
];

/** One batch after a name; answers how many there were and the last name. */
const wrapBatch = async (client: pg.Client, { table, column, purpose }: Kind, pair: Pair, after: string) => {
  type Row = { name: string; key_id: string; wrapped: Buffer };
  const { rows } = await client.query<Row>({
    name: `rewrap ${table}`,
    text: `select ${column} as name, key_id, wrapped from vault.${table}
      where ${column} > $1 and wrapped is not null and master is distinct from $2
      order by ${column} limit ${batchSize}`,
    values: [after, pair.id],
  });
  const [old, next] = [createSecretKey(pair.previous), createSecretKey(pair.key)];
  const made = rows.map(({ name, key_id: keyId, wrapped }) =>
    wrap(next, purpose(name), keyId, unwrap(old, purpose(name), { keyId, wrapped })),
  );
  // What was erased meanwhile stays erased.
  await client.query({
    name: `rewrapped ${table}`,
    text: `update vault.${table} t set wrapped = u.fresh, master = $4
      from unnest($1::text[], $2::bytea[], $3::bytea[]) as u (name, old, fresh)
      where t.${column} = u.name and t.wrapped = u.old`,
    values: [rows.map(({ name }) => name), rows.map(({ wrapped }) => wrapped), made, pair.id],
  });
  return { count: rows.length, last: rows.at(-1)?.name ?? '' };
};

const wrapAll = async (client: pg.Client, pair: Pair, onWrapped: (count: number) => void): Promise<number> => {
  let total = 0;
  for (const kind of kinds) {
    for (let after = '', count = batchSize; count === batchSize; ) {
      ({ count, last: after } = await wrapBatch(client, kind, pair, after));
      total += count;
      onWrapped(total);
    }
  }
  return total;
};

/** Everybody who listens for what becomes of keys holds a lock named by the master key that she has. */
const waiting = `
  select count(*)::int as n from pg_stat_activity a
  where a.datname = current_database() and a.application_name = 'hansard vault listener' and not exists (
    select from pg_locks l
    where l.pid = a.pid and l.locktype = 'advisory' and l.granted
      and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)
  )`;

/** The name of that lock. */
export const holderLock = (id: string): string => `hansard master ${id}`;

const untilAllHaveIt = async (client: pg.Client, id: string, patienceMs: number): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ n: number }>(waiting, [holderLock(id)]);
    const missing = rows[0]?.n ?? 0;
    if (missing === 0) return;
    if (performance.now() > deadline) {
      throw new RotationUnfinished(
        `${missing} of the processes have not taken the new master key over. The old one stays until then: see that they run and may write their file secrets/master.key, and type the same again.`,
      );
    }
    await delay(200);
  }
};

/**
 * Rotates the master key; what was interrupted is taken up again. Answers the id of the new key and how many keys were
 * wrapped anew. Rejects with `RotationBusy`, `RotationUnfinished` or `MasterKeyMismatch`.
 */
export const rotateMasterKey = async (needs: RotationNeeds): Promise<{ id: string; wrapped: number }> => {
  const { connection, keep, onBegun, onWrapped, patienceMs = 30_000 } = needs;
  const limits = { connectionTimeoutMillis: 5_000, statement_timeout: 120_000 };
  const client = new pg.Client({ ...limits, ...connection, application_name: 'hansard master key' });
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('hansard master key', 0)) as mine`,
    );
    if (rows[0]?.mine !== true)
      throw new RotationBusy('A backup or another rotation is under way. Try again once it has ended.');
    const pair = await begin(client, needs);
    await keep(pair.key);
    await onBegun(pair.id);
    await passWriters(client);
    const wrapped = await wrapAll(client, pair, onWrapped);
    await untilAllHaveIt(client, pair.id, patienceMs);
    await client.query('update vault.master set previous_id = null, forward = null, backward = null');
    await client.query('select pg_notify($1, $2)', [masterChannel, pair.id]);
    return { id: pair.id, wrapped };
  } finally {
    await client.end();
  }
};
