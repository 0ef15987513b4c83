// Each report as a table: its columns in both languages, its rows with names in the place of ids.

import type { OpenExport } from '../../commands/reportExports.ts';
import type { ExportFormat, ReportName } from '../../domain/reports/events.ts';
import type { ReadPool } from '../../projections/readDatabase.ts';
import {
  callBatches,
  cidsOf,
  eventBatches,
  messageBatches,
  namesOf,
  type TextRow,
} from '../../projections/reportBatches.ts';
import { filterOf } from '../../projections/reportRules.ts';

/**
 * `time`: a moment, shown in the zone asked for; `json`: already JSON; `number`: a plain number; `word`: one of a
 * vocabulary, plain too.
 */
export type Column = { name: string; en: string; de: string; kind: 'text' | 'word' | 'time' | 'json' | 'number' };

const text = (name: string, en: string, de: string): Column => ({ name, en, de, kind: 'text' });
const word = (name: string, en: string, de: string): Column => ({ name, en, de, kind: 'word' });
const time = (name: string, en: string, de: string): Column => ({ name, en, de, kind: 'time' });
const number = (name: string, en: string, de: string): Column => ({ name, en, de, kind: 'number' });

const columns: Record<Exclude<ReportName, 'endpoints'>, readonly Column[]> = {
  events: [
    number('number', 'Number', 'Nummer'),
    time('occurredAt', 'Date and time', 'Zeitpunkt'),
    word('type', 'Event', 'Ereignis'),
    word('severity', 'Severity', 'Schwere'),
    word('source', 'Source', 'Quelle'),
    word('objectType', 'Object kind', 'Art des Objekts'),
    text('objectId', 'Object ID', 'Kennung des Objekts'),
    text('objectName', 'Object name', 'Name des Objekts'),
    text('actorId', 'Who (ID)', 'Wer (Kennung)'),
    text('actorName', 'Who', 'Wer'),
    text('ip', 'IP address', 'IP-Adresse'),
    text('userAgent', 'User agent', 'User-Agent'),
    text('reason', 'Reason', 'Grund'),
    { ...text('data', 'Details', 'Einzelheiten'), kind: 'json' },
  ],
  calls: [
    text('sessionId', 'Session ID', 'Sitzungs-ID'),
    time('startedAt', 'Start', 'Beginn'),
    time('endedAt', 'End', 'Ende'),
    text('duration', 'Duration', 'Dauer'),
    number('people', 'Participants', 'Teilnehmende'),
    number('connections', 'Connections', 'Verbindungen'),
    text('title', 'Title', 'Titel'),
    text('owner', 'Owner', 'Besitzer'),
    text('ownerId', 'Owner (ID)', 'Besitzer (Kennung)'),
    text('cid', 'Conference ID', 'Konferenz-ID'),
    text('endCause', 'Cause of ending', 'Grund des Endes'),
  ],
  chat: [
    time('postedAt', 'Date and time', 'Zeitpunkt'),
    text('sender', 'Sender', 'Absender'),
    text('senderId', 'Sender (ID)', 'Absender (Kennung)'),
    text('recipient', 'Recipient', 'Empfänger'),
    text('sessionId', 'Session ID', 'Sitzungs-ID'),
    text('text', 'Message', 'Nachricht'),
  ],
};

const at = (row: TextRow, index: number): string => row[index] ?? '';

const eventCells = async (pool: ReadPool, rows: TextRow[]): Promise<string[][]> => {
  const names = await namesOf(
    pool,
    rows.flatMap((row) => [at(row, 6), at(row, 9) === '' ? at(row, 8) : '']),
  );
  for (const row of rows) {
    row[7] = names.get(at(row, 6)) ?? '';
    row[9] ||= names.get(at(row, 8)) ?? '';
  }
  return rows;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');
const duration = (from: string, to: string): string => {
  if (to === '') return '';
  const seconds = Math.max(0, Math.round((Number(to) - Number(from)) / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
};

const callCells = async (pool: ReadPool, rows: TextRow[]): Promise<string[][]> => {
  const [names, cids] = await Promise.all([
    namesOf(
      pool,
      rows.map((row) => at(row, 3)),
    ),
    cidsOf(
      pool,
      rows.map((row) => at(row, 1)),
    ),
  ]);
  return rows.map((row) => {
    const [
      id = '',
      conferenceId = '',
      title = '',
      ownerId = '',
      start = '',
      end = '',
      cause = '',
      people = '',
      legs = '',
    ] = row;
    const owner = names.get(ownerId) ?? '';
    return [
      id,
      start,
      end,
      duration(start, end),
      people,
      legs,
      title,
      owner,
      ownerId,
      cids.get(conferenceId) ?? '',
      cause,
    ];
  });
};

const messageCells = async (pool: ReadPool, rows: TextRow[]): Promise<string[][]> => {
  const names = await namesOf(
    pool,
    rows.map((row) => at(row, 1)),
  );
  return rows.map(([, sessionId = '', senderId = '', sender = '', postedAt = '', words = '']) => [
    postedAt,
    sender,
    senderId,
    names.get(sessionId) ?? '',
    sessionId,
    words,
  ]);
};

export type Sheet = { columns: readonly Column[]; batches: AsyncGenerator<string[][], void> };

const celled = async function* (
  pool: ReadPool,
  batches: AsyncGenerator<TextRow[], void>,
  cells: (pool: ReadPool, rows: TextRow[]) => Promise<string[][]>,
): AsyncGenerator<string[][], void> {
  for await (const rows of batches) yield await cells(pool, rows);
};

/** The rows of a prepared export: those that were there when it was prepared. */
export const sheetOf = (pool: ReadPool, { report, filter, upTo, preparedAt }: OpenExport): Sheet => {
  const wanted = filterOf(filter ?? {});
  const to = wanted['to'] instanceof Date && wanted['to'] < preparedAt ? wanted['to'] : preparedAt;
  switch (report) {
    case 'calls':
      return { columns: columns.calls, batches: celled(pool, callBatches(pool, { ...wanted, to }), callCells) };
    case 'chat':
      return { columns: columns.chat, batches: celled(pool, messageBatches(pool, { ...wanted, to }), messageCells) };
    case 'events':
    case 'endpoints':
      return { columns: columns.events, batches: celled(pool, eventBatches(pool, wanted, upTo ?? '-1'), eventCells) };
  }
};

/** How a moment, given in milliseconds, is shown in a zone: `2026-11-19 08:10:42`, alike in every language. */
export const shownIn = ({ timeZone }: Pick<ExportFormat, 'timeZone'>): ((moment: string) => string) => {
  // Formatting is slow, and the offset of a zone changes at most once in a quarter of an hour.
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const quarterMs = 900_000;
  const offsets = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / quarterMs);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const begin = quarter * quarterMs;
      offset = Date.parse(`${formatter.format(begin).replace(' ', 'T')}Z`) - begin;
      if (offsets.size > 10_000) offsets.clear();
      offsets.set(quarter, offset);
    }
    return offset;
  };
  // Rows come in the order of their times: many are of one minute.
  let [minute, shown] = [Number.NaN, ''];
  return (moment) => {
    if (moment === '') return '';
    const ms = Number(moment);
    const of = Math.floor(ms / 60_000);
    if (of !== minute) {
      [minute, shown] = [of, new Date(of * 60_000 + offsetAt(ms)).toISOString().slice(0, 17).replace('T', ' ')];
    }
    return `${shown}${twoDigits(Math.floor(ms / 1000) - of * 60)}`;
  };
};
