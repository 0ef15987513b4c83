// Who read which report or history, took a copy of it, or hid rows of it.
import { z } from 'zod';
import { fact, sealed, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const report = z.enum(['events', 'calls', 'chat', 'endpoints']);
/** As it was asked, moments as ISO 8601; what was not asked is left out. */
const filter = z.record(z.string(), z.unknown());
const pastList = z.enum([
  'accounts',
  'administrators',
  'settings',
  'legal_holds',
  'conferences',
  'sessions',
  'room',
  'rights',
]);
const reader = { readerId: z.uuid() };

/** A stream for each reader and day. What was searched for can name people: it is sealed like anything personal. */
export const readingEvents = vocabulary(
  [
    fact('ReportSearched', { ...reader, report, asked: sealed('readerId', { filter }), searchedAt: at }),
    /** The report of configuration changes, which older programs did not know among the reports. */
    fact('ChangesSearched', { ...reader, asked: sealed('readerId', { filter }), searchedAt: at }),
    fact('HistoryRead', { ...reader, objectType: z.string(), objectId: z.string(), readAt: at }),
    /** A list, or the rights of a person, as of the event `number`. */
    fact('PastRead', {
      ...reader,
      what: pastList,
      number: z.string(),
      asked: sealed('readerId', { filter }),
      readAt: at,
    }),
  ],
  {},
  { ReportSearched: 3, ChangesSearched: 4, HistoryRead: 3, PastRead: 4 },
);
export type PastList = z.infer<typeof pastList>;
export type ReadingEvent = ReturnType<typeof readingEvents.parse>;

const format = z.object({
  kind: z.enum(['csv', 'ndjson']),
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1251']),
  delimiter: z.enum(['semicolon', 'comma', 'tab', 'pipe']),
  timeZone: z.string(),
  language: z.enum(['en', 'de']),
});

export const reportExportEvents = vocabulary(
  [
    /** `upTo`: the newest event number then, null before the first. */
    fact('ReportExportPrepared', {
      exportId: z.uuid(),
      ...reader,
      report,
      format,
      upTo: z.string().nullable(),
      asked: sealed('readerId', { filter }),
      preparedAt: at,
    }),
    /** One download of it: how many rows, and the SHA-256 of all bytes where it came to its end. */
    fact('ReportExported', {
      exportId: z.uuid(),
      ...reader,
      report,
      rows: z.int().min(0),
      outcome: z.enum(['completed', 'cancelled', 'failed']),
      sha256: z.string().nullable(),
      endedAt: at,
    }),
  ],
  {},
  { ReportExportPrepared: 3, ReportExported: 3 },
);
export type ReportExportEvent = ReturnType<typeof reportExportEvents.parse>;
export type ExportFormat = z.infer<typeof format>;
export type ReportName = z.infer<typeof report>;
export type ReportFilter = z.infer<typeof filter>;

export const reportDeletionEvents = vocabulary(
  [
    /**
     * A rule: rows of before that the filter selects are not shown any more. The filter is not sealed, or erasing
     * whoever asked would bring the rows back. `chatMessages`: those that went with their calls.
     */
    fact('ReportRowsDeleted', {
      deletionId: z.uuid(),
      report,
      filter,
      rows: z.int().positive(),
      chatMessages: z.int().min(0),
      deletedAt: at,
    }),
  ],
  {},
  { ReportRowsDeleted: 3 },
);
export type ReportDeletionEvent = ReturnType<typeof reportDeletionEvents.parse>;

const retained = z.enum(['events', 'calls', 'chat']);

/** One stream per server: what one of several workers has applied, no other applies again. */
export const retentionEvents = vocabulary(
  [
    /**
     * Takes the place of the rule of this report before it. Hidden are calls that ended and messages that were written
     * before `before`, and events of numbers below `upTo`, but for what a legal hold keeps as long as it lasts.
     * `rows`: those that it hides in addition, at most a million. `holdIds`: the holds then.
     */
    fact('RetentionApplied', {
      serverId: z.uuid(),
      report: retained,
      days: z.int().positive(),
      before: at,
      upTo: z.string(),
      rows: z.int().positive(),
      holdIds: z.array(z.uuid()).max(1_000),
      appliedAt: at,
    }),
  ],
  {},
  { RetentionApplied: 4 },
);
export type RetentionEvent = ReturnType<typeof retentionEvents.parse>;
export type RetainedReport = z.infer<typeof retained>;
