// `node test/simulation/run.ts [FROM [COUNT]]`: plays seeds, and tells of the first that shows something wrong.
import { simulate } from './simulate.ts';

const [from = 1, count = 100] = process.argv.slice(2).map(Number);
for (let seed = from; seed < from + count; seed += 1) {
  const { violations } = await simulate(seed);
  if (violations.length === 0) continue;
  process.stdout.write(`seed ${seed}: ${violations.slice(0, 10).join('\n  ')}\n`);
  process.exit(1);
}
process.stdout.write(`${count} seeds, nothing wrong\n`);
process.exit(0);
