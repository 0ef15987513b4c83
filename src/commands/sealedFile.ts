// A file that opens with its passphrase and nothing else: a legible line about it, sealed pieces, and a hash of them
// all, so that a damaged copy can be told from a wrong passphrase.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type Hash,
  type KeyObject,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../domain/kernel.ts';

/** Costs of scrypt (RFC 7914): 128 MiB and about half a second for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1 };
const pieceBytes = 64 * 1024;
const tagBytes = 16;
/** Of a line of the file: a sealed piece in base64, or what is written about the file. */
const lineBytesMax = Math.ceil((pieceBytes + tagBytes) / 3) * 4 + 1024;
export const sealedFileBytesMax = 256 * 1024 * 1024;
const passphraseMin = 12;
const passphraseMax = 1_000;

/** What stands at the beginning of the file, for everybody to read. */
const head = z.object({
  format: z.string(),
  version: z.int(),
  savedAt: z.iso.datetime(),
  // Whoever made the file could ask for any costs; ours are the most that it gets.
  scrypt: z.object({
    N: z.union([z.literal(2 ** 15), z.literal(2 ** 16), z.literal(cost.N)]),
    r: z.literal(cost.r),
    p: z.literal(cost.p),
    salt: z.base64().length(24),
  }),
  cipher: z.literal('aes-256-gcm'),
  /** Tells a wrong passphrase before anything is opened. */
  check: z.base64().length(24),
});
type Head = z.infer<typeof head>;
const tail = z.object({ pieces: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).strict();

type Keys = { key: KeyObject; check: Buffer };

const keysOf = async (passphrase: string, { N, r, p }: typeof cost, salt: Buffer): Promise<Keys> => {
  const maxmem = 256 * N * r;
  const bytes = await new Promise<Buffer>((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), salt, 64, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
  const check = createHash('sha256').update(bytes.subarray(32)).digest().subarray(0, 16);
  return { key: createSecretKey(bytes.subarray(0, 32)), check };
};

/** The key is of this file alone, so counting makes every nonce once. */
const nonceOf = (index: number): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 8);
  return nonce;
};

/** Ties a piece to its file, its place, and to whether it is the last one. */
const boundTo = (headHash: Buffer, index: number, last: boolean): Buffer =>
  Buffer.concat([headHash, nonceOf(index), Buffer.from([last ? 1 : 0])]);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Content in pieces of one size, each with whether it is the last; the last may be empty. */
const piecesOf = async function* (content: AsyncIterable<string>): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held: Buffer = Buffer.alloc(0);
  for await (const text of content) {
    held = Buffer.concat([held, Buffer.from(text)]);
    for (; held.length > pieceBytes; held = held.subarray(pieceBytes)) {
      yield { piece: held.subarray(0, pieceBytes), last: false };
    }
  }
  yield { piece: held, last: true };
};

type SealedFileNeeds = { random: (bytes: number) => Uint8Array; now: () => Date };

/** Refuses with `settings.passphrase_short` what is too easily guessed, or endless. */
export const assertPassphrase = (passphrase: string): void => {
  if (passphrase.length >= passphraseMin && passphrase.length <= passphraseMax) return;
  throw new Refusal('settings.passphrase_short', { min: passphraseMin, max: passphraseMax });
};

/** The file, line by line, holding one piece of its content at a time. Refuses as `assertPassphrase` does. */
export const sealFile = async function* (
  { random, now }: SealedFileNeeds,
  { format, version }: Pick<Head, 'format' | 'version'>,
  passphrase: string,
  content: AsyncIterable<string>,
): AsyncGenerator<string> {
  assertPassphrase(passphrase);
  const salt = Buffer.from(random(16));
  const { key, check } = await keysOf(passphrase, cost, salt);
  const about: Head = {
    format,
    version,
    savedAt: now().toISOString(),
    scrypt: { ...cost, salt: salt.toString('base64') },
    cipher: 'aes-256-gcm',
    check: check.toString('base64'),
  };
  const first = `${JSON.stringify(about)}\n`;
  const headHash = sha256(first);
  const whole = createHash('sha256').update(first);
  yield first;
  let index = 0;
  for await (const { piece, last } of piecesOf(content)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index)).setAAD(boundTo(headHash, index, last));
    const sealed = Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
    const line = `${sealed.toString('base64')}\n`;
    whole.update(line);
    yield line;
    index += 1;
  }
  yield `${JSON.stringify({ pieces: index, sha256: whole.digest('hex') })}\n`;
};

const damaged = (): Refusal => new Refusal('settings.file_damaged');

/** Lines with their ends; what follows the last end is a line, too. Refuses lines and files beyond all bounds. */
const fileLines = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let allBytes = 0;
  const take = (part: Buffer): void => {
    heldBytes += part.length;
    if (heldBytes > lineBytesMax) throw new Refusal('settings.file_unusable');
    held.push(part);
  };
  for await (const chunk of bytes) {
    allBytes += chunk.length;
    if (allBytes > sealedFileBytesMax) throw new Refusal('settings.file_unusable');
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end + 1));
      yield Buffer.concat(held).toString('latin1');
      [held, heldBytes] = [[], 0];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) take(Buffer.from(rest));
  }
  if (heldBytes > 0) yield Buffer.concat(held).toString('latin1');
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

const named = z.object({ format: z.string(), version: z.int() });

/** What the first line says the file is; null where it says nothing of the kind. */
const headOf = (line: string): z.infer<typeof named> | null => named.safeParse(parsedJson(line)).data ?? null;

/** Reads on to the end: whether all of it is there, and as it was written. */
const assertWhole = async (whole: Hash, lines: AsyncIterator<string>): Promise<void> => {
  let before: string | null = null;
  let pieces = 0;
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    if (before !== null) {
      whole.update(before);
      pieces += 1;
    }
    before = next.value;
  }
  const end = tail.safeParse(parsedJson(before ?? ''));
  if (!end.success || before?.endsWith('\n') !== true) throw new Refusal('settings.file_truncated');
  if (end.data.sha256 !== whole.digest('hex') || end.data.pieces !== pieces) throw damaged();
};

const opened = (keys: Keys, headHash: Buffer, line: string, index: number, last: boolean): Buffer => {
  const sealed = Buffer.from(line, 'base64');
  if (sealed.length < tagBytes) throw damaged();
  const decipher = createDecipheriv('aes-256-gcm', keys.key, nonceOf(index)).setAAD(boundTo(headHash, index, last));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
  } catch {
    throw damaged(); // The hash is right: somebody changed the file and made it so.
  }
};

type OpenedFile = { savedAt: string; content: () => AsyncGenerator<Buffer> };

/**
 * Opens what `sealFile` wrote; `read` begins at its first byte each time. First reads all of it once. Refuses with
 * `settings.file_unusable` (another kind of file), `_newer`, `_truncated`, `_damaged`, or `settings.passphrase_wrong`.
 * `content` may still refuse with `settings.file_damaged` on its way.
 */
export const openSealedFile = async (
  read: () => AsyncIterable<Uint8Array>,
  { format, version }: Pick<Head, 'format' | 'version'>,
  passphrase: string,
): Promise<OpenedFile> => {
  const lines = fileLines(read());
  const first = (await lines.next()).value as string | undefined;
  const known = headOf(first ?? '');
  if (known?.format !== format) throw new Refusal('settings.file_unusable');
  if (known.version > version) throw new Refusal('settings.file_newer', { version: known.version });
  await assertWhole(createHash('sha256').update(first ?? '', 'latin1'), lines);
  const { success, data: about } = head.safeParse(parsedJson(first ?? ''));
  if (!success) throw damaged();
  const keys = await keysOf(passphrase.slice(0, passphraseMax), about.scrypt, Buffer.from(about.scrypt.salt, 'base64'));
  if (!timingSafeEqual(keys.check, Buffer.from(about.check, 'base64'))) throw new Refusal('settings.passphrase_wrong');
  const headHash = sha256(first ?? '');
  return {
    savedAt: about.savedAt,
    content: async function* () {
      const waiting: string[] = [];
      let index = 0;
      let skipped = false;
      for await (const line of fileLines(read())) {
        if (skipped) waiting.push(line);
        skipped = true;
        // The last but one is the last piece, and is sealed as such.
        if (waiting.length > 2) yield opened(keys, headHash, waiting.shift() ?? '', index++, false);
      }
      yield opened(keys, headHash, waiting[0] ?? '', index, true);
    },
  };
};
