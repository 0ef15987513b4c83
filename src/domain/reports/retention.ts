// What is older than its report keeps it: hidden by a rule that takes the place of the one before.
import type { Command, Decider } from '../kernel.ts';
import { type RetainedReport, type RetentionEvent, retentionEvents } from './events.ts';

/** `rows`: what the rule hides in addition to the one before. */
export type ApplyRetention = Command<
  'ApplyRetention',
  {
    serverId: string;
    report: RetainedReport;
    days: number;
    before: Date;
    upTo: string;
    rows: number;
    holdIds: string[];
  }
>;

type Rule = { before: Date; upTo: string };
/** The rule of each report. It only ever moves on: what was deleted does not come back with a longer period. */
export type Retention = { readonly [Report in RetainedReport]?: Rule };

const isBeyond = ({ before, upTo }: Rule, known: Rule | undefined): boolean =>
  !known || before > known.before || BigInt(upTo) > BigInt(known.upTo);

const decide = ({ data, meta }: ApplyRetention, state: Retention): RetentionEvent[] => {
  const known = state[data.report];
  if (data.rows === 0 || !isBeyond(data, known)) return [];
  const before = known && known.before > data.before ? known.before : data.before;
  const upTo = known && BigInt(known.upTo) > BigInt(data.upTo) ? known.upTo : data.upTo;
  return [
    {
      type: 'RetentionApplied',
      data: { ...data, before: before.toISOString(), upTo, appliedAt: meta.now.toISOString() },
    },
  ];
};

export const retention: Decider<Retention, ApplyRetention, RetentionEvent> = {
  category: 'retention',
  initial: {},
  decide,
  evolve: (state, { data: { report, before, upTo } }) => ({ ...state, [report]: { before: new Date(before), upTo } }),
  vocabulary: retentionEvents,
};
