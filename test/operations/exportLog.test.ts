import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { EventStore, NewEvent } from '../../src/commands/eventStore.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { exportLog } from '../../src/operations/exportLog.ts';
import { directoryFiles } from '../../src/operations/logFiles.ts';
import { signCheckpoint } from '../../src/proof/checkpoint.ts';
import { bundleOf, entriesIn, entryOf } from '../../src/proof/entries.ts';
import { endorsementText, keyListText } from '../../src/proof/keyList.ts';
import { leafHash } from '../../src/proof/merkle.ts';
import { type Signer, signerOf, signNote } from '../../src/proof/note.ts';
import { growingTree, type TilePlace, tilePath } from '../../src/proof/tiles.ts';
import { NotProved, verifyLog } from '../../src/proof/verifyLog.ts';

type Standalone = {
  verifyExport: (
    read: (path: string) => Buffer,
    key: string,
    witnesses: string[],
  ) => { size: number; witnessed: number };
};
const standaloneFile = fileURLToPath(new URL('../../scripts/verifyExport.mjs', import.meta.url));
const { verifyExport } = (await import(standaloneFile)) as Standalone;

const categories = [...vocabularies.keys()];
const serverId = '01920000-0000-7000-8000-000000000001';
const origin = `hansard/${serverId}`;
const [first, second, thief] = [1, 2, 3].map((n) => signerOf(origin, Buffer.alloc(32, n)));
assert.ok(first && second && thief);

const eventOf = (type: string, data: object): NewEvent => ({
  id: randomUUID(),
  type,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from(JSON.stringify({ node: 'node-1' })),
});

const rootOfAll = (entries: readonly Buffer[]): Buffer => {
  const tree = growingTree();
  for (const entry of entries) tree.append(leafHash(entry));
  return tree.root();
};

const say = async (store: EventStore, count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1)
    await store.append(`channel-${randomUUID()}`, 'noStream', [eventOf('ChatMessagePosted', { n })]);
};
const sign = async (store: EventStore, signer: Signer): Promise<string> => {
  const entries = (await Array.fromAsync(store.readAll({ filter: { categories } }))).map(entryOf);
  const note = signCheckpoint({ origin, size: entries.length, root: rootOfAll(entries) }, [signer]);
  const root = rootOfAll(entries).toString('base64');
  const data = { serverId, size: entries.length, root, note, verifierKey: signer.verifier.text };
  const signedAt = '2026-11-21T18:00:00.000Z';
  await store.append(`checkpoint-${randomUUID()}`, 'noStream', [eventOf('CheckpointSigned', { ...data, signedAt })]);
  return note;
};
const endorsement = signNote(endorsementText(origin, second.verifier.text), [first]);
const keyEvent = (signer: Signer, said: string | null): NewEvent =>
  eventOf('SigningKeyAdopted', {
    serverId,
    keyId: randomUUID(),
    verifierKey: signer.verifier.text,
    endorsement: said,
    adoptedAt: '2026-11-21T18:00:00.000Z',
  });

/** Random, but the same each time. */
const chance = (seed: string) => {
  let count = 0;
  return (below: number): number => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE() % below;
  };
};

describe('an exported log', () => {
  let directory: string;
  let older: string;
  let newest: string;
  let files: Map<string, Buffer>;
  const target = () => join(directory, 'export');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hansard-export-'));
    const store = memoryEventStore({ now: () => new Date() });
    await store.append(`signingKey-${serverId}`, 'noStream', [keyEvent(first, null)]);
    await say(store, 200);
    older = await sign(store, first);
    await store.append(`signingKey-${serverId}`, 0, [keyEvent(second, endorsement)]);
    await say(store, 400);
    await store.append(`holiday-${randomUUID()}`, 'noStream', [eventOf('HolidayTaken', {})]);
    newest = await sign(store, second);
    await say(store, 3);
    const exported = await exportLog({ store, categories, target: target() });
    const signedAt = '2026-11-21T18:00:00.000Z';
    assert.deepEqual(exported, { size: 603, verifierKey: second.verifier.text, signedAt, newer: 4 });
    const names = await readdir(target(), { recursive: true, withFileTypes: true });
    const paths = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
    const read = async (path: string) => [path.slice(target().length + 1), await readFile(path)] as const;
    files = new Map(await Promise.all(paths.map(read)));
    await Promise.all([
      writeFile(join(directory, 'older'), older),
      writeFile(join(directory, 'newest'), newest),
      writeFile(join(directory, 'key'), `${first.verifier.text}\n`),
    ]);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const key = first.verifier;
  const check = (from: ReadonlyMap<string, Buffer>, witness: string | null, trusted: typeof key | null = key) =>
    verifyLog((path) => Promise.resolve(from.get(path) ?? null), {
      key: trusted,
      witnesses: witness === null ? [] : [{ name: 'witness', note: witness }],
      event: null,
    });
  const checkAlone = (from: ReadonlyMap<string, Buffer>, witness: string | null) =>
    verifyExport((path) => from.get(path) ?? assert.fail(`no ${path}`), key.text, witness === null ? [] : [witness]);

  test('is laid out as tlog-tiles says, with its keys', () => {
    assert.deepEqual([...files.keys()].toSorted(), [
      'checkpoint',
      'keys.json',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/91',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/91',
    ]);
    assert.equal(files.get('checkpoint')?.toString(), newest);
  });

  test('is what was signed, with the oldest key and each witness', async () => {
    for (const [witness, seen] of [
      [null, null],
      [older, 201],
      [newest, 603],
    ] as const) {
      const { checkpoint, witnessed } = await check(files, witness);
      assert.deepEqual([checkpoint.size, checkpoint.by.text, witnessed], [603, second.verifier.text, seen]);
      assert.deepEqual(checkAlone(files, witness), { size: 603, witnessed: seen ?? 0 });
    }
    const shown = await verifyLog(await directoryFiles(target()), { key: null, witnesses: [], event: 1 });
    assert.deepEqual([shown.event?.type, shown.event?.revision], ['ChatMessagePosted', 0]);
  });

  /** A whole log of these entries, signed; what somebody with the keys can make. */
  const forged = (entries: readonly Buffer[], signers: { keys: string; signer: Signer }): Map<string, Buffer> => {
    const made = new Map<string, Buffer>();
    const put = (place: TilePlace, bytes: Buffer) => made.set(tilePath(place), bytes);
    const tree = growingTree(({ hashes, ...place }) => put({ ...place, width: 256 }, Buffer.concat(hashes)));
    for (const entry of entries) tree.append(leafHash(entry));
    for (const { hashes, ...place } of tree.unfinished())
      put({ ...place, width: hashes.length }, Buffer.concat(hashes));
    for (let index = 0; index * 256 < entries.length; index += 1) {
      const bundle = entries.slice(index * 256, (index + 1) * 256);
      put({ level: 'entries', index, width: bundle.length }, bundleOf(bundle));
    }
    const checkpoint = { origin, size: entries.length, root: tree.root() };
    made.set('checkpoint', Buffer.from(signCheckpoint(checkpoint, [signers.signer])));
    return made.set('keys.json', Buffer.from(signers.keys));
  };
  const allEntries = (): Buffer[] =>
    ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/91'].flatMap((path) =>
      entriesIn(files.get(path) ?? assert.fail()),
    );
  const own = () => ({ keys: files.get('keys.json')?.toString() ?? '', signer: second });

  test('that was made anew from the same entries is the same', async () => {
    const again = forged(allEntries(), own());
    assert.deepEqual([...again.keys()].toSorted(), [...files.keys()].toSorted());
    assert.equal((await check(again, newest)).witnessed, 603);
    assert.equal(checkAlone(again, newest).witnessed, 603);
  });

  type Mutation = (random: (below: number) => number) => Map<string, Buffer>;
  const anyPath = (random: (below: number) => number): string => [...files.keys()][random(files.size)] ?? '';
  const changed = (path: string, bytes: Buffer): Map<string, Buffer> => new Map(files).set(path, bytes);
  const mutations: Record<string, Mutation> = {
    flip: (random) => {
      const path = anyPath(random);
      const bytes = Buffer.from(files.get(path) ?? '');
      const place = random(bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
      return changed(path, bytes);
    },
    'drop a file': (random) => {
      const path = anyPath(random);
      return new Map([...files].filter(([name]) => name !== path));
    },
    'drop bytes': (random) => {
      const path = anyPath(random);
      const bytes = files.get(path) ?? Buffer.alloc(0);
      const start = random(bytes.length);
      const end = start + 1 + random(bytes.length - start);
      return changed(path, Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]));
    },
    'swap two files': (random) => {
      const [one, other] = [anyPath(random), anyPath(random)];
      if (one === other) return changed(one, Buffer.concat([files.get(one) ?? Buffer.alloc(0), Buffer.of(10)]));
      const swapped = changed(one, files.get(other) ?? Buffer.alloc(0));
      return swapped.set(other, files.get(one) ?? Buffer.alloc(0));
    },
    'swap two entries': (random) => {
      const path = ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/91'][random(3)] ?? '';
      const entries = entriesIn(files.get(path) ?? assert.fail());
      const [one, step] = [random(entries.length), 1 + random(entries.length - 1)];
      const other = (one + step) % entries.length;
      [entries[one], entries[other]] = [entries[other] as Buffer, entries[one] as Buffer];
      return changed(path, bundleOf(entries));
    },
    'cut a file off': (random) => {
      const path = anyPath(random);
      const bytes = files.get(path) ?? Buffer.alloc(0);
      return changed(path, bytes.subarray(0, random(bytes.length)));
    },
    'cut the log off, back to an older checkpoint': () => {
      const cut = forged(allEntries().slice(0, 201), own());
      return cut.set('checkpoint', Buffer.from(older));
    },
    'cut the log off and sign it': (random) => forged(allEntries().slice(0, 1 + random(602)), own()),
    'change an event and sign it all anew': (random) => {
      const entries = allEntries();
      const place = random(entries.length);
      const bytes = Buffer.from(entries[place] ?? '');
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      entries[place] = bytes;
      return forged(entries, own());
    },
    'drop an event and go on, signed anew': (random) => {
      const entries = allEntries();
      entries.splice(random(entries.length), 1);
      entries.push(...entries.slice(0, 1 + random(50)));
      return forged(entries, own());
    },
    'sign it with a key of one’s own': (random) => {
      const keys = keyListText([{ verifierKey: thief.verifier.text, endorsement: null }]);
      return forged(allEntries().slice(0, 603 - random(2)), { keys, signer: thief });
    },
  };

  test('is never taken for another one: 1 000 mutations, each told by both verifiers', {
    timeout: 120_000,
  }, async () => {
    const random = chance('mutations');
    const kinds = Object.entries(mutations);
    for (let n = 0; n < 1_000; n += 1) {
      const [kind, mutate] = kinds[n % kinds.length] ?? assert.fail();
      const mutated = mutate(random);
      await assert.rejects(check(mutated, newest), NotProved, `${n}: ${kind}`);
      assert.throws(() => checkAlone(mutated, newest), `${n}: ${kind}, alone`);
    }
  });

  test('cannot be told from a fork or a cut by whoever has no witness', async () => {
    const cut = forged(allEntries().slice(0, 100), own());
    assert.equal((await check(cut, null)).witnessed, null);
    assert.equal(checkAlone(cut, null).size, 100);
    await assert.rejects(check(cut, older), /witness saw 201 events, but the log ends after 100: events were cut off/);
    const fork = forged([...allEntries().slice(0, 201), ...allEntries().slice(202)], own());
    assert.equal((await check(fork, older)).witnessed, 201);
    await assert.rejects(check(fork, newest), /cut off/);
    const other = forged(allEntries().with(300, allEntries()[301] as Buffer), own());
    await assert.rejects(check(other, newest), /another history was signed/);
  });

  test('of somebody else’s key convinces nobody who knows the key', async () => {
    const keys = keyListText([{ verifierKey: thief.verifier.text, endorsement: null }]);
    const theirs = forged(allEntries(), { keys, signer: thief });
    assert.equal((await check(theirs, null, null)).checkpoint.by.text, thief.verifier.text);
    await assert.rejects(check(theirs, null), /None of the keys that are trusted signed it/);
  });

  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

  test('is verified from the terminal, offline', () => {
    const [keyFile, witness] = [join(directory, 'key'), join(directory, 'older')];
    const full = run(
      main,
      'verify',
      target(),
      '--key',
      keyFile,
      '--witness',
      join(directory, 'newest'),
      '--event',
      '7',
    );
    assert.deepEqual([full.status, /Note:/.test(full.said)], [0, false], full.said);
    assert.match(full.said, /^Verified to #602: 603 events of hansard\/.* are as they were signed\./);
    assert.match(full.said, /Event #7: ChatMessagePosted in channel-/);
    const some = run(main, 'verify', target(), '--key', first.verifier.text, '--witness', witness);
    assert.match(some.said, /Note: No witness saw the events from #201 on/);
    const bare = run(main, 'verify', target());
    assert.equal(bare.status, 0);
    assert.match(bare.said, /Note: The key came with the log/);
    assert.match(bare.said, /Note: Without a checkpoint that somebody else kept/);
    const alone = run(standaloneFile, target(), first.verifier.text, join(directory, 'newest'));
    assert.deepEqual(
      [alone.status, alone.said],
      [0, '603 events are as they were signed; 603 of them were seen by a witness.\n'],
    );
  });

  test('that is wrong, missing or asked for wrongly has an exit code of its own', async () => {
    const bad = await mkdtemp(join(directory, 'bad-'));
    await writeFile(join(bad, 'checkpoint'), newest);
    const wrong = run(main, 'verify', bad);
    assert.deepEqual(wrong, { status: 1, said: 'NOT VERIFIED. keys.json is missing.\n' });
    assert.equal(run(main, 'verify', join(directory, 'nowhere')).status, 3);
    assert.equal(run(main, 'verify', target(), '--witness', join(directory, 'nowhere')).status, 3);
    assert.equal(run(main, 'verify').status, 2);
    assert.equal(run(main, 'verify', target(), '--key', 'not+a+key').status, 2);
    assert.equal(run(main, 'verify', target(), '--event', 'x').status, 2);
    assert.equal(run(main, 'verify', target(), '--event', '603').status, 1);
    assert.equal(run(main, 'verify', 'http://127.0.0.1:9').status, 2);
    const where = ['verify', 'http://127.0.0.1:9', '--login', 'admin', '--password-file', join(directory, 'key')];
    assert.match(run(main, ...where).said, /^http:\/\/127\.0\.0\.1:9 does not answer/);
    assert.equal(run(standaloneFile, bad, first.verifier.text).status, 1);
    assert.equal(run(standaloneFile).status, 2);
  });

  test('is refused where there is nothing to prove, or no room for it', async () => {
    const store = memoryEventStore({ now: () => new Date() });
    const to = join(directory, 'another');
    await say(store, 2);
    await assert.rejects(exportLog({ store, categories, target: to }), /No checkpoint was signed yet/);
    await assert.rejects(exportLog({ store, categories, target: target() }), /is not empty/);
    await sign(store, thief);
    await assert.rejects(exportLog({ store, categories: ['checkpoint'], target: to }), /are not what was signed/);
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.startsWith('another')),
      [],
    );
  });
});
