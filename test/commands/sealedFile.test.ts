import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, describe, test } from 'vitest';
import { openSealedFile, sealFile } from '../../src/commands/sealedFile.ts';
import { Refusal } from '../../src/domain/kernel.ts';

const kind = { format: 'hansard-settings', version: 2 };
const passphrase = 'twelve or more characters';
const now = () => new Date('2026-03-01T12:00:00Z');
const secret = 'Ada Lovelace';

const seal = async (content: readonly string[], about = kind): Promise<Buffer> =>
  Buffer.from(
    (await Array.fromAsync(sealFile({ random: randomBytes, now }, about, passphrase, Readable.from(content)))).join(''),
  );
/** In chunks that have nothing to do with its lines. */
const chunked = (file: Buffer) => () =>
  Readable.from(
    Array.from({ length: Math.ceil(file.length / 1000) }, (_, n) => file.subarray(n * 1000, (n + 1) * 1000)),
  );
const open = async (file: Buffer, given = passphrase): Promise<string> => {
  const { content } = await openSealedFile(chunked(file), kind, given);
  return Buffer.concat(await Array.fromAsync(content())).toString();
};
const refused = (act: Promise<unknown>, code: string) =>
  assert.rejects(act, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code);
    return true;
  });

describe('a sealed file', () => {
  let file: Buffer;
  const long = [secret, ...Array.from({ length: 40 }, (_, n) => `${n}`.repeat(5_000))];

  beforeAll(async () => {
    file = await seal(long);
  });

  test('opens to what was put in, of any length', async () => {
    assert.equal(await open(file), long.join(''));
    for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072]) {
      const text = 'x'.repeat(length);
      assert.equal(await open(await seal([text])), text, String(length));
    }
  });

  test('shows nothing of it', () => {
    assert.equal(file.includes(secret), false);
    assert.equal(file.includes(Buffer.from(secret).toString('base64').slice(0, 12)), false);
  });

  test('does not open with another passphrase, and takes no short one', async () => {
    await refused(open(file, `${passphrase}.`), 'settings.passphrase_wrong');
    await refused(open(file, ''), 'settings.passphrase_wrong');
    const short = sealFile({ random: randomBytes, now }, kind, 'eleven char', Readable.from([]));
    await refused(Array.fromAsync(short), 'settings.passphrase_short');
  });

  test('opens however its characters were composed', async () => {
    const composed = Array.fromAsync(
      sealFile({ random: randomBytes, now }, kind, 'Übergrößenträger', Readable.from(['x'])),
    );
    assert.equal(await open(Buffer.from((await composed).join('')), 'Übergrößenträger'.normalize('NFD')), 'x');
  });

  test('is known to be cut off, wherever that is', async () => {
    for (const length of [file.length - 1, file.length - 60, file.length - 5_000, 90_000, 1_000]) {
      await refused(open(file.subarray(0, length)), 'settings.file_truncated');
    }
    await refused(open(file.subarray(0, 100)), 'settings.file_unusable');
  });

  test('is known to be damaged in any bit', async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      const flipped = Buffer.from(file);
      const at = Math.floor((turn / 60) * file.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (turn % 8));
      await assert.rejects(open(flipped), (error) => {
        assert.ok(error instanceof Refusal, String(error));
        assert.match(error.code, /^settings\.file_(damaged|truncated|unusable|newer)$/);
        return true;
      });
    }
  });

  test('is known to be changed by whoever made the hash right again', async () => {
    const lines = file.toString().trimEnd().split('\n');
    const [first = '', one = '', two = '', ...rest] = lines.slice(0, -1);
    const told = (changed: string[]) => {
      const text = changed.map((line) => `${line}\n`).join('');
      const sha256 = createHash('sha256').update(text).digest('hex');
      return Buffer.from(`${text}${JSON.stringify({ pieces: changed.length - 1, sha256 })}\n`);
    };
    await refused(open(told([first, two, one, ...rest])), 'settings.file_damaged');
    await refused(open(told([first, one])), 'settings.file_damaged');
    await refused(open(told([first.replace('2026-03-01', '2027-03-01'), one, two, ...rest])), 'settings.file_damaged');
    await refused(
      open(told([first.replace('"N":131072', '"N":1073741824'), one, two, ...rest])),
      'settings.file_damaged',
    );
    assert.equal(await open(told([first, one, two, ...rest])), long.join(''));
  });

  test('of another kind or a newer Hansard is refused as such', async () => {
    await refused(open(Buffer.from('PK\u0003\u0004')), 'settings.file_unusable');
    await refused(open(Buffer.alloc(0)), 'settings.file_unusable');
    await refused(open(randomBytes(300_000)), 'settings.file_unusable');
    await refused(open(Buffer.alloc(300_000, 0x41)), 'settings.file_unusable');
    await refused(open(await seal(['x'], { ...kind, format: 'other' })), 'settings.file_unusable');
    await refused(open(await seal(['x'], { ...kind, version: 3 })), 'settings.file_newer');
  });
});
