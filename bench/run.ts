// `./hansard bench [GOAL ...]`: one ratio line per goal.
import { lineOf, type MeasureOptions, measure, usualRows } from './goal.ts';
import { goals } from './goals.ts';

/**
 * Measures the goals named (all when none is), and prints their lines at the end. Answers the exit code: 0 also when
 * a goal is missed, since a figure is no test; 2 when a goal does not exist.
 */
export const runBench = async (
  names: readonly string[],
  print: (line: string) => void,
  { rows }: Pick<MeasureOptions, 'rows'> = { rows: usualRows },
): Promise<number> => {
  const unknown = names.filter((name) => !Object.hasOwn(goals, name));
  if (unknown.length > 0) {
    print(`There is no goal ${unknown.join(', ')}. Known: ${Object.keys(goals).join(', ')}.`);
    return 2;
  }
  const lines: string[] = [];
  const endings: (() => Promise<void>)[] = [];
  const options: MeasureOptions = { rows, atEnd: (act) => void endings.push(act) };
  try {
    for (const [name, load] of Object.entries(goals)) {
      if (names.length > 0 && !names.includes(name)) continue;
      const goal = await load();
      print(`${name} ${goal.title} ...`);
      lines.push(lineOf(goal, await measure(goal, print, options)));
    }
  } finally {
    for (const end of endings) await end();
  }
  for (const line of lines) print(line);
  return 0;
};
