// The bytes of an export, as they are asked for: nothing is held but a batch or two.
import { createHash } from 'node:crypto';
import type { OpenExport } from '../../commands/reportExports.ts';
import type { ReadPool } from '../../projections/readDatabase.ts';
import type { Form } from '../../projections/reportCopy.ts';
import { encoderOf } from './encodings.ts';
import { batchesOf, headOf } from './sheets.ts';
import { offsetsOf } from './zones.ts';

const delimiters = { semicolon: ';', comma: ',', tab: '\t', pipe: '|' };

/** Filled while it is written. */
export type Written = { rows: number; sha256: string | null };

/** What a copy says of itself: the hash is of all lines before this one. */
const manifestOf = (
  { exportId, report, readerId, filter, preparedAt, upTo }: OpenExport,
  { rows, sha256 }: Written,
) => ({ exportId, report, by: readerId, at: preparedAt.toISOString(), upToEvent: upTo, filter, rows, sha256 });

const formOf = ({ format, preparedAt }: OpenExport): Form =>
  format.kind === 'csv'
    ? {
        kind: 'csv',
        delimiter: delimiters[format.delimiter],
        offsets: offsetsOf(format.timeZone, preparedAt.getTime()),
      }
    : { kind: 'ndjson' };

/** The whole file in pieces; `written` tells how far it is, and at the end its hash. */
export const exportBytes = async function* (
  pool: ReadPool,
  open: OpenExport,
  written: Written,
  sign: (manifest: object) => Promise<string>,
): AsyncGenerator<Buffer, void> {
  const { format } = open;
  const { mark, encode } = encoderOf(format.kind === 'csv' ? format.encoding : 'utf-8');
  const hash = createHash('sha256');
  const hashed = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  if (format.kind === 'csv') {
    const head = `${headOf(open).join(delimiters[format.delimiter])}\r\n`;
    yield hashed(Buffer.concat([mark, encode(Buffer.from(head))]));
  }
  for await (const { rows, bytes } of batchesOf(pool, open, formOf(open))) {
    written.rows += rows;
    yield hashed(encode(bytes));
  }
  written.sha256 = hash.digest('hex');
  if (format.kind === 'ndjson') yield Buffer.from(await sign(manifestOf(open, written)));
};
