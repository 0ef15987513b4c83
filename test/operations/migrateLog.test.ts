// Moves of whole logs between real PostgreSQL databases and the EventStoreDB test node.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, test } from 'vitest';
import { openEsdbEventStore } from '../../src/commands/esdbEventStore.ts';
import { openEsdbLogHome } from '../../src/commands/esdbLogHome.ts';
import { type EventStore, LogElsewhere, type StoredEvent, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { openPostgresLogHome } from '../../src/commands/postgresLogHome.ts';
import { databaseOf } from '../../src/config.ts';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { carryCheckpoints } from '../../src/operations/carryCheckpoints.ts';
import { leafOf, migrateLog, type Place } from '../../src/operations/migrateLog.ts';
import { startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { appended, event, events, newStream } from '../support/events.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';

const patience = { answerTimeoutMs: 20_000, refuseAfterMs: 20_000 };

type Kind = 'PostgreSQL' | 'EventStoreDB';
type Opened = Place & { url: string };

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const newId = () => randomUUID();
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const urlOf = async (kind: Kind): Promise<string> => {
  if (kind === 'EventStoreDB') {
    const node = await startEventStoreDbNode({ appendBytesMax: 2 * 1024 * 1024 });
    undo.push(() => node.kill());
    return node.url;
  }
  const { connection, drop } = await freshDatabase();
  undo.push(drop);
  return `postgresql://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}`;
};
const storeAt = async (url: string, moving = false): Promise<EventStore> => {
  const store = url.startsWith('esdb')
    ? await openEsdbEventStore({ url, newId, moving, ...(moving && patience) })
    : await openPostgresEventStore({ connection: databaseOf(url), moving, ...(moving && patience) });
  undo.push(() => store.close());
  return store;
};
const placeAt = async (url: string): Promise<Opened> => {
  const home = url.startsWith('esdb') ? await openEsdbLogHome(url, newId) : await openPostgresLogHome(databaseOf(url));
  undo.push(() => home.close());
  return { url, home, store: await storeAt(url, true) };
};

/** Streams that grow in turns, odd bytes, long runs, large events. */
const fill = async (store: EventStore): Promise<StoredEvent[]> => {
  const streams = Array.from({ length: 7 }, () => newStream());
  for (let round = 0; round < 20; round += 1) {
    for (const [index, stream] of streams.entries()) {
      if ((round + index) % 3 > 0) continue;
      const last = (await Array.fromAsync(store.readStream(stream))).length - 1;
      await appended(store, stream, last < 0 ? 'noStream' : last, events(1 + (round % 4)));
    }
  }
  const odd = { ...event(), data: Buffer.from([0, 255, 92, 10, 123]), metadata: Buffer.of() };
  await appended(store, newStream(), 'noStream', [odd, ...events(499)]);
  const large = { ...event(), data: Buffer.alloc(60_000, 7) };
  await appended(store, newStream(), 'noStream', [large, { ...large, id: newId() }, { ...large, id: newId() }]);
  return Array.fromAsync(store.readAll());
};

const bare = (all: readonly StoredEvent[]) =>
  all.map(({ stream, revision, id, type, data, metadata }) =>
    [stream, revision, id, type, Buffer.from(data).toString('hex'), Buffer.from(metadata).toString('hex')].join(' '),
  );
const contents = async (store: EventStore) => bare(await Array.fromAsync(store.readAll()));
const quick = { say: () => undefined, quietMs: 200 };
const refused = (work: Promise<unknown>, words: RegExp) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof CannotStart, String(error));
    assert.match(error.message, words);
    return true;
  });

const directions: [Kind, Kind][] = [
  ['PostgreSQL', 'EventStoreDB'],
  ['EventStoreDB', 'PostgreSQL'],
  ['PostgreSQL', 'PostgreSQL'],
];

describe.each(directions)('a log that moves from %s to %s', (from, to) => {
  test('is there as it was, event by event, under its own identity', async () => {
    const source = await placeAt(await urlOf(from));
    const before = await fill(source.store);
    const logId = await source.store.logId();
    const target = await placeAt(await urlOf(to));
    const positions: [number, string, string][] = [];
    const moved = await migrateLog({ ...quick, source, target, moved: (...each) => void positions.push(each) });

    const after = await storeAt(target.url);
    const found = await Array.fromAsync(after.readAll());
    assert.deepEqual(bare(found), bare(before));
    const digest = createHash('sha256');
    for (const each of before) digest.update(leafOf(each));
    assert.deepEqual(moved, { logId, events: before.length, digest: digest.digest('hex') });
    assert.equal(await after.logId(), logId);
    assert.notEqual(await after.positionsId(), await source.store.positionsId());
    assert.deepEqual(
      positions,
      before.map((each, n) => [n + 1, each.position, found[n]?.position ?? '']),
    );
    const last = found.at(-1);
    assert.ok(last);
    await appended(after, last.stream, last.revision, [event('and on it goes')]);
  });

  test('takes no more events where it was, from nobody, and opens for no server there', async () => {
    const url = await urlOf(from);
    const server = await storeAt(url);
    const stream = newStream();
    await appended(server, stream, 'noStream', [event()]);
    const source = await placeAt(url);
    const target = await placeAt(await urlOf(to));
    await migrateLog({ ...quick, source, target });
    await delay(500); // A server with EventStoreDB hears of it by its subscription.
    await assert.rejects(server.append(stream, 0, [event()]), StoreUnavailable);
    await assert.rejects(server.append(newStream(), 'noStream', [event()]), StoreUnavailable);
    await assert.rejects(storeAt(url), LogElsewhere);
    assert.equal((await contents(source.store)).length, 1);
    // Again is no harm: it only looks.
    assert.equal((await migrateLog({ ...quick, source, target })).events, 1);
  });

  test('comes back to where it was, with what was written since, and its positions there are the same', async () => {
    const source = await placeAt(await urlOf(from));
    await appended(source.store, newStream(), 'noStream', events(5));
    const before = await Array.fromAsync(source.store.readAll());
    const { positionsId } = await source.home.identity();
    const target = await placeAt(await urlOf(to));
    await migrateLog({ ...quick, source, target });
    const there = await storeAt(target.url);
    await appended(there, before[0]?.stream ?? '', 4, events(3));

    const elsewhere = await placeAt(await urlOf('PostgreSQL'));
    await appended(elsewhere.store, newStream(), 'noStream', [event()]);
    await refused(migrateLog({ ...quick, source: elsewhere, target: source }), /was moved away/);
    assert.equal((await migrateLog({ ...quick, source: target, target: source })).events, 8);
    const back = await storeAt(source.url);
    assert.deepEqual(await contents(back), await contents(target.store));
    assert.deepEqual(
      (await Array.fromAsync(back.readAll())).slice(0, 5).map(({ position }) => position),
      before.map(({ position }) => position),
    );
    assert.equal(await back.positionsId(), positionsId);
    await assert.rejects(storeAt(target.url), LogElsewhere);
    await appended(back, before[0]?.stream ?? '', 7, [event()]);
  });

  test('goes on where an earlier run was stopped, wherever that was', async () => {
    const source = await placeAt(await urlOf(from));
    const before = await fill(source.store);
    const target = await placeAt(await urlOf(to));
    let left = 40;
    const failing: Place = {
      home: target.home,
      store: {
        ...target.store,
        append: (...args) => {
          left -= 1;
          if (left < 0) throw new Error('The end of this run');
          return target.store.append(...args);
        },
      },
    };
    await assert.rejects(migrateLog({ ...quick, source, target: failing }), /The end of this run/);
    const half = (await contents(target.store)).length;
    assert.ok(half > 0 && half < before.length);
    await assert.rejects(storeAt(target.url), LogElsewhere);
    await assert.rejects(
      migrateLog({ ...quick, source, target, carry: () => Promise.reject(new Error('Here too')) }),
      /Here too/,
    );
    await assert.rejects(storeAt(target.url), LogElsewhere);
    assert.equal((await migrateLog({ ...quick, source, target })).events, before.length);
    assert.deepEqual(await contents(await storeAt(target.url)), bare(before));
  });

  test('is refused where the target holds something else', async () => {
    const source = await placeAt(await urlOf(from));
    await appended(source.store, newStream(), 'noStream', events(3));
    const target = await placeAt(await urlOf(to));
    await appended(target.store, newStream(), 'noStream', [event()]);
    await refused(migrateLog({ ...quick, source, target }), /holds a log already/);
    await refused(migrateLog({ ...quick, source, target: source }), /the same log/);
    // Neither has changed by that.
    await appended(await storeAt(source.url), newStream(), 'noStream', [event()]);
    await appended(await storeAt(target.url), newStream(), 'noStream', [event()]);
  });

  test('is refused where somebody wrote to the target in between', async () => {
    const source = await placeAt(await urlOf(from));
    await appended(source.store, newStream(), 'noStream', events(3));
    const target = await placeAt(await urlOf(to));
    const stop = () => Promise.reject(new Error('stopped'));
    await assert.rejects(migrateLog({ ...quick, source, target, carry: stop }), /stopped/);
    await appended(target.store, newStream(), 'noStream', [event()]);
    await refused(migrateLog({ ...quick, source, target }), /holds more than the source/);
    const other = await placeAt(await urlOf(from));
    await appended(other.store, newStream(), 'noStream', [event()]);
    await refused(migrateLog({ ...quick, source: other, target }), /Another log is being moved to the target/);
  });
});

test('what is written while the log moves is moved too, or the move is refused', async () => {
  const url = await urlOf('EventStoreDB');
  const source = await placeAt(url);
  await appended(source.store, newStream(), 'noStream', events(50));
  const target = await placeAt(await urlOf('PostgreSQL'));
  // A store opened for moving does not hear of the seal, as a server whose subscription is interrupted.
  let writing = true;
  let written = 0;
  const writer = (async () => {
    while (writing) {
      await appended(source.store, newStream(), 'noStream', [event()]);
      written += 1;
      await delay(20);
    }
  })();
  const deaf: Place = { ...source, home: { ...source.home, become: () => Promise.resolve() } };
  await refused(migrateLog({ ...quick, source: deaf, target }), /still writes to the source/);
  writing = false;
  await writer;
  const { events: all } = await migrateLog({ ...quick, source, target });
  assert.equal(all, 50 + written);
});

describe('the command', () => {
  const run = (args: string[], kill?: (said: string) => boolean): Promise<{ code: number | null; said: string }> =>
    new Promise((resolve) => {
      const { DATABASE_URL: _, ...env } = process.env;
      const child = spawn(process.execPath, [main, 'migrate-log', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        if (kill?.(said)) child.kill('SIGKILL');
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => resolve({ code, said }));
    });

  test('killed in the middle is taken up by the next, and tells what it proved', async () => {
    const source = await placeAt(await urlOf('PostgreSQL'));
    await fill(source.store);
    const to = await urlOf('EventStoreDB');
    const dir = await mkdtemp(join(tmpdir(), 'hansard-move-'));
    undo.push(() => rm(dir, { recursive: true, force: true }));
    assert.match((await run(['--from', source.url, '--to', to])).said, /has no vault.*--without-read-models/);
    await appended(await storeAt(source.url), newStream(), 'noStream', [event('nothing is sealed yet')]);
    const args = ['--from', source.url, '--to', to, '--without-read-models'];
    const before = await Array.fromAsync(source.store.readAll());
    // The seal stands, and copying has just begun.
    assert.equal((await run(args, (said) => said.includes('takes no more events'))).code, null);
    await assert.rejects(storeAt(source.url), LogElsewhere);
    const file = join(dir, 'positions.csv');
    const { code, said } = await run([...args, '--positions', file]);
    assert.equal(code, 0, said);
    assert.match(said, new RegExp(`${before.length} events, SHA-256 of their leaves [0-9a-f]{64} in both stores`));
    assert.deepEqual(await contents(await storeAt(to)), bare(before));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    assert.equal(lines.length, before.length + 1);
    assert.match(lines[1] ?? '', new RegExp(`^1,${before[0]?.position},\\d{19}$`));
  });

  test('gives up a move that did not come to its end', async () => {
    const source = await placeAt(await urlOf('PostgreSQL'));
    await appended(source.store, newStream(), 'noStream', events(2));
    await source.home.become('moved');
    await assert.rejects(storeAt(source.url), LogElsewhere);
    const { code, said } = await run(['--from', source.url, '--give-up']);
    assert.equal(code, 0, said);
    await appended(await storeAt(source.url), newStream(), 'noStream', [event()]);
  });

  test('says what it needs', async () => {
    assert.match((await run([])).said, /Say --from/);
    assert.match((await run(['--from', 'mysql://x', '--to', 'esdb://y'])).said, /postgresql:\/\/\.\.\. or esdb:\/\//);
  });
});

test('the processes go on where they were, and the projections begin again', async () => {
  const source = await placeAt(await urlOf('PostgreSQL'));
  const before = await fill(source.store);
  const { home } = source;
  const { positionsId: old } = await home.identity();
  const connection = databaseOf(source.url);
  const third = before[2]?.position ?? '';
  await runSql(
    connection,
    `create schema read;
     create table read.checkpoint (name text primary key, version int, "logId" uuid, position text);
     insert into read.checkpoint values ('processes', 1, '${old}', '${third}'), ('auditTrail', 1, '${old}', '${third}')`,
  );
  const target = await placeAt(await urlOf('EventStoreDB'));
  const carry = (places: Parameters<typeof carryCheckpoints>[1]) => carryCheckpoints(connection, places);
  await migrateLog({ ...quick, source, target, carry });
  const after = await Array.fromAsync(target.store.readAll());
  const { positionsId } = await target.home.identity();
  const kept = [{ name: 'processes', logId: positionsId, position: after[2]?.position }];
  const rows = () => runSql(connection, 'select name, "logId", position from read.checkpoint');
  assert.deepEqual(await rows(), kept);
  await carryCheckpoints(connection, { from: old, to: positionsId, at: () => Promise.reject(new Error('Not again')) });
  assert.deepEqual(await rows(), kept);
});
