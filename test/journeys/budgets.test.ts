// What a first visit to each entry loads stays within its budget: scripts and styles, gzipped, of one language.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, test } from 'vitest';
import { ensureWebBuilt } from '../../scripts/buildWeb.ts';

type Chunk = { file: string; imports?: string[]; css?: string[] };
type Manifest = Record<string, Chunk>;

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url));
const kB = 1000;

const sizeOf = (file: string): number => gzipSync(readFileSync(dist + file)).length;

/** Every file that these chunks need before they can run. */
const closure = (manifest: Manifest, names: readonly string[]): Set<string> => {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    assert.ok(chunk, `${name} is in the build`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const name of names) visit(name);
  return files;
};

const texts = (entry: string) =>
  ['shared', 'refusals', ...(entry === 'admin' ? ['adminRefusals'] : []), entry].map(
    (part) => `src/i18n/${part}.en.ts`,
  );

const entries: [entry: string, budget: number, firstPage: string[]][] = [
  ['admin', 230 * kB, ['src/admin/summary/SummaryPage.tsx']],
  ['portal', 160 * kB, []],
  ['room', 180 * kB, []],
];

describe('a first visit', () => {
  test.each(entries)('to %s loads at most %i bytes', async (entry, budget, firstPage) => {
    await ensureWebBuilt();
    const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Manifest;
    const files = closure(manifest, [`${entry}.html`, ...firstPage, ...texts(entry)]);
    const total = [...files].reduce((sum, file) => sum + sizeOf(file), 0);
    assert.ok(total <= budget, `${entry} loads ${total} bytes of ${budget}`);
  });
});
