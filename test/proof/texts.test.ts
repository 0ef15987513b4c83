import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { assertAppendable, limits } from '../../src/commands/eventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import {
  entryProofText,
  openCheckpoint,
  signCheckpoint,
  untrustedCheckpoint,
  verifyEntryProof,
} from '../../src/proof/checkpoint.ts';
import { bundleOf, entriesIn, entryBytesMax, entryOf, eventIn, type ProvenEvent } from '../../src/proof/entries.ts';
import { emptyRoot, leafHash, nodeHash } from '../../src/proof/merkle.ts';
import { NoteInvalid, openNote, signerOf, signNote, verifierIn } from '../../src/proof/note.ts';
import { bundlesOf, tilePath, tilePlaceOf, tilesOf } from '../../src/proof/tiles.ts';

// The example of c2sp.org/signed-note.
const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const exampleNote = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const origin = 'hansard/0197a0de-0000-7000-8000-000000000001';
const signer = signerOf(origin, Buffer.alloc(32, 7));
const other = signerOf('hansard/another', Buffer.alloc(32, 8));

describe('a signed note', () => {
  test('opens with the key of the specification', () => {
    const { text, by } = openNote(exampleNote, [verifierIn(exampleKey)]);
    assert.equal(text, 'This is an example message.\n');
    assert.deepEqual(
      by.map((each) => each.text),
      [exampleKey],
    );
  });

  test('is refused at any changed byte', () => {
    const bytes = Buffer.from(exampleNote);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [1, 4, 32]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ bit;
        assert.throws(() => openNote(changed.toString(), [verifierIn(exampleKey)]), NoteInvalid, `byte ${at}`);
      }
    }
  });

  test('is refused when it ends early or goes on', () => {
    const known = [verifierIn(exampleKey)];
    for (let length = 0; length < exampleNote.length; length += 1)
      assert.throws(() => openNote(exampleNote.slice(0, length), known), NoteInvalid, `cut at ${length}`);
    assert.throws(() => openNote(`${exampleNote}x`, known), NoteInvalid);
    assert.throws(() => openNote(`${exampleNote}\n`, known), NoteInvalid);
  });

  test('passes over signatures of others, and not over a wrong one of a known key', () => {
    const note = signNote('text\n', [other, signer]);
    assert.deepEqual(
      openNote(note, [signer.verifier]).by.map(({ name }) => name),
      [origin],
    );
    assert.throws(() => openNote(note.replace('text', 'next'), [signer.verifier]), /is wrong/);
    assert.throws(() => openNote(note, [verifierIn(exampleKey)]), /None of the keys that are trusted signed it/);
  });

  test('takes keys only as they are written', () => {
    for (const key of [
      '',
      'a+b',
      exampleKey.replace('530d', '530e'),
      `${exampleKey}=`,
      exampleKey.replace('foo', 'f o'),
    ])
      assert.throws(() => verifierIn(key), NoteInvalid, key);
    assert.deepEqual(verifierIn(signer.verifier.text).text, signer.verifier.text);
  });
});

describe('a checkpoint', () => {
  const root = emptyRoot();
  const note = signCheckpoint({ origin, size: 0, root }, [signer]);

  test('says whose it is, how long and with which root', () => {
    const { size, by, ...rest } = openCheckpoint(note, [signer.verifier]);
    assert.deepEqual([rest.origin, size, rest.root, by.text], [origin, 0, root, signer.verifier.text]);
    assert.equal(note.split('\n')[2], '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  test('of another form is refused', () => {
    const of = (text: string) => () => openCheckpoint(signNote(text, [signer]), [signer.verifier]);
    const hash = root.toString('base64');
    assert.throws(of(`${origin}\n01\n${hash}\n`), /not a number/);
    assert.throws(of(`${origin}\n9007199254740993\n${hash}\n`), /not a number/);
    assert.throws(of(`${origin}\n1\n${hash.slice(4)}\n`), /not a hash/);
    assert.throws(of(`${origin}\n1\n`), /three lines/);
    assert.throws(of(`${origin}\n1\n${hash}\nmore\n`), /three lines/);
    assert.throws(of(`hansard/another\n1\n${hash}\n`), /signed by another log/);
    assert.equal(untrustedCheckpoint(note).size, 0);
  });
});

const event: ProvenEvent = {
  stream: 'account-0197a0de-0000-7000-8000-000000000002',
  revision: 12,
  type: 'AccountCreated',
  id: '0197a0de-0000-4000-8000-000000000003',
  data: Buffer.from('{"name":"Ada"}'),
  metadata: Buffer.from('{}'),
};

describe('an entry', () => {
  test('is what docs/proof.md says', () => {
    const entry = entryOf(event);
    assert.equal(
      entry.toString('hex'),
      '0000002c6163636f756e742d30313937613064652d303030302d373030302d383030302d303030303030303030303032' +
        '000000023132' +
        '0000000e4163636f756e7443726561746564' +
        '0000002430313937613064652d303030302d343030302d383030302d303030303030303030303033' +
        '0000000e7b226e616d65223a22416461227d' +
        '000000027b7d',
    );
    assert.equal(leafHash(entry).toString('hex'), 'e3bdac1d4765651b3a761e1bd9e5e22396cc94261c6f70ee31eaef7e06f817af');
    assert.deepEqual(eventIn(entry), event);
  });

  test('differs wherever an event does', () => {
    const variants: ProvenEvent[] = [
      event,
      { ...event, stream: `${event.stream}1`, revision: 2 },
      { ...event, revision: 1 },
      { ...event, type: 'AccountCreate', id: `d${event.id}` },
      { ...event, data: Buffer.from('{"name":"Ada"}{'), metadata: Buffer.from('}') },
      { ...event, data: event.metadata, metadata: event.data },
    ];
    assert.equal(new Set(variants.map((each) => entryOf(each).toString('hex'))).size, variants.length);
  });

  test('is read only as it is written', () => {
    const entry = entryOf(event);
    assert.throws(() => eventIn(Buffer.concat([entry, Buffer.of(0)])), /within a length/);
    assert.throws(() => eventIn(entry.subarray(0, -1)), /within a part/);
    assert.throws(() => eventIn(Buffer.concat([entry, Buffer.alloc(4)])), /7 parts/);
    const padded = entryOf({ ...event, type: 'A' });
    const revision = padded.indexOf('12', event.stream.length);
    padded.write('+2', revision);
    assert.throws(() => eventIn(padded), /not written as entries are/);
  });

  test('fits a bundle or is refused', () => {
    const room = entryBytesMax - entryOf({ ...event, data: Buffer.alloc(0) }).length;
    const longest = entryOf({ ...event, data: Buffer.alloc(room) });
    assert.deepEqual(entriesIn(bundleOf([longest, entryOf(event)])), [longest, entryOf(event)]);
    assert.throws(() => entryOf({ ...event, data: Buffer.alloc(room + 1) }), /65535 at most/);
    assert.throws(() => entriesIn(Buffer.of(0)), /within a length/);
    assert.throws(() => entriesIn(Buffer.of(0, 2, 1)), /within an entry/);
  });

  test('fits a bundle whatever an append may hold', () => {
    const name = 'x'.repeat(200);
    for (const category of vocabularies.keys()) {
      const stream = `${category}-${name}`;
      const data = Buffer.alloc(limits.eventBytesMax);
      const largest = { ...event, stream, revision: 2 ** 31 - 1, type: name, data, metadata: Buffer.alloc(0) };
      assertAppendable(stream, 'noStream', [largest]);
      assert.ok(entryOf(largest).length <= entryBytesMax);
    }
  });

  test('is proved by a text of its own', () => {
    const [mine, its] = [entryOf(event), leafHash(Buffer.from('its'))];
    const checkpoint = signCheckpoint({ origin, size: 2, root: nodeHash(its, leafHash(mine)) }, [signer]);
    const text = entryProofText({ index: 1, path: [its], checkpoint });
    assert.equal(verifyEntryProof(text, mine, [signer.verifier]).index, 1);
    assert.throws(() => verifyEntryProof(text, entryOf({ ...event, revision: 0 }), [signer.verifier]), /not number 1/);
    assert.throws(() => verifyEntryProof(text.replace('index 1', 'index 0'), mine, [signer.verifier]), /not number 0/);
    assert.throws(() => verifyEntryProof('c2sp.org/tlog-proof@v1\n', mine, []), NoteInvalid);
  });
});

describe('the path of a tile', () => {
  test('is that of the specification', () => {
    assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067');
    assert.equal(tilePath({ level: 'entries', index: 0, width: 7 }), 'tile/entries/000.p/7');
    assert.deepEqual(tilePlaceOf('tile/2/x001/000.p/255'), { level: 2, index: 1_000, width: 255 });
  });

  test('is the only one', () => {
    const wrong = [
      'tile/0/0',
      'tile/0/x000/001',
      'tile/0/001.p/0',
      'tile/0/001.p/01',
      'tile/0/001.p/256',
      'tile/7/000',
    ];
    for (const path of [...wrong, 'tile/00/001', 'tile/0/../001', 'tile/entries/', 'tile/0/001/', 'checkpoint', ''])
      assert.equal(tilePlaceOf(path), null, path);
  });

  test('exists for each tile of a tree', () => {
    const tiles = [...tilesOf(70_000)];
    const partial = tiles.filter(({ width }) => width < 256).map(tilePath);
    // The numbers of the specification's own example.
    assert.deepEqual(partial, ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    assert.equal(tiles.length, 277);
    assert.deepEqual([...tilesOf(256)].map(tilePath), ['tile/0/000', 'tile/1/000.p/1']);
    assert.deepEqual([...bundlesOf(257)].map(tilePath), ['tile/entries/000', 'tile/entries/001.p/1']);
    assert.deepEqual([...tilesOf(0), ...bundlesOf(0)], []);
  });
});
