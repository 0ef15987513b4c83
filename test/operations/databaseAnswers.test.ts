import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { databaseUrl } from '../support/stack.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;
const run = promisify(execFile);

describe('a server whose database does not do', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-nodb-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** What `serve` prints before it ends with 1. */
  const lastWords = async (url: string, role = 'api'): Promise<string> => {
    const env = { ...process.env, HANSARD_DATA: directory, DATABASE_URL: url, HANSARD_PORT: '0', NO_COLOR: '1' };
    const error = await run(process.execPath, [main, 'serve', '--roles', role], { env, timeout: 60_000 }).then(
      () => assert.fail('it started'),
      (failed: unknown) => failed as { code: number; stderr: string },
    );
    assert.equal(error.code, 1);
    return error.stderr;
  };

  test.for(['api', 'media'])('says where nobody listens, and no more (%s)', async (role) => {
    const words = await lastWords('postgres://hansard@127.0.0.1:1/hansard', role);
    assert.match(
      words,
      /^The database 127\.0\.0\.1:1\/hansard cannot be used: .*ECONNREFUSED.*\. Start PostgreSQL there/,
    );
    assert.equal(words.trim().split('\n').length, 1);
  });

  test('says that what listens there is no PostgreSQL, and waits no longer than it must', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const words = await lastWords(`postgres://hansard@127.0.0.1:${port}/hansard`);
    await new Promise((resolve) => silent.close(resolve));
    assert.match(words, /cannot be used: timeout.*\. Start PostgreSQL there, or correct DATABASE_URL\.\n$/);
  });

  test('says that the database is missing', async () => {
    const { connection, drop } = await freshDatabase();
    await drop();
    const words = await lastWords(databaseUrl(connection));
    assert.match(words, /cannot be used: database ".*" does not exist\. Create that database/);
  });
});
