import { describe, test } from 'vitest';
import { reading } from '../../src/domain/reports/reading.ts';
import { reportDeletion } from '../../src/domain/reports/reportDeletion.ts';
import { reportExport } from '../../src/domain/reports/reportExport.ts';
import { anna, at, given, id, now } from './given.ts';

const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);

describe('what an auditor reads', () => {
  const past = given(reading);
  const search = (filter: object) => ({
    type: 'NoteSearch' as const,
    data: { readerId: anna, report: 'events' as const, filter: { ...filter } },
  });
  const searched = (filter: object, when = now) => ({
    type: 'ReportSearched' as const,
    data: {
      readerId: anna,
      report: 'events' as const,
      asked: { filter: { ...filter } },
      searchedAt: when.toISOString(),
    },
  });
  const changes = { type: 'NoteChanges' as const, data: { readerId: anna, filter: { search: 'room' } } };
  const look = { type: 'NoteHistory' as const, data: { readerId: anna, objectType: 'account', objectId: id(9) } };
  const looked = { type: 'HistoryRead' as const, data: { ...look.data, readAt: at } };

  test('is noted once in half an hour, in whatever order its filter is told', () => {
    past()
      .when(search({ search: 'bob', ip: '10.' }))
      .then(searched({ search: 'bob', ip: '10.' }));
    const before = past(searched({ search: 'bob', ip: '10.' }));
    before.when(search({ ip: '10.', search: 'bob' }), anna, minutes(29)).nothing();
    before
      .when(search({ search: 'bob', ip: '10.' }), anna, minutes(30))
      .then(searched({ search: 'bob', ip: '10.' }, minutes(30)));
    before.when(search({ search: 'eve' }), anna, minutes(1)).then(searched({ search: 'eve' }, minutes(1)));
  });
  test('is the same act while a moving period stays in its hour', () => {
    const before = past(searched({ from: '2026-11-21T07:10:00.000Z' }));
    before.when(search({ from: '2026-11-21T07:59:59.999Z' })).nothing();
    before.when(search({ from: '2026-11-21T08:00:00.000Z' })).then(searched({ from: '2026-11-21T08:00:00.000Z' }));
  });
  test('is noted again where the reader was erased and nobody knows what it was', () => {
    const erased = { ...searched({}), data: { ...searched({}).data, asked: null } };
    past(erased).when(search({})).then(searched({}));
  });
  test('includes what is read as of an event, for each event anew', () => {
    const read = (number: string) => ({
      type: 'NotePast' as const,
      data: { readerId: anna, what: 'accounts' as const, number, filter: { search: 'bob' } },
    });
    const room = (number: string) => ({ ...read(number), data: { ...read(number).data, what: 'room' as const } });
    const { filter, ...data } = read('7').data;
    const noted = { type: 'PastRead' as const, data: { ...data, asked: { filter }, readAt: at } };
    past().when(read('7')).then(noted);
    past(noted).when(read('7'), anna, minutes(1)).nothing();
    past(noted)
      .when(read('8'))
      .then({ ...noted, data: { ...noted.data, number: '8' } });
    past({ ...noted, data: { ...noted.data, what: 'room' } })
      .when(room('8'))
      .nothing();
    past({ ...noted, data: { ...noted.data, asked: null } })
      .when(read('7'))
      .then(noted);
  });
  test('includes the configuration changes, which are a report of their own', () => {
    const noted = {
      type: 'ChangesSearched' as const,
      data: { readerId: anna, asked: { filter: { search: 'room' } }, searchedAt: at },
    };
    past().when(changes).then(noted);
    past(noted).when(changes, anna, minutes(29)).nothing();
    past(searched({ search: 'room' }))
      .when(changes)
      .then(noted);
  });
  test('includes the history of each object', () => {
    past().when(look).then(looked);
    past(looked).when(look, anna, minutes(1)).nothing();
  });
});

describe('an export', () => {
  const past = given(reportExport);
  const exportId = id(80);
  const format = { kind: 'csv', encoding: 'utf-8', delimiter: 'semicolon', timeZone: 'UTC', language: 'en' } as const;
  const asked = { exportId, readerId: anna, report: 'calls' as const, format, upTo: '7' };
  const prepare = { type: 'PrepareReportExport' as const, data: { ...asked, filter: { search: 'x' } } };
  const prepared = {
    type: 'ReportExportPrepared' as const,
    data: { ...asked, asked: { filter: { search: 'x' } }, preparedAt: at },
  };
  const ended = { exportId, rows: 3, outcome: 'completed' as const, sha256: 'ab' };

  test('is prepared once', () => {
    past().when(prepare).then(prepared);
    past(prepared).when(prepare).refused('report.export_exists');
  });
  test('tells of each download, in the name of its reader', () => {
    const note = { type: 'NoteReportExported' as const, data: ended };
    past(prepared)
      .when(note)
      .then({
        type: 'ReportExported',
        data: { ...ended, readerId: anna, report: 'calls', endedAt: at },
      });
    past().when(note).refused('report.export_not_found');
  });
});

describe('deleting rows of a report', () => {
  const past = given(reportDeletion);
  const data = { deletionId: id(81), report: 'chat' as const, filter: { to: at }, rows: 2, chatMessages: 0 };
  const ask = { type: 'DeleteReportRows' as const, data };
  const deleted = { type: 'ReportRowsDeleted' as const, data: { ...data, deletedAt: at } };

  test('is recorded as a rule, once', () => {
    past().when(ask).then(deleted);
    past(deleted).when(ask).nothing();
  });
  test('needs something to delete', () =>
    past()
      .when({ ...ask, data: { ...data, rows: 0 } })
      .refused('report.nothing_to_delete'));
});
