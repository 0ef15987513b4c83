// The keys of the vault: made once, cached while in use, gone for good when erased.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyCache } from './keyCache.ts';
import { makeWrapped, unwrap } from './keyWrap.ts';
import { MasterKeyMismatch, type MasterKeys } from './masterKeys.ts';
import type { Pool } from './postgresPool.ts';

export type Keys = {
  keyFor: (subject: string) => Promise<KeyObject | null>;
  keysOf: (subjects: readonly string[]) => Promise<Map<string, KeyObject | null>>;
  erase: (...subjects: readonly string[]) => Promise<void>;
};

export const erasureChannel = 'hansard_vault';

// Sorted by the caller, so that two of these cannot wait for each other. What another process inserts at this very
// moment appears in neither part: it is read afterwards. Nothing is made under a master key that is another by now.
const make = {
  name: 'keys make',
  text: `
    with made as (
      insert into vault.keys (subject, key_id, wrapped, master)
      select u.*, $4::text from unnest($1::text[], $2::text[], $3::bytea[]) as u
      where exists (select from vault.master where id = $4)
      on conflict do nothing returning subject, key_id, wrapped, master
    )
    select subject, key_id, wrapped, master from made
    union all
    select subject, key_id, wrapped, master from vault.keys where subject = any ($1)`,
};
const read = {
  name: 'keys read',
  text: 'select subject, key_id, wrapped, master from vault.keys where subject = any ($1)',
};
const erase = {
  name: 'keys erase',
  text: `
    with erased as (
      insert into vault.keys (subject, erased_at) select subject, now() from unnest($1::text[]) subject
      on conflict (subject) do update set key_id = null, wrapped = null, erased_at = now()
        where vault.keys.erased_at is null
      returning subject
    )
    select pg_notify('${erasureChannel}', subject) from erased`,
};

type Row = [subject: string, keyId: string | null, wrapped: Buffer | null, master: string | null];

type Asked = {
  promise: Promise<KeyObject | null>;
  resolve: (key: KeyObject | null) => void;
  reject: (error: unknown) => void;
};

/** Each time the master key has to have become another one in between. */
const makeTriesMax = 3;

const purposeOf = (subject: string): string => `key of ${subject}`;

/** Unwraps what was read. */
const rowOpener = (masters: MasterKeys, cache: KeyCache) => {
  const unwrapped = (subject: string, keyId: string, wrapped: Buffer, by: string | null): KeyObject => {
    const master = masters.of(by);
    if (master) return createSecretKey(unwrap(master, purposeOf(subject), { keyId, wrapped }));
    throw new MasterKeyMismatch();
  };
  const openRow = ([subject, keyId, wrapped, by]: Row, seen: number): [string, KeyObject | null] => {
    const cached = cache.get(subject);
    if (cached !== undefined) return [subject, cached];
    const key = keyId === null || wrapped === null ? null : unwrapped(subject, keyId, wrapped, by);
    cache.put(subject, key, seen);
    return [subject, key];
  };
  /** A row may be wrapped by a master key that this process has not heard of yet. */
  return async (rows: readonly Row[], seen: number): Promise<[string, KeyObject | null][]> => {
    if (rows.some(([, , wrapped, by]) => wrapped !== null && masters.of(by) === null)) await masters.refresh();
    return rows.map((row) => openRow(row, seen));
  };
};

/** Opens the keys in a migrated schema. */
export const openKeys = ({ ask }: Pool, masters: MasterKeys, cache: KeyCache): Keys => {
  const openRows = rowOpener(masters, cache);

  const makeMissing = async (
    subjects: readonly string[],
    triesLeft = makeTriesMax,
  ): Promise<Map<string, KeyObject | null>> => {
    const seen = cache.erasures();
    const { id, key: master } = masters.current();
    const sorted = subjects.toSorted();
    const fresh = sorted.map((subject) => makeWrapped(master, purposeOf(subject)));
    const columns = [sorted, fresh.map(({ keyId }) => keyId), fresh.map(({ wrapped }) => wrapped), id];
    const found = new Map(await openRows(await ask<Row>(make, columns), seen));
    const missed = sorted.filter((subject) => !found.has(subject));
    if (missed.length === 0) return found;
    for (const [subject, key] of await openRows(await ask<Row>(read, [missed]), seen)) found.set(subject, key);
    const unmade = missed.filter((subject) => !found.has(subject));
    if (unmade.length === 0) return found;
    if (triesLeft === 0) throw new Error('The vault takes no keys under the master key that it names');
    await masters.refresh();
    return new Map([...found, ...(await makeMissing(unmade, triesLeft - 1))]);
  };

  // Whatever is asked for in one turn of the event loop travels together.
  let asked = new Map<string, Asked>();
  const answerAsked = async () => {
    await nextTurn();
    const waiting = asked;
    asked = new Map();
    try {
      const found = await makeMissing([...waiting.keys()]);
      for (const [subject, { resolve }] of waiting) resolve(found.get(subject) ?? null);
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
    }
  };

  return {
    keyFor: (subject) => {
      const cached = cache.get(subject);
      if (cached !== undefined) return Promise.resolve(cached);
      if (asked.size === 0) void answerAsked();
      const entry = asked.get(subject) ?? Promise.withResolvers<KeyObject | null>();
      asked.set(subject, entry);
      return entry.promise;
    },
    keysOf: async (subjects) => {
      const seen = cache.erasures();
      const found = new Map<string, KeyObject | null>();
      for (const subject of subjects) found.set(subject, cache.get(subject) ?? null);
      const unknown = [...found.keys()].filter((subject) => cache.get(subject) === undefined);
      if (unknown.length === 0) return found;
      const rows = await ask<Row>(read, [unknown]);
      return new Map([...found, ...(await openRows(rows, seen))]);
    },
    erase: async (...subjects) => {
      await ask(erase, [[...new Set(subjects)].toSorted()]);
      for (const subject of subjects) cache.erase(subject);
    },
  };
};
