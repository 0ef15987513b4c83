import assert from 'node:assert/strict';
import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { createKeyCache } from '../../src/commands/keyCache.ts';
import { makeWrapped, unwrap } from '../../src/commands/keyWrap.ts';
import { MasterKeyMismatch } from '../../src/commands/masterKeys.ts';
import { openPostgresVault } from '../../src/commands/postgresVault.ts';
import type { Vault } from '../../src/commands/vault.ts';
import { type Connection } from '../../src/operations/embeddedPostgres.ts';
import { untilTrue } from '../../src/operations/processes.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';

const masterKey = randomBytes(32);
let connection: Connection;
let drop: () => Promise<void>;
let opened: Vault[] = [];

const open = async (options: { masterKey?: Buffer; connection?: Connection } = {}) => {
  const vault = await openPostgresVault({ connection, masterKey, ...options });
  opened.push(vault);
  return vault;
};

beforeAll(async () => {
  ({ connection, drop } = await freshDatabase());
});
afterEach(async () => {
  await Promise.all(opened.map((vault) => vault.close()));
  opened = [];
});
afterAll(() => drop());

const subject = () => randomUUID();
const bytesOf = async (key: ReturnType<Vault['keyFor']>) => (await key)?.export().toString('hex');

/** Lets the vault hear of other processes, without which it caches nothing. */
const listening = async (count: number) => {
  const sql = `select from pg_stat_activity where application_name = 'hansard vault listener'
    and datname = current_database() and query ~ '^(listen|select pg_advisory_lock_shared)' and state = 'idle'`;
  assert.ok(await untilTrue(async () => (await runSql(connection, sql)).length >= count, 20_000));
};

describe('a key in the vault', () => {
  test('is made on first use and the same ever after, here and after a restart', async () => {
    const who = subject();
    const vault = await open();
    const first = await bytesOf(vault.keyFor(who));
    assert.match(first ?? '', /^[0-9a-f]{64}$/);
    assert.equal(await bytesOf(vault.keyFor(who)), first);
    await vault.close();
    assert.equal(await bytesOf((await open()).keyFor(who)), first);
  });

  test('is another one for everybody else', async () => {
    const vault = await open();
    const keys = await Promise.all(Array.from({ length: 50 }, () => bytesOf(vault.keyFor(subject()))));
    assert.equal(new Set(keys).size, 50);
  });

  test('is one, however many ask for it at once, in however many processes', async () => {
    const vaults = await Promise.all([open(), open(), open()]);
    for (let round = 0; round < 20; round += 1) {
      const who = subject();
      const others = [subject(), subject()];
      const keys = await Promise.all(
        vaults
          .flatMap((vault) =>
            [vault.keyFor(others[0] ?? ''), vault.keyFor(who), vault.keyFor(others[1] ?? ''), vault.keyFor(who)].filter(
              (_, n) => n % 2,
            ),
          )
          .map(bytesOf),
      );
      assert.equal(new Set(keys).size, 1);
      assert.notEqual(keys[0], undefined);
    }
  });

  test('is made together with others that are asked for in the same moment', async () => {
    const vault = await open();
    const subjects = Array.from({ length: 200 }, subject);
    await Promise.all(subjects.map((who) => vault.keyFor(who)));
    const [row] = await runSql(
      connection,
      `select count(distinct xmin::text)::int as transactions from vault.keys where subject in ('${subjects.join("','")}')`,
    );
    assert.deepEqual(row, { transactions: 1 });
  });

  test('is read with many others, and not made by reading', async () => {
    const vault = await open();
    const [known, unknown, erased] = [subject(), subject(), subject()];
    await vault.keyFor(known);
    await vault.keyFor(erased);
    await vault.erase(erased);
    const fresh = await open();
    const keys = await fresh.keysOf([known, unknown, erased, known]);
    assert.equal(keys.size, 3);
    assert.equal(keys.get(known)?.export().toString('hex'), await bytesOf(vault.keyFor(known)));
    assert.equal(keys.get(unknown), null);
    assert.equal(keys.get(erased), null);
    assert.deepEqual(await runSql(connection, `select from vault.keys where subject = '${unknown}'`), []);
    assert.deepEqual(await fresh.keysOf([]), new Map());
  });

  test('is nowhere to be read in the database', async () => {
    const vault = await open();
    const key = await bytesOf(vault.keyFor(subject()));
    const rows = await runSql(connection, "select encode(wrapped, 'hex') as hex from vault.keys");
    assert.ok(rows.every(({ hex }) => !String(hex).includes(key ?? '')));
  });

  test('of one subject does not open as that of another', async () => {
    const vault = await open();
    const [one, two] = [subject(), subject()];
    await Promise.all([vault.keyFor(one), vault.keyFor(two)]);
    await runSql(
      connection,
      `update vault.keys k set (key_id, wrapped) = (select key_id, wrapped from vault.keys where subject = '${one}') where subject = '${two}'`,
    );
    await assert.rejects((await open()).keyFor(two), /authenticate/);
    await runSql(connection, `delete from vault.keys where subject = '${two}'`);
  });
});

describe('an erased key', () => {
  test('is gone, and never made again, not even after a restart', async () => {
    const who = subject();
    const vault = await open();
    await vault.keyFor(who);
    await vault.erase(who);
    await vault.erase(who);
    assert.equal(await vault.keyFor(who), null);
    assert.equal(await (await open()).keyFor(who), null);
    const [row] = await runSql(
      connection,
      `select wrapped, erased_at is not null as erased from vault.keys where subject = '${who}'`,
    );
    assert.deepEqual(row, { wrapped: null, erased: true });
  });

  test('is never made where it was erased before first use', async () => {
    const who = subject();
    const vault = await open();
    await vault.erase(who);
    assert.equal(await vault.keyFor(who), null);
  });

  test('is soon forgotten by other processes that hold it', async () => {
    const [one, two] = [await open(), await open()];
    await listening(2);
    const who = subject();
    await Promise.all([one.keyFor(who), two.keyFor(who)]);
    await one.erase(who);
    assert.ok(await untilTrue(async () => (await two.keyFor(who)) === null, 20_000));
  });

  test('is not used by a process that could not hear of it', async () => {
    const [one, two] = [await open(), await open()];
    await listening(2);
    const who = subject();
    assert.ok(await two.keyFor(who));
    await runSql(
      connection,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hansard vault listener' and datname = current_database()",
    );
    await one.erase(who);
    assert.ok(await untilTrue(async () => (await two.keyFor(who)) === null, 20_000));
  });

  test('leaves no way for those who ask at the same moment to make another', async () => {
    const vaults = await Promise.all([open(), open()]);
    for (let round = 0; round < 30; round += 1) {
      const who = subject();
      await Promise.all(
        vaults.flatMap((vault, n) => [vault.keyFor(who), n === 0 ? vault.erase(who) : vault.keyFor(who)]),
      );
      const [row] = await runSql(connection, `select wrapped from vault.keys where subject = '${who}'`);
      assert.equal(row?.['wrapped'], null);
    }
  });
});

describe('the master key', () => {
  test('of another vault is refused with a sentence that helps', async () => {
    await open();
    await assert.rejects(open({ masterKey: randomBytes(32) }), (error) => {
      assert.ok(error instanceof MasterKeyMismatch);
      assert.match(error.message, /does not open this vault. Put back the file secrets\/master\.key/);
      return true;
    });
  });

  test('wraps so that every flipped bit is noticed', () => {
    const master = createSecretKey(masterKey);
    const { keyId, wrapped, secret } = makeWrapped(master, 'test');
    assert.deepEqual(unwrap(master, 'test', { keyId, wrapped }), secret);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const spoilt = Buffer.from(wrapped);
      spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => unwrap(master, 'test', { keyId, wrapped: spoilt }));
    }
    assert.throws(() => unwrap(master, 'other', { keyId, wrapped }));
    assert.throws(() => unwrap(master, 'test', { keyId: `${keyId}0`, wrapped }));
  });
});

describe('the cache of keys', () => {
  const key = () => createSecretKey(randomBytes(32));

  test('holds only so many, and the last used', () => {
    const cache = createKeyCache(2);
    cache.hear();
    const [a, b, c] = [key(), key(), key()];
    cache.put('a', a, cache.erasures());
    cache.put('b', b, cache.erasures());
    assert.equal(cache.get('a'), a);
    cache.put('c', c, cache.erasures());
    assert.equal(cache.get('b'), undefined);
    assert.equal(cache.get('a'), a);
  });

  test('takes no key that was read before an erasure', () => {
    const cache = createKeyCache(2);
    cache.hear();
    const seen = cache.erasures();
    cache.erase('a');
    cache.put('a', key(), seen);
    assert.equal(cache.get('a'), null);
  });

  test('is empty while nothing can be heard', () => {
    const cache = createKeyCache(2);
    cache.put('a', key(), cache.erasures());
    assert.equal(cache.get('a'), undefined);
    cache.hear();
    cache.put('a', key(), cache.erasures());
    cache.deafen();
    assert.equal(cache.get('a'), undefined);
  });
});

describe('the vault keeps', () => {
  test('secrets by name, the same for all processes from the first moment', async () => {
    const vaults = await Promise.all([open(), open()]);
    const name = subject();
    const secrets = await Promise.all(vaults.flatMap((vault) => [vault.secret(name), vault.secret(name)]));
    for (const secret of secrets) assert.deepEqual(secret, secrets[0]);
    assert.equal(secrets[0]?.length, 32);
    assert.notDeepEqual(await vaults[0].secret('other'), secrets[0]);
  });

  test('password hashes until they are dropped', async () => {
    const vault = await open();
    const [account, other] = [subject(), subject()];
    await vault.putPassword('p1', account, 'hash 1');
    await vault.putPassword('p2', account, 'hash 2');
    await vault.putPassword('p3', other, 'hash 3');
    assert.equal(await vault.passwordOf('p1'), 'hash 1');
    assert.equal(await vault.passwordOf('p9'), null);
    await vault.dropPasswords({ passwordIds: ['p1'] });
    assert.equal(await vault.passwordOf('p1'), null);
    assert.equal(await vault.passwordOf('p2'), 'hash 2');
    await vault.dropPasswords({ accountId: account });
    assert.equal(await vault.passwordOf('p2'), null);
    assert.equal(await vault.passwordOf('p3'), 'hash 3');
  });

  test('tokens until their sign-in or account loses them', async () => {
    const vault = await open();
    const [accountId, otherId] = [subject(), subject()];
    const expiresAt = new Date('2030-01-01T12:00:00.123Z');
    const put = async (signInId: string, of: string) => {
      const hash = createHash('sha256').update(randomBytes(32)).digest();
      await vault.putToken(hash, { signInId, accountId: of, expiresAt });
      return hash;
    };
    const [one, two, three] = [await put('s1', accountId), await put('s2', accountId), await put('s3', otherId)];
    assert.deepEqual(await vault.tokenOf(one), { signInId: 's1', accountId, expiresAt });
    assert.equal(await vault.tokenOf(randomBytes(32)), null);
    await vault.dropTokens({ signInId: 's1' });
    assert.equal(await vault.tokenOf(one), null);
    assert.ok(await vault.tokenOf(two));
    await vault.dropTokens({ accountId });
    assert.equal(await vault.tokenOf(two), null);
    assert.ok(await vault.tokenOf(three));
    await vault.dropExpiredTokens(new Date(expiresAt.getTime() - 1));
    assert.ok(await vault.tokenOf(three));
    await vault.dropExpiredTokens(expiresAt);
    assert.equal(await vault.tokenOf(three), null);
  });
});

describe('attempts', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21) + seconds * 1000);
  const minute = 60_000;

  test('are admitted up to the maximum, then not', async () => {
    const vault = await open();
    const key = subject();
    assert.equal(await vault.attemptsOf(key), null);
    assert.deepEqual(await vault.admitAttempt(key, at(0), minute, 2), { count: 1, firstAt: at(0), lastAt: at(0) });
    assert.deepEqual(await vault.admitAttempt(key, at(5), minute, 2), { count: 2, firstAt: at(0), lastAt: at(5) });
    assert.equal(await vault.admitAttempt(key, at(6), minute, 2), null);
    assert.deepEqual(await vault.attemptsOf(key), { count: 2, firstAt: at(0), lastAt: at(5) });
    assert.equal(await vault.admitAttempt(subject(), at(6), minute, 0), null);
  });

  test('begin anew when the window is over, or they were cleared', async () => {
    const vault = await open();
    const key = subject();
    await vault.admitAttempt(key, at(0), minute, 1);
    assert.equal(await vault.admitAttempt(key, at(59.999), minute, 1), null);
    assert.equal((await vault.admitAttempt(key, at(60), minute, 1))?.count, 1);
    assert.equal(await vault.admitAttempt(key, at(61), minute, 1), null);
    await vault.clearAttempts(key);
    assert.equal((await vault.admitAttempt(key, at(62), minute, 1))?.count, 1);
  });

  test('of 100 at once exactly as many pass as may, over several processes and a restart', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const key = subject();
    const asked = Array.from({ length: 100 }, (_, n) => (n % 2 ? one : two).admitAttempt(key, at(n / 100), minute, 7));
    const admitted = (await Promise.all(asked)).filter((each) => each !== null);
    assert.deepEqual(admitted.map((each) => each.count).sort(), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(await (await open()).admitAttempt(key, at(2), minute, 7), null);
  });
});

test('a vault of a newer program is refused', async () => {
  const other = await freshDatabase();
  await open({ connection: other.connection });
  await runSql(other.connection, 'update vault.meta set version = 99');
  await assert.rejects(open({ connection: other.connection }), /"vault" has version 99/);
});
