// Signed notes with Ed25519 keys (c2sp.org/signed-note): texts, signatures, and the keys that verify them.
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

const ed25519Mark = Buffer.of(1);
const keyIdBytes = 4;
const publicKeyBytes = 32;
const signatureBytes = 64;
const noteBytesMax = 64 * 1024;
const signaturesMax = 16;

// The fixed beginnings of such keys in DER (RFC 8410).
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicDer = Buffer.from('302a300506032b6570032100', 'hex');

/** Who verifies: `text` is the key as C2SP writes it, `name+id+key`. */
export type Verifier = { name: string; id: string; publicKey: KeyObject; text: string };
export type Signer = { verifier: Verifier; privateKey: KeyObject };

/** A note, a key or a checkpoint is not what it has to be; the message says how. */
export class NoteInvalid extends Error {}

const exactBase64 = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new NoteInvalid(`Not base64: ${JSON.stringify(text.slice(0, 100))}`);
  return bytes;
};

const isName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name);

const verifierOf = (name: string, raw: Buffer): Verifier => {
  if (!isName(name)) throw new NoteInvalid(`Not the name of a key: ${JSON.stringify(name)}`);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ed25519Mark, raw]), 'buffer')
    .subarray(0, keyIdBytes)
    .toString('hex');
  const publicKey = createPublicKey({ key: Buffer.concat([publicDer, raw]), format: 'der', type: 'spki' });
  return { name, id, publicKey, text: `${name}+${id}+${Buffer.concat([ed25519Mark, raw]).toString('base64')}` };
};

/** The signer whose private key is these 32 bytes (RFC 8032). */
export const signerOf = (name: string, seed: Buffer): Signer => {
  const privateKey = createPrivateKey({ key: Buffer.concat([privateDer, seed]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { verifier: verifierOf(name, der.subarray(publicDer.length)), privateKey };
};

/** Reads a key as C2SP writes it. Throws `NoteInvalid`. */
export const verifierIn = (text: string): Verifier => {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/u.exec(text) ?? [];
  const key = exactBase64(encoded);
  if (key.length !== 1 + publicKeyBytes || key[0] !== ed25519Mark[0])
    throw new NoteInvalid(`Not an Ed25519 verifier key (name+id+key): ${JSON.stringify(text.slice(0, 200))}`);
  const verifier = verifierOf(name, key.subarray(1));
  if (verifier.id !== id) throw new NoteInvalid(`The id of the key ${name}+${id} does not belong to it.`);
  return verifier;
};

/** The note with a signature of each signer. `text` ends in a newline. */
export const signNote = (text: string, signers: readonly Signer[]): string => {
  if (!text.endsWith('\n')) throw new NoteInvalid('The text of a note ends in a newline.');
  const lines = signers.map(({ verifier: { name, id }, privateKey }) => {
    const signature = sign(null, Buffer.from(text), privateKey);
    return `\u2014 ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
};

type Signature = { name: string; id: string; signature: Buffer };
export type Note = { text: string; signatures: Signature[] };

const signatureIn = (line: string): Signature => {
  const [, name = '', encoded = ''] = /^\u2014 (\S+) (\S+)$/u.exec(line) ?? [];
  if (!isName(name)) throw new NoteInvalid('A signature line of the note is not one.');
  const bytes = exactBase64(encoded);
  if (bytes.length <= keyIdBytes) throw new NoteInvalid('A signature of the note is too short.');
  return { name, id: bytes.subarray(0, keyIdBytes).toString('hex'), signature: bytes.subarray(keyIdBytes) };
};

/** Takes a note apart, and trusts nothing in it. Throws `NoteInvalid`. */
export const noteIn = (note: string): Note => {
  if (Buffer.byteLength(note) > noteBytesMax) throw new NoteInvalid(`A note has at most ${noteBytesMax} bytes.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not hold.
  if (/[\u0000-\u0009\u000b-\u001f\ufffd]/.test(note)) throw new NoteInvalid('A note holds no control characters.');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteInvalid('It is no signed note: no signatures follow its text.');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > signaturesMax) throw new NoteInvalid(`A note has at most ${signaturesMax} signatures.`);
  return { text: note.slice(0, end + 1), signatures: lines.map(signatureIn) };
};

const holds = ({ publicKey }: Verifier, text: string, signature: Buffer): boolean =>
  signature.length === signatureBytes && verify(null, Buffer.from(text), publicKey, signature);

/**
 * The text of a note and those who signed it, at least one of `known`. Signatures of others are passed over, a wrong
 * one of a known key is not. Throws `NoteInvalid`.
 */
export const openNote = (note: string, known: readonly Verifier[]): { text: string; by: Verifier[] } => {
  const { text, signatures } = noteIn(note);
  const by = signatures.flatMap(({ name, id, signature }) => {
    const verifier = known.find((each) => each.name === name && each.id === id);
    if (!verifier) return [];
    if (!holds(verifier, text, signature)) throw new NoteInvalid(`The signature of ${name}+${id} is wrong.`);
    return [verifier];
  });
  if (by.length > 0) return { text, by };
  const others = signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
  throw new NoteInvalid(`None of the keys that are trusted signed it; it names ${others}.`);
};
