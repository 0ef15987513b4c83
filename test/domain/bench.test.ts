import { expect, test } from 'vitest';
import { judge, lineOf, median, percentile } from '../../bench/goal.ts';

const more = { better: 'higher', wanted: 0.9 } as const;
const less = { better: 'lower', wanted: 2 } as const;

test('the median is the middle figure, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('a percentile is the figure that so many do not exceed', () => {
  const figures = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(percentile(figures, 0.99)).toBe(99);
  expect(percentile(figures, 0.5)).toBe(50);
  expect(percentile([7], 0.95)).toBe(7);
});

test('a goal is held or missed by the ratio of the medians', () => {
  expect(judge(more, [90, 91, 10], [100, 100, 101])).toMatchObject({ ratio: 0.9, verdict: 'held' });
  expect(judge(more, [89, 89, 99], [100, 100, 101]).verdict).toBe('missed');
  expect(judge(less, [200, 200], [100, 100]).verdict).toBe('held');
  expect(judge(less, [201, 201], [100, 100]).verdict).toBe('missed');
});

test('a run whose own baseline varies by more than a fifth says nothing', () => {
  expect(judge(more, [100, 100, 100], [100, 90, 111]).verdict).toBe('void');
  expect(judge(more, [100, 100, 100], [100, 90, 110]).verdict).toBe('held');
});

test('without a baseline the figure itself is judged', () => {
  expect(judge({ better: 'lower', wanted: 350 }, [349, 340, 351], [])).toMatchObject({ ratio: 349, verdict: 'held' });
});

test('the line of a goal names both sides, the ratio and the goal', () => {
  const goal = { ...more, name: 'P1a', title: 'append path', unit: 'commands/s' };
  const outcome = judge(goal, [9_000], [10_000]);
  const shown = lineOf({ ...goal, prepare: () => Promise.reject(new Error('not measured here')) }, outcome);
  expect(shown).toBe('P1a append path: ours 9000 commands/s · baseline 10000 · ratio 0.90 · goal ≥ 0.9 · held');
});
