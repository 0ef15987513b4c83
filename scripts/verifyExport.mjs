#!/usr/bin/env node
// Checks an export of a log, or a copy of a report, with nothing but Node: a second implementation of docs/proof.md that
// shares no line with us. Usage: node verifyExport.mjs DIRECTORY KEY [CHECKPOINT ...], or FILE.ndjson KEY
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const fail = (message) => {
  throw new Error(message);
};
const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const decode = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : fail(`not base64: ${text}`);
};

/** A verifier key: name+id+base64(1, 32 bytes of an Ed25519 key); the id is four bytes of a hash over the rest. */
const readKey = (text) => {
  const [name, id, encoded, ...rest] = text.split('+').length > 3 ? joinedKey(text) : text.split('+');
  const bytes = decode(encoded ?? '');
  if (rest.length > 0 || bytes.length !== 33 || bytes[0] !== 1) fail(`not an Ed25519 verifier key: ${text}`);
  const expected = sha256(`${name}\n`, bytes).subarray(0, 4).toString('hex');
  if (id !== expected) fail(`the id of ${name}+${id} is not that of the key`);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') },
    format: 'jwk',
  });
  return { name, id, key, text };
};
/** Base64 may hold a plus, too. */
const joinedKey = (text) => {
  const [name, id, ...encoded] = text.split('+');
  return [name, id, encoded.join('+')];
};

/** The text of a signed note, if one of the keys signed it and none of them did so wrongly. */
const openNote = (note, keys, what) => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) fail(`${what}: not a signed note`);
  for (const character of note) if (character < ' ' && character !== '\n') fail(`${what}: a control character`);
  const text = note.slice(0, end + 1);
  let signed = 0;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded] = /^\u2014 (\S+) (\S+)$/u.exec(line) ?? fail(`${what}: not a signature line`);
    const bytes = decode(encoded);
    const key = keys.find((each) => each.name === name && each.id === bytes.subarray(0, 4).toString('hex'));
    if (!key) continue;
    if (!verifySignature(null, Buffer.from(text), key.key, bytes.subarray(4))) fail(`${what}: a wrong signature`);
    signed += 1;
  }
  return signed > 0 ? text : fail(`${what}: no known key signed it`);
};

const openCheckpoint = (note, keys, what) => {
  const [origin, size, root, ...rest] = openNote(note, keys, what).slice(0, -1).split('\n');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || decode(root ?? '').length !== 32)
    fail(`${what}: not a checkpoint`);
  if (!keys.some(({ name }) => name === origin)) fail(`${what}: the checkpoint of another log`);
  return { origin, size: Number(size), root: decode(root) };
};

/** The keys that the given one vouches for, one after the other. */
const trustedKeys = (text, given) => {
  const { keys } = JSON.parse(text);
  if (`${JSON.stringify({ keys }, null, 2)}\n` !== text) fail('keys.json: not as such lists are written');
  const read = keys.map(({ verifierKey, endorsement }) => ({ ...readKey(verifierKey), endorsement }));
  read.forEach((key, index) => {
    if (key.endorsement === null) return;
    const said = openNote(key.endorsement, read.slice(Math.max(0, index - 1), index), 'keys.json');
    if (said !== `${key.name}\nkey\n${key.text}\n`) fail('keys.json: an endorsement of something else');
  });
  const start = read.findIndex((key) => key.text === given.text);
  const trusted = [given];
  for (const key of start < 0 ? [] : read.slice(start + 1)) {
    if (key.endorsement === null) break;
    trusted.push(key);
  }
  return trusted;
};

/** The path of the n-th tile or bundle, of which only so many places are taken. */
const pathOf = (level, index, width) => {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const parts = digits.match(/.../g).map((part, at, all) => (at < all.length - 1 ? `x${part}` : part));
  return `tile/${level}/${parts.join('/')}${width < 256 ? `.p/${width}` : ''}`;
};

function* entriesOf(bytes, path) {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : fail(`${path}: ends too early`));
    yield end <= bytes.length ? bytes.subarray(at + 2, end) : fail(`${path}: ends too early`);
    at = end;
  }
}

/** A tree as the list of its full subtrees, the largest first. */
const newTree = () => {
  const full = [];
  return {
    add: (leaf) => {
      let node = { hash: leaf, leaves: 1 };
      while (full.at(-1)?.leaves === node.leaves)
        node = { hash: sha256(Buffer.of(1), full.pop().hash, node.hash), leaves: node.leaves * 2 };
      full.push(node);
    },
    root: () =>
      full.length === 0
        ? sha256()
        : full.map(({ hash }) => hash).reduceRight((right, left) => sha256(Buffer.of(1), left, right)),
  };
};

/** The tiles of a level are hashes of the level below, 256 at a time. */
const checkTiles = (read, leaves) => {
  for (let level = 0, hashes = leaves; hashes.length > 0; level += 1) {
    const above = [];
    for (let index = 0; index * 256 < hashes.length; index += 1) {
      const row = hashes.slice(index * 256, (index + 1) * 256);
      const path = pathOf(level, index, row.length);
      if (!read(path).equals(Buffer.concat(row))) fail(`${path}: not the hashes of the entries`);
      if (row.length < 256) continue;
      const tree = newTree();
      row.forEach(tree.add);
      above.push(tree.root());
    }
    hashes = above;
  }
};

/**
 * Throws where the log is not what was signed; answers how many events it has, and how many of them a witness saw.
 * `read` answers the bytes at a path and throws where there are none; `witnesses` are texts of checkpoints.
 */
export const verifyExport = (read, keyText, witnesses) => {
  const keys = trustedKeys(read('keys.json').toString(), readKey(keyText));
  const { origin, size, root } = openCheckpoint(read('checkpoint').toString(), keys, 'checkpoint');
  const seen = witnesses.map((note) => openCheckpoint(note, keys, 'the checkpoint of a witness'));
  for (const witness of seen) {
    if (witness.origin !== origin) fail('the checkpoint of a witness is about another log');
    if (witness.size > size) fail(`a witness saw ${witness.size} events, here are ${size}: events were cut off`);
  }
  const tree = newTree();
  const leaves = [];
  const compare = () => {
    for (const each of [...seen, { size, root }])
      if (each.size === leaves.length && !each.root.equals(tree.root())) fail(`the first ${each.size} events differ`);
  };
  compare();
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256);
    const path = pathOf('entries', index, width);
    const entries = [...entriesOf(read(path), path)];
    if (entries.length !== width) fail(`${path}: ${entries.length} entries instead of ${width}`);
    for (const entry of entries) {
      leaves.push(sha256(Buffer.of(0), entry));
      tree.add(leaves.at(-1));
      compare();
    }
  }
  checkTiles(read, leaves);
  return { size, witnessed: Math.max(0, ...seen.map((witness) => witness.size)) };
};

/** What the last line of a copied report says, if the key signed just this: `{"manifest":...,"note":...}`. */
const openManifest = (line, key) => {
  const [, manifest, note] = /^\{"manifest":(\{.*\}),"note":("(?:[^"\\]|\\.)*")\}\n$/.exec(line) ?? [];
  if (note === undefined)
    fail('its last line is no signed manifest: it is cut off, or no such copy, or was never signed');
  if (openNote(JSON.parse(note), [key], 'manifest') !== `${key.name}\nexport\n${manifest}\n`)
    fail('the manifest is not what was signed');
  return JSON.parse(manifest);
};

/** Longer than a manifest can be. */
const tailMax = 262_144;

/**
 * Throws where the copy of a report is not what was signed; answers its manifest. `read` answers so many bytes of the
 * file from a place on, `size` is how many it has.
 */
export const verifyCopy = (read, size, keyText) => {
  const tail = read(Math.max(0, size - tailMax), Math.min(size, tailMax));
  const lastLine = tail.lastIndexOf(10, tail.length - 2) + 1;
  const manifest = openManifest(tail.subarray(lastLine).toString(), readKey(keyText));
  const end = size - (tail.length - lastLine);
  const hash = createHash('sha256');
  let rows = 0;
  for (let at = 0; at < end; ) {
    const piece = read(at, Math.min(1_048_576, end - at));
    if (piece.length === 0) fail('the file ends too early');
    hash.update(piece);
    for (let found = piece.indexOf(10); found >= 0; found = piece.indexOf(10, found + 1)) rows += 1;
    at += piece.length;
  }
  if (rows !== manifest.rows) fail(`${rows} rows, and ${manifest.rows} were signed`);
  if (hash.digest('hex') !== manifest.sha256) fail('the rows are not those that were signed');
  return manifest;
};

const verifyFile = (path, key) => {
  const file = openSync(path, 'r');
  try {
    const read = (from, count) => {
      const bytes = Buffer.alloc(count);
      return bytes.subarray(0, readSync(file, bytes, 0, count, from));
    };
    return verifyCopy(read, fstatSync(file).size, key);
  } finally {
    closeSync(file);
  }
};

const main = ([directory, key, ...witnesses]) => {
  if (!directory || !key) {
    process.stderr.write('Usage: node verifyExport.mjs DIRECTORY KEY [CHECKPOINT ...], or FILE.ndjson KEY\n');
    return 2;
  }
  try {
    if (statSync(directory).isFile()) {
      if (witnesses.length > 0) fail('a witness sees no copies of reports: give the file and the key alone');
      const { rows, report, at, by } = verifyFile(directory, key);
      process.stdout.write(
        `${rows} rows of the report "${report}", copied at ${at} by ${by}, are as they were signed.\n`,
      );
      return 0;
    }
    const notes = witnesses.map((path) => readFileSync(path, 'utf8'));
    const { size, witnessed } = verifyExport((path) => readFileSync(join(directory, path)), key, notes);
    process.stdout.write(`${size} events are as they were signed; ${witnessed} of them were seen by a witness.\n`);
    if (witnessed < size)
      process.stdout.write(`For events from #${witnessed} on, cutting off or another history cannot be excluded.\n`);
    return 0;
  } catch (error) {
    process.stdout.write(`NOT VERIFIED: ${error.message}\n`);
    return 1;
  }
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exit(main(process.argv.slice(2)));
