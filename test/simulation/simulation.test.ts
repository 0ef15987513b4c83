// Many lives of a server, each with its own faults; and the bugs that such lives have to find.
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { times } from '../support/soak.ts';
import { bugs } from './bugs.ts';
import { simulate } from './simulate.ts';

const seeds = times(1_000, 10_000);
const seedMs = 500;
const bugSeeds = 1_000;

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test(`${seeds} lives of a server go well`, { timeout: seeds * seedMs }, async () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations } = await simulate(seed);
    assert.deepEqual(violations, [], `node test/simulation/run.ts ${seed} 1`);
  }
});

test('a seed plays the same life again', async () => {
  for (const seed of [1, 2, 3]) {
    const [one, other] = [await simulate(seed), await simulate(seed)];
    assert.ok(one.log.length > 20);
    assert.deepEqual(other.log, one.log);
  }
});

describe('a life goes wrong where', () => {
  test.each(bugs)('$name', { timeout: bugSeeds * seedMs }, ({ name }) => {
    const plant = ['--disable-warning=ExperimentalWarning', '--import', fileOf('plant.ts')];
    const { status, stderr } = spawnSync(process.execPath, [...plant, fileOf('run.ts'), '1', String(bugSeeds), name], {
      encoding: 'utf8',
      timeout: bugSeeds * seedMs,
    });
    assert.equal(status, 1, `nothing was found in ${bugSeeds} lives\n${stderr}`);
    assert.doesNotMatch(stderr, /plant\.ts/, 'the bug was not planted');
  });
});
