import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { masterKeyIn } from '../../src/operations/masterKey.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hansard-key-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the master key', () => {
  test('is made once, for its owner only, and stays', async () => {
    const key = await masterKeyIn(dataDir);
    assert.equal(key.length, 32);
    assert.deepEqual(await masterKeyIn(dataDir), key);
    assert.equal((await stat(join(dataDir, 'secrets', 'master.key'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(dataDir, 'secrets'))).mode & 0o777, 0o700);
  });

  test('is one for all who ask at the same moment, with nothing left over', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => masterKeyIn(dataDir)));
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    assert.deepEqual(await readdir(join(dataDir, 'secrets')), ['master.key']);
  });

  test('that was damaged is refused, not replaced', async () => {
    await masterKeyIn(dataDir);
    const path = join(dataDir, 'secrets', 'master.key');
    await truncate(path, 5);
    await assert.rejects(masterKeyIn(dataDir), (error) => {
      assert.ok(error instanceof CannotStart);
      assert.match(error.message, /has 5 bytes instead of 32: put it back from a backup\./);
      return true;
    });
    assert.equal((await stat(path)).size, 5);
  });

  test.each([
    [
      '/proc/nowhere',
      /^The data directory \/proc\/nowhere cannot be used: nothing can be made in \/proc\. Name another/,
    ],
    [process.execPath, /cannot be used: a part of the path is a file, not a directory\. Name another/],
  ])('is not looked for in %s, which is told', async (unusable, words) => {
    await assert.rejects(masterKeyIn(unusable), (error) => error instanceof CannotStart && words.test(error.message));
  });
});
