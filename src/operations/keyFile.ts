// The keys of a server in one file, for whoever knows its passphrase and nobody else.
import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CannotStart } from './cannotStart.ts';
import { errnoOf, whyUnwritable, writeFileAtomic } from './files.ts';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const Keys = z.object({
  logId: z.uuid(),
  exportedAt: z.iso.datetime(),
  masterKey: hex(32),
  /** Private keys of checkpoints, by the id that they have on the record. */
  signingKeys: z.array(z.object({ keyId: z.uuid(), secret: hex(32) })),
});
export type Keys = z.infer<typeof Keys>;

/** Costs of scrypt (RFC 7914): 128 MiB and about half a second for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const Sealed = z.object({
  hansardKeys: z.literal(1),
  salt: hex(16),
  iv: hex(12),
  tag: hex(16),
  sealed: z.string().regex(/^([0-9a-f]{2})+$/),
});

const passphraseMin = 12;

const unusable = (message: string, cause?: unknown): CannotStart =>
  new CannotStart('keys_unusable', message, cause === undefined ? {} : { cause });

/** The passphrase in a file, without the line end. */
export const passphraseIn = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(`The file ${file} with the passphrase cannot be read.`, error);
  });
  const passphrase = text.replace(/\r?\n$/, '').normalize('NFC');
  if (passphrase.length >= passphraseMin) return passphrase;
  throw unusable(`The passphrase in ${file} is too short: it needs ${passphraseMin} characters at least.`);
};

const keyOf = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(passphrase, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** Writes the keys to a file that is not there yet. */
export const writeKeyFile = async (
  file: string,
  keys: Keys,
  passphrase: string,
  random: (bytes: number) => Uint8Array,
): Promise<void> => {
  const there = await readFile(file).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw unusable(`${file} cannot be written.`, error);
  });
  if (there) throw unusable(`There is something at ${file} already. Name a place that is free.`);
  const [salt, iv] = [Buffer.from(random(16)), Buffer.from(random(12))];
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  const parts = { salt, iv, tag: cipher.getAuthTag(), sealed };
  const text = Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString('hex')]));
  const content = `${JSON.stringify({ hansardKeys: 1, ...text }, null, 2)}\n`;
  await writeFileAtomic(file, content, 0o600).catch((error: unknown) => {
    throw unusable(`${file} cannot be written: ${whyUnwritable(error) ?? String(error)}.`, error);
  });
};

/** The keys in such a file. Rejects with `CannotStart` where the passphrase is another, or the file is damaged. */
export const readKeyFile = async (file: string, passphrase: string): Promise<Keys> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(`${file} cannot be read.`, error);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw unusable(`${file} holds no exported keys, or is damaged.`, error);
  }
  const { success, data } = Sealed.safeParse(parsed);
  if (!success) throw unusable(`${file} holds no exported keys, is damaged, or is of a newer Hansard.`);
  const bytes = (name: 'salt' | 'iv' | 'tag' | 'sealed') => Buffer.from(data[name], 'hex');
  const decipher = createDecipheriv('aes-256-gcm', await keyOf(passphrase, bytes('salt')), bytes('iv'));
  decipher.setAuthTag(bytes('tag'));
  try {
    const opened = Buffer.concat([decipher.update(bytes('sealed')), decipher.final()]).toString('utf8');
    return Keys.parse(JSON.parse(opened));
  } catch (error) {
    throw unusable(`The passphrase does not open ${file}, or the file is damaged.`, error);
  }
};
