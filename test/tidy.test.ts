import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { refusals } from '../src/domain/refusals.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const generated = /^web\/src\/gql\/|^scripts\/mediasoup-worker\/|^LICENSE|package-lock\.json$|^docs\/screens\//;
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !generated.test(path));
const sources = files.filter((path) => /\.(ts|tsx|js|cjs)$/.test(path));

const offences = (paths: string[], offends: (line: string) => boolean): string[] =>
  paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (offends(line) ? [`${path}:${index + 1}`] : [])),
  );

describe('the tree', () => {
  test('has no barrels', () =>
    assert.deepEqual(
      sources.filter((path) => /(^|\/)index\.tsx?$/.test(path)),
      [],
    ));
  test('has no line over 120 columns', () =>
    assert.deepEqual(
      offences(sources, (line) => line.length > 120 && !/https?:|^import |(['`]).*\1/.test(line)),
      [],
    ));
  test('has no file over 400 lines', () =>
    assert.deepEqual(
      sources.filter((path) => read(path).split('\n').length > 401),
      [],
    ));
  test('leaves nothing to do without an issue', () =>
    assert.deepEqual(
      offences(sources, (line) => /\b(TO[D]O|FIXM[E])\b(?!.*#\d+)/.test(line)),
      [],
    ));
  test('skips no test and silences no judge', () =>
    assert.deepEqual(
      offences(sources, (line) => /\.(ski[p]|onl[y])\(|eslint-disabl[e]|@ts-(ignor[e]|nochec[k])/.test(line)),
      [],
    ));
  test('installs from no address of its own', () =>
    assert.deepEqual(
      offences(['package-lock.json'], (line) => /"resolved": "http/.test(line)),
      [],
    ));
});

describe('what is generated or counted', () => {
  test(
    'schema.graphql is what the code prints',
    () =>
      assert.equal(
        read('schema.graphql'),
        execFileSync(process.execPath, ['scripts/printSchema.ts'], { cwd: root, encoding: 'utf8' }),
      ),
    60_000,
  );
  test('every refusal is met by a test', () => {
    const tests = files
      .filter((path) => /^test\/.*\.ts$/.test(path) && path !== 'test/tidy.test.ts')
      .map(read)
      .join('\n');
    const met = (code: string): boolean =>
      tests.includes(`'${code}'`) || tests.includes(`'${code.replace('.', '_').toUpperCase()}'`);
    assert.deepEqual(
      Object.keys(refusals).filter((code) => !met(code)),
      [],
    );
  });
});
