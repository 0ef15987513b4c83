// What is measured, and how: ours and the baseline side by side in one run, interleaved, medians of five rounds.

/** Both sides of one goal, ready to be measured. Each call is one round and answers one figure in the goal's unit. */
export type Prepared = {
  ours: () => Promise<number>;
  /** Absent for a goal that is an absolute figure, e.g. a size. */
  baseline?: () => Promise<number>;
  /** Absent where what was opened serves other goals of the run as well. */
  close?: () => Promise<void>;
};

export type Goal = {
  /** As QUALITY.md §3 names it, e.g. `P1a`; a letter or a number after a hyphen tells its parts apart. */
  name: string;
  title: string;
  /** Of the figures, e.g. `commands/s`. */
  unit: string;
  better: 'higher' | 'lower';
  /** What ours divided by the baseline has to reach, or ours itself where there is no baseline. */
  wanted: number;
  prepare: (say: (line: string) => void, options: MeasureOptions) => Promise<Prepared>;
};

/** `rows`: how long a past to make for goals that need one. `atEnd` takes what is done once all goals are measured. */
export type MeasureOptions = { rows: number; atEnd: (act: () => Promise<void>) => void };
export const usualRows = 1_000_000;

export type Verdict = 'held' | 'missed' | 'void';
export type Outcome = { ours: number; baseline: number | null; ratio: number; verdict: Verdict };

const rounds = 5;
/** A run says nothing when its own baseline varies by more than this part of its median (QUALITY §3). */
const spreadMax = 0.2;

export const median = (figures: readonly number[]): number => {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
};

/** The figure that a part `share` (0 to 1) of all figures does not exceed. */
export const percentile = (figures: readonly number[], share: number): number =>
  figures.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(figures.length * share) - 1)] ?? Number.NaN;

/** What came of the rounds of one goal. */
export const judge = (
  { better, wanted }: Pick<Goal, 'better' | 'wanted'>,
  ours: readonly number[],
  baseline: readonly number[],
): Outcome => {
  const [mine, theirs] = [median(ours), baseline.length > 0 ? median(baseline) : null];
  const ratio = theirs === null ? mine : mine / theirs;
  const spread = theirs === null ? 0 : (Math.max(...baseline) - Math.min(...baseline)) / theirs;
  const held = better === 'higher' ? ratio >= wanted : ratio <= wanted;
  return { ours: mine, baseline: theirs, ratio, verdict: spread > spreadMax ? 'void' : held ? 'held' : 'missed' };
};

const shown = (figure: number): string => (figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3));

/** The one line of a goal. */
export const lineOf = ({ name, title, unit, better, wanted }: Goal, outcome: Outcome): string => {
  const sign = better === 'higher' ? '≥' : '≤';
  const ours = `${shown(outcome.ours)} ${unit}`;
  const compared =
    outcome.baseline === null ? '' : ` · baseline ${shown(outcome.baseline)} · ratio ${outcome.ratio.toFixed(2)}`;
  return `${name} ${title}: ours ${ours}${compared} · goal ${sign} ${wanted} · ${outcome.verdict}`;
};

/** Runs one goal. Every round's figures are told, so that a void run can be understood. */
export const measure = async (goal: Goal, say: (line: string) => void, options: MeasureOptions): Promise<Outcome> => {
  const { ours, baseline, close } = await goal.prepare(say, options);
  const figures: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      if (baseline) figures.baseline.push(await baseline());
      figures.ours.push(await ours());
      const [mine, theirs] = [figures.ours.at(-1), figures.baseline.at(-1)];
      say(
        `  round ${round}: ours ${shown(mine ?? Number.NaN)}${theirs === undefined ? '' : `, baseline ${shown(theirs)}`}`,
      );
    }
  } finally {
    await close?.();
  }
  return judge(goal, figures.ours, figures.baseline);
};
