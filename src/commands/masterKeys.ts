// Which master key wraps what: one at a time, and two while one takes the place of the other.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { unwrap } from './keyWrap.ts';
import type { Pool } from './postgresPool.ts';

/** Tells that the master key became another one, or that the one before it is gone. */
export const masterChannel = 'hansard_vault_master';

/** Names a master key without telling it. */
export const masterIdOf = (key: Buffer): string =>
  createHmac('sha256', key).update('hansard master key').digest('hex').slice(0, 16);

/** What both wrap each other for. */
export const nextPurpose = 'next master key';

/** The vault was made with another master key: nothing in it can be read. */
export class MasterKeyMismatch extends Error {
  readonly code = 'MasterKeyMismatch';

  constructor(cause?: unknown) {
    super(
      'The master key does not open this vault. Put back the file secrets/master.key that belongs to this database, from a backup if need be.',
      { cause },
    );
  }
}

export type Master = { id: string; key: KeyObject };

export type MasterKeys = {
  /** What new keys are wrapped by. */
  current: () => Master;
  /** What a row was wrapped by; null, in rows of older programs, is the one before all that have a name. */
  of: (id: string | null) => KeyObject | null;
  /** Looks again which master keys there are. */
  refresh: () => Promise<void>;
};

type MasterRow = [id: string, previousId: string | null, forward: Buffer | null, backward: Buffer | null];

const read = { name: 'master read', text: 'select id, previous_id, forward, backward from vault.master' };
const first = { name: 'master first', text: 'insert into vault.master (id) values ($1) on conflict do nothing' };
const check = {
  name: 'master check',
  text: "select key_id, wrapped from vault.secrets where name = 'master-key-check'",
};

/** Makes sure that the key opens what is there before it is called the master of it. */
const adoptFirst = async ({ ask }: Pool, key: Buffer): Promise<void> => {
  const [row] = await ask<[string, Buffer]>(check, []);
  if (row) {
    try {
      unwrap(createSecretKey(key), 'secret master-key-check', { keyId: row[0], wrapped: row[1] });
    } catch (error) {
      throw new MasterKeyMismatch(error);
    }
  }
  await ask(first, [masterIdOf(key)]);
};

/**
 * The master keys of a vault, of which `file` is one. `keep` makes the present one durable where it is another than
 * that. Rejects with `MasterKeyMismatch`.
 */
export const openMasterKeys = async (
  pool: Pool,
  file: Buffer,
  keep: (key: Buffer) => Promise<void>,
): Promise<MasterKeys> => {
  const known = new Map<string, Buffer>([[masterIdOf(file), file]]);
  const objects = new Map<string, KeyObject>();
  const objectOf = (id: string): KeyObject | null => {
    const bytes = known.get(id);
    const object = objects.get(id) ?? (bytes ? createSecretKey(bytes) : null);
    if (object) objects.set(id, object);
    return object;
  };
  let kept = masterIdOf(file);
  let present: Master | null = null;
  let previousId: string | null = null;

  const learn = (id: string, by: string, wrapped: Buffer | null): void => {
    const key = objectOf(by);
    if (known.has(id) || !key || !wrapped) return;
    known.set(id, unwrap(key, nextPurpose, { keyId: id, wrapped }));
  };
  const refresh = async (): Promise<void> => {
    const [row] = await pool.ask<MasterRow>(read, []);
    if (!row) throw new MasterKeyMismatch();
    const [id, before, forward, backward] = row;
    if (before !== null) {
      learn(id, before, forward);
      learn(before, id, backward);
    }
    const [bytes, key] = [known.get(id), objectOf(id)];
    if (!bytes || !key) throw new MasterKeyMismatch();
    if (kept !== id) await keep(bytes);
    kept = id;
    previousId = before;
    present = { id, key };
  };

  const [row] = await pool.ask<MasterRow>(read, []);
  if (!row) await adoptFirst(pool, file);
  await refresh();
  return {
    current: () => {
      if (present) return present;
      throw new MasterKeyMismatch();
    },
    of: (id) => objectOf(id ?? previousId ?? present?.id ?? ''),
    refresh,
  };
};
