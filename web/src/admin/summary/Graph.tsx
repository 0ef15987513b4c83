// A line of the last minutes by uPlot. What it shows is also said in words, so that nobody needs to see it.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { usePreferences } from '../../ui/preferences.ts';
import type { Summary } from '../live.tsx';
import own from './Summary.module.css';

type Series = { label: string; of: (summary: Summary) => number; color: `--h-${string}`; dashed?: boolean };
type Props = {
  label: string;
  past: readonly Summary[];
  series: readonly Series[];
  say: (value: number) => string;
  most?: number;
  /** Steps of the scale are powers of two, for bytes. */
  binary?: boolean;
};

const heightPx = 190;
const spanSeconds = 300;
/** Figures come once a second; where none did, as while the tab was hidden, there is no line. */
const gapSecondsMin = 5;

const decimalSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const binarySteps = Array.from({ length: 40 }, (_, power) => 2 ** power);

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const options = ({ series, say, most, binary = false }: Props, width: number, timeZone: string): uPlot.Options => {
  const line = {
    stroke: color('--h-muted'),
    grid: { stroke: color('--h-line'), width: 1 },
    ticks: { show: false },
    font: '11px Inter Variable',
  };
  return {
    width,
    height: heightPx,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    cursor: { y: false },
    legend: { show: false },
    scales: {
      // Grows with what is known, then slides.
      x: { range: (_, oldest, newest) => [Math.max(newest - spanSeconds, Math.min(oldest, newest - 60)), newest] },
      y: { range: (_, __, highest) => [0, most ?? Math.max(binary ? 1024 : 4, Math.ceil(highest * 1.2))] },
    },
    axes: [
      {
        ...line,
        space: 70,
        size: 28,
        values: [
          [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
          [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
        ],
      },
      {
        ...line,
        size: binary ? 76 : 48,
        incrs: binary ? binarySteps : most === undefined ? decimalSteps : [0.25, 0.5],
        values: (_, values) => values.map(say),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color: name, dashed }) => ({
        label,
        stroke: color(name),
        fill: `${color(name)}1f`,
        width: 2,
        points: { show: false },
        ...(dashed && { dash: [6, 4] }),
      })),
    ],
  };
};

const secondsOf = ({ at }: Summary) => Date.parse(at) / 1000;

const dataOf = ({ past, series }: Props): uPlot.AlignedData => {
  const points = past.flatMap((summary, index) => {
    const [at, before] = [secondsOf(summary), past[index - 1]];
    const point = { at, summary };
    return before && at - secondsOf(before) > gapSecondsMin ? [{ at: at - 1, summary: null }, point] : [point];
  });
  return [points.map(({ at }) => at), ...series.map(({ of }) => points.map(({ summary }) => summary && of(summary)))];
};

export const Graph = (props: Props) => {
  const { label, past, series, say } = props;
  const box = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(box, measured);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { timeZone } = usePreferences();
  const scheme = useComputedColorScheme('light');
  const wide = Math.round(width);
  useEffect(() => {
    const target = box.current;
    if (!target || wide === 0) return;
    // One frame later the new colours are in place.
    const frame = requestAnimationFrame(() => {
      plot.current = new uPlot(options(latest.current, wide, timeZone), dataOf(latest.current), target);
    });
    return () => {
      cancelAnimationFrame(frame);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [wide, timeZone, scheme]);
  useEffect(() => plot.current?.setData(dataOf(latest.current)), [past]);
  const newest = past.at(-1);
  const said = newest ? series.map((each) => `${each.label}: ${say(each.of(newest))}`).join(', ') : '';
  return (
    <figure className={own.graph}>
      <div ref={ref} role="img" aria-label={`${label}. ${said}`} />
      {series.length > 1 && (
        <figcaption className={own.legend}>
          {series.map((each) => (
            <span key={each.label} style={{ color: `var(${each.color})` }} data-dashed={each.dashed}>
              <span className={own.word}>{each.label}</span>
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
};
