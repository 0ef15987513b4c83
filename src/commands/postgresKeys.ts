// The keys of the vault: made once, cached while in use, gone for good when erased.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyCache } from './keyCache.ts';
import { makeWrapped, unwrap } from './keyWrap.ts';
import type { Pool } from './postgresPool.ts';

export type Keys = {
  keyFor: (subject: string) => Promise<KeyObject | null>;
  keysOf: (subjects: readonly string[]) => Promise<Map<string, KeyObject | null>>;
  erase: (...subjects: readonly string[]) => Promise<void>;
};

export const erasureChannel = 'hansard_vault';

// Sorted by the caller, so that two of these cannot wait for each other. What another process inserts at this very
// moment appears in neither part: it is read afterwards.
const make = {
  name: 'keys make',
  text: `
    with made as (
      insert into vault.keys (subject, key_id, wrapped)
      select * from unnest($1::text[], $2::text[], $3::bytea[])
      on conflict do nothing returning subject, key_id, wrapped
    )
    select subject, key_id, wrapped from made
    union all
    select subject, key_id, wrapped from vault.keys where subject = any ($1)`,
};
const read = { name: 'keys read', text: 'select subject, key_id, wrapped from vault.keys where subject = any ($1)' };
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

type Row = [subject: string, keyId: string | null, wrapped: Buffer | null];

type Asked = {
  promise: Promise<KeyObject | null>;
  resolve: (key: KeyObject | null) => void;
  reject: (error: unknown) => void;
};

const purposeOf = (subject: string): string => `key of ${subject}`;

/** Opens the keys in a migrated schema. */
export const openKeys = ({ ask }: Pool, master: KeyObject, cache: KeyCache): Keys => {
  const openRow = ([subject, keyId, wrapped]: Row, seen: number): [string, KeyObject | null] => {
    const cached = cache.get(subject);
    if (cached !== undefined) return [subject, cached];
    const key =
      keyId === null || wrapped === null
        ? null
        : createSecretKey(unwrap(master, purposeOf(subject), { keyId, wrapped }));
    cache.put(subject, key, seen);
    return [subject, key];
  };

  const makeMissing = async (subjects: readonly string[]): Promise<Map<string, KeyObject | null>> => {
    const seen = cache.erasures();
    const sorted = subjects.toSorted();
    const fresh = sorted.map((subject) => makeWrapped(master, purposeOf(subject)));
    const columns = [sorted, fresh.map(({ keyId }) => keyId), fresh.map(({ wrapped }) => wrapped)];
    const rows = await ask<Row>(make, columns);
    const found = new Map(rows.map((row) => openRow(row, seen)));
    const missed = sorted.filter((subject) => !found.has(subject));
    if (missed.length === 0) return found;
    const theirs = await ask<Row>(read, [missed]);
    return new Map([...found, ...theirs.map((row) => openRow(row, seen))]);
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
      return new Map([...found, ...rows.map((row) => openRow(row, seen))]);
    },
    erase: async (...subjects) => {
      await ask(erase, [[...new Set(subjects)].toSorted()]);
      for (const subject of subjects) cache.erase(subject);
    },
  };
};
