import { describe, test } from 'vitest';
import type { RetainedReport, RetentionEvent } from '../../src/domain/reports/events.ts';
import { retention } from '../../src/domain/reports/retention.ts';
import { at, given, id, now } from './given.ts';

const earlier = new Date(now.getTime() - 3_600_000);
const serverId = id(9);
const applied = (before: Date, upTo: string, report: RetainedReport = 'calls'): RetentionEvent => ({
  type: 'RetentionApplied',
  data: { serverId, report, days: 30, before: before.toISOString(), upTo, rows: 2, holdIds: [id(70)], appliedAt: at },
});
const apply = (before: Date, upTo: string, rows = 2) => ({
  type: 'ApplyRetention' as const,
  data: { serverId, report: 'calls' as const, days: 30, before, upTo, rows, holdIds: [id(70)] },
});

describe('a retention rule', () => {
  const past = given(retention);

  test('says what it deletes, and which holds keep something of it', () =>
    past().when(apply(now, '10')).then(applied(now, '10')));
  test('is not recorded where it would delete nothing', () =>
    past()
      .when(apply(now, '10', 0))
      .nothing());
  test('is recorded once, by whichever worker is first', () =>
    past(applied(now, '10')).when(apply(now, '10')).nothing());
  test('takes the place of the one before', () =>
    past(applied(earlier, '5')).when(apply(now, '10')).then(applied(now, '10')));
  test('never goes back: a longer period does not bring anything back', () => {
    past(applied(now, '10')).when(apply(earlier, '5')).nothing();
    past(applied(now, '10')).when(apply(earlier, '12')).then(applied(now, '12'));
    past(applied(now, '10'))
      .when(apply(new Date(now.getTime() + 1), '5'))
      .then(applied(new Date(now.getTime() + 1), '10'));
  });
  test('of one report is nothing to another', () =>
    past(applied(now, '10', 'chat'))
      .when(apply(earlier, '5'))
      .then(applied(earlier, '5')));
});
