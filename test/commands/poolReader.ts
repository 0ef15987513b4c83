// Reads many rows one question after the other: node poolReader.ts CONFIG, a JSON text for `steadyPool`. What is printed
// after "measured from here on" belongs to a process that is warm.
import { type SteadyConfig, steadyPool } from '../../src/steadyPool.ts';

const questions = { warming: 1_000, measured: 2_000 };
const rows = 'select i, repeat(chr(97 + i % 26), 1500) as text from generate_series(1, 50) i';

const pool = steadyPool(JSON.parse(process.argv[2] ?? '') as SteadyConfig, (error) => {
  throw error;
});
for (let asked = 0; asked < questions.warming; asked += 1) await pool.query(rows);
process.stdout.write('measured from here on\n');
for (let asked = 0; asked < questions.measured; asked += 1) await pool.query(rows);
await pool.end();
