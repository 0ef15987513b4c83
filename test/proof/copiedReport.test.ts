import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { signerOf, verifierIn } from '../../src/proof/note.ts';
import { manifestIn, manifestLine } from '../../src/proof/signedExport.ts';

type Standalone = {
  verifyCopy: (read: (from: number, count: number) => Buffer, size: number, key: string) => { rows: number };
};
const standaloneFile = fileURLToPath(new URL('../../scripts/verifyExport.mjs', import.meta.url));
const { verifyCopy } = (await import(standaloneFile)) as Standalone;
const vector = (name: string): Buffer => readFileSync(new URL(`vectors/${name}`, import.meta.url));

const copy = vector('copiedReport.ndjson');
const key = vector('copiedReport.key').toString().trim();
const alone = (bytes: Buffer, by = key): number =>
  verifyCopy((from, count) => bytes.subarray(from, from + count), bytes.length, by).rows;
const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

describe('the standalone verifier', () => {
  test('tells the copy of a report that was signed, as the server does', () => {
    assert.equal(alone(copy), 2);
    const line = copy.subarray(copy.lastIndexOf('\n', -2) + 1).toString();
    const { rows, sha256 } = manifestIn(line, verifierIn(key));
    assert.equal(rows, 2);
    assert.equal(
      sha256,
      createHash('sha256')
        .update(copy.subarray(0, -Buffer.byteLength(line)))
        .digest('hex'),
    );
  });

  test('refuses it with any bit changed', () => {
    for (let at = 0; at < copy.length; at += 1) {
      const changed = Buffer.from(copy);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      assert.throws(() => alone(changed), `byte ${at}`);
    }
  });

  test('refuses rows that are gone, added or in another order, and the end cut off', () => {
    const [first = '', second = '', last = ''] = copy.toString().trimEnd().split('\n');
    const others = [[second, first, last], [first, last], [first, first, second, last], [first, second], [last], []];
    for (const lines of others) assert.throws(() => alone(joined(lines)), JSON.stringify(lines));
    for (const lines of [
      [first, second, last, ''],
      [first, second, last, '{}'],
    ])
      assert.throws(() => alone(joined(lines)), JSON.stringify(lines));
    for (let length = 0; length < copy.length; length += 7) assert.throws(() => alone(copy.subarray(0, length)));
  });

  test('refuses what another key signed, what nobody signed, and a note about something else', () => {
    const signer = signerOf('hansard/another', Buffer.alloc(32, 8));
    assert.throws(() => alone(copy, signer.verifier.text), /no known key signed it/);
    const rows = '{"number":1}\n';
    const manifest = { report: 'events', rows: 1, sha256: createHash('sha256').update(rows).digest('hex') };
    const by = (line: string): number => alone(Buffer.from(`${rows}${line}`), signer.verifier.text);
    assert.equal(by(manifestLine(manifest, signer)), 1);
    assert.throws(() => by(manifestLine(manifest, null)), /never signed/);
    const note = JSON.stringify((JSON.parse(manifestLine({ ...manifest, rows: 2 }, signer)) as { note: string }).note);
    assert.throws(() => by(`{"manifest":${JSON.stringify(manifest)},"note":${note}}\n`), /not what was signed/);
  });

  test('is a program that says so, and reads a file of any size in pieces', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hansard-copied-'));
    const file = join(directory, 'copy.ndjson');
    const run = (...args: string[]) => spawnSync(process.execPath, [standaloneFile, ...args], { encoding: 'utf8' });
    const rows = `${JSON.stringify({ text: 'x'.repeat(990) })}\n`.repeat(3_000);
    const signer = signerOf('hansard/0197a0de-0000-7000-8000-000000000001', Buffer.alloc(32, 7));
    const sha256 = createHash('sha256').update(rows).digest('hex');
    const manifest = { report: 'chat', at: 'then', by: 'her', rows: 3_000, sha256 };
    writeFileSync(file, `${rows}${manifestLine(manifest, signer)}`);
    assert.deepEqual(
      [run(file, key).status, run(file, key).stdout],
      [0, '3000 rows of the report "chat", copied at then by her, are as they were signed.\n'],
    );
    writeFileSync(file, `${rows.replace('x', 'y')}${manifestLine(manifest, signer)}`);
    assert.deepEqual(
      [run(file, key).status, run(file, key).stdout],
      [1, 'NOT VERIFIED: the rows are not those that were signed\n'],
    );
    assert.equal(run(file, key, file).status, 1);
    rmSync(directory, { recursive: true });
  });
});
