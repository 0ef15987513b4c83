// An installation that began with a database of its own goes to EventStoreDB and back, by nothing but the program.
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('an installation with a database of its own', () => {
  let dataDir: string;
  let node: EventStoreDbNode;

  const hansard = (env: Record<string, string>, ...args: string[]) => {
    const { DATABASE_URL: _, ESDB_URL: __, ...rest } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args, '--data', dataDir], {
      env: { ...rest, ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, said: stdout + stderr };
  };
  const events = (env: Record<string, string> = {}): string[] => {
    const { status, said } = hansard(env, 'events');
    assert.equal(status, 0, said);
    return said.trim().split('\n');
  };
  const proved =
    /Read models: (\d+) rows in \d+ tables, SHA-256 [0-9a-f]{64} made from either store\.\nLog .* was moved/;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hansard-moves-'));
    node = await startEventStoreDbNode({ appendBytesMax: 2 * 1024 * 1024 });
  });
  afterAll(async () => {
    await node.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('moves with one address, and comes back', { timeout: 240_000 }, () => {
    const there = { ESDB_URL: node.url };
    assert.match(hansard({}, 'migrate-log', '--to', node.url).said, /--data with the directory it is in/);
    const made = hansard({}, 'seed');
    assert.equal(made.status, 0, made.said);
    const before = events();

    const nobody = hansard({}, 'migrate-log', '--to', 'esdb://127.0.0.1:9?tls=false');
    assert.equal(nobody.status, 1);
    assert.match(nobody.said, /^EventStoreDB at 127\.0\.0\.1:9 does not answer .* Start it, or correct --to\.\n$/);
    const moved = hansard({}, 'migrate-log', '--to', node.url);
    assert.equal(moved.status, 0, moved.said);
    assert.ok(Number(proved.exec(moved.said)?.[1]) > before.length, moved.said);
    assert.match(hansard({}, 'events').said, /was moved away from this store/);
    assert.equal(events(there).length, before.length);

    // No server ever ran that would have raised the level; whoever types this reads a sentence.
    assert.match(hansard(there, 'rebuild', 'user_directory').said, /^Some nodes may not be able to read [^\n]*\n$/);
    assert.match(
      hansard({}, 'migrate-log', '--to', node.url, '--give-up').said,
      /servers write to --to. Move the log back/,
    );
    const back = hansard({}, 'migrate-log', '--from', node.url);
    assert.match(back.said, proved);
    assert.equal(events().length, before.length);
  });
});
