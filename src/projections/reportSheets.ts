// The reports as tables that are copied: where their rows are, and what stands in each column.
import { calls } from './callHistory.ts';
import { messages } from './transcript.ts';

/**
 * One column. `time`: a moment; `json`: an object; `number` and `word`: one of a vocabulary, which nobody can make begin
 * a formula; `text`: anything. The SQL is over `line`, a row of the report, and over what the sheet joins to it.
 */
export type Cell = { name: string; kind: 'text' | 'word' | 'time' | 'json' | 'number'; sql: string };

export type Sheet = {
  table: string;
  /** Of the table, all that is used below. */
  columns: readonly string[];
  /** What orders the rows, the newest first; the last one is the primary key, a number or a UUID. */
  keys: readonly { sql: string; cast: string }[];
  /** What to select for the ids, as text, of accounts, conferences and sessions whose names are shown. */
  named: readonly string[];
  /** Joins `named`, with `id` and `name`, and whatever else the cells need. */
  joins: string;
  cells: readonly Cell[];
};

const cellOf =
  (kind: Cell['kind']) =>
  (name: string, sql = `line."${name}"`): Cell => ({ name, kind, sql });
const [text, word, time, json, number] = [
  cellOf('text'),
  cellOf('word'),
  cellOf('time'),
  cellOf('json'),
  cellOf('number'),
];

const events: Sheet = {
  table: 'read.event',
  columns: [
    'number',
    '"occurredAt"',
    'type',
    'severity',
    'source',
    '"objectType"',
    '"objectId"',
    '"actorId"',
    '"actorName"',
    'ip',
    '"userAgent"',
    'reason',
    'data',
  ],
  keys: [{ sql: 'number', cast: 'int8' }],
  named: ['"objectId" from batch', `"actorId" from batch where "actorName" = ''`],
  joins: `left join named object on object.id = line."objectId"
    left join named actor on actor.id = line."actorId" and line."actorName" = ''`,
  cells: [
    number('number'),
    time('occurredAt'),
    word('type'),
    word('severity'),
    word('source'),
    word('objectType'),
    text('objectId'),
    text('objectName', 'object.name'),
    text('actorId'),
    text('actorName', `coalesce(nullif(line."actorName", ''), actor.name)`),
    text('ip'),
    text('userAgent'),
    text('reason'),
    json('data'),
  ],
};

// Clocks may be set back.
const lasted = `case when line."endedAt" >= line."startedAt"
  then round(extract(epoch from line."endedAt" - line."startedAt")) when line."endedAt" is not null then 0 end`;

const callSheet: Sheet = {
  table: calls.sqlName,
  columns: [
    'id',
    '"conferenceId"',
    'title',
    '"ownerId"',
    '"startedAt"',
    '"endedAt"',
    '"endCause"',
    'people',
    'connections',
  ],
  keys: [
    { sql: '"startedAt"', cast: 'timestamptz' },
    { sql: 'id', cast: 'uuid' },
  ],
  named: ['"ownerId"::text from batch'],
  joins: `left join named owner on owner.id = line."ownerId"::text
    left join read.conference on conference.id = line."conferenceId"`,
  cells: [
    word('sessionId', 'line.id'),
    time('startedAt'),
    time('endedAt'),
    word('duration', `to_char(make_interval(secs => ${lasted}), 'HH24:MI:SS')`),
    number('people'),
    number('connections'),
    text('title'),
    text('owner', 'owner.name'),
    word('ownerId'),
    text('cid', 'conference.cid'),
    word('endCause'),
  ],
};

const chat: Sheet = {
  table: messages.sqlName,
  columns: ['"eventId"', '"sessionId"', '"authorId"', '"authorName"', '"postedAt"', 'text'],
  keys: [
    { sql: '"postedAt"', cast: 'timestamptz' },
    { sql: '"eventId"', cast: 'uuid' },
  ],
  named: ['"sessionId"::text from batch'],
  joins: 'left join named session on session.id = line."sessionId"::text',
  cells: [
    time('postedAt'),
    text('sender', 'line."authorName"'),
    word('senderId', 'line."authorId"'),
    text('recipient', 'session.name'),
    word('sessionId'),
    text('text'),
  ],
};

export const sheets = { events, calls: callSheet, chat };
