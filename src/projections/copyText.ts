// Rows in the text format of COPY (PostgreSQL documentation, "COPY", File Formats).
import type { TableShape } from './table.ts';

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string): string => text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);

const plain = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** An array literal; every item in quotes, so that none is taken for NULL. */
const arrayOf = (items: readonly unknown[]): string =>
  `{${items.map((item) => `"${plain(item).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

const field = (value: unknown, encoding: TableShape['encodings'][number]): string => {
  if (value === null || value === undefined) return '\\N';
  if (encoding === 'json') return escaped(JSON.stringify(value));
  if (encoding === 'array' && Array.isArray(value)) return escaped(arrayOf(value));
  return escaped(plain(value));
};

/** One line of a row, columns in the order of the table's. */
export const copyLine = ({ columns, encodings }: TableShape, row: object): string => {
  const values = row as Record<string, unknown>;
  return `${columns.map((name, index) => field(values[name], encodings[index] ?? 'plain')).join('\t')}\n`;
};
