// The bytes of an export, as they are asked for: nothing is held but one batch.
import { createHash } from 'node:crypto';
import type { OpenExport } from '../../commands/reportExports.ts';
import type { ReadPool } from '../../projections/readDatabase.ts';
import { csvCell, csvLine } from './csv.ts';
import { encoderOf } from './encodings.ts';
import { type Column, type Sheet, sheetOf, shownIn } from './sheets.ts';

const delimiters = { semicolon: ';', comma: ',', tab: '\t', pipe: '|' };

/** Filled while it is written. */
export type Written = { rows: number; sha256: string | null };

/** What a copy says of itself: the hash is of all lines before this one. */
const manifestOf = (
  { exportId, report, readerId, filter, preparedAt, upTo }: OpenExport,
  { rows, sha256 }: Written,
) => ({ exportId, report, by: readerId, at: preparedAt.toISOString(), upToEvent: upTo, filter, rows, sha256 });

const linesOf = (
  { columns }: Sheet,
  { format }: OpenExport,
): { head: string; line: (cells: readonly string[]) => string } => {
  if (format.kind === 'csv') {
    const zoned = shownIn(format);
    const { language } = format;
    const delimiter = delimiters[format.delimiter];
    const shown = (text: string, { kind }: Column): string => {
      if (kind === 'number' || kind === 'word') return text;
      return kind === 'time' ? zoned(text) : csvCell(text, delimiter);
    };
    return {
      head: csvLine(
        columns.map((column) => column[language]),
        delimiter,
      ),
      line: (cells) => {
        let line = '';
        columns.forEach(
          (column, index) => (line += `${index === 0 ? '' : delimiter}${shown(cells[index] ?? '', column)}`),
        );
        return `${line}\r\n`;
      },
    };
  }
  const json = (text: string, { kind }: Column): string => {
    if (text === '') return 'null';
    if (kind === 'time') return `"${new Date(Number(text)).toISOString()}"`;
    return kind === 'json' || kind === 'number' ? text : JSON.stringify(text);
  };
  const names = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return {
    head: '',
    line: (cells) => {
      let line = '';
      columns.forEach((column, index) => (line += `${names[index]}${json(cells[index] ?? '', column)}`));
      return `${line}}\n`;
    },
  };
};

/** The whole file in pieces; `written` tells how far it is, and at the end its hash. */
export const exportBytes = async function* (
  pool: ReadPool,
  open: OpenExport,
  written: Written,
  sign: (manifest: object) => Promise<string>,
): AsyncGenerator<Buffer, void> {
  const { format } = open;
  const sheet = sheetOf(pool, open);
  const { head, line } = linesOf(sheet, open);
  const { mark, encode } = encoderOf(format.kind === 'csv' ? format.encoding : 'utf-8');
  const hash = createHash('sha256');
  const piece = (text: string, before: Buffer = Buffer.alloc(0)): Buffer => {
    const bytes = before.length === 0 ? encode(text) : Buffer.concat([before, encode(text)]);
    hash.update(bytes);
    return bytes;
  };
  if (format.kind === 'csv') yield piece(head, mark);
  for await (const rows of sheet.batches) {
    const bytes = piece(rows.map(line).join(''));
    written.rows += rows.length;
    yield bytes;
  }
  written.sha256 = hash.digest('hex');
  if (format.kind === 'ndjson') yield Buffer.from(await sign(manifestOf(open, written)));
};
