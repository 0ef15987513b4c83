// Conditions of a query that are only there when they are asked for, and searching text.

export type Conditions = {
  /** Adds a condition; each `?` stands for one of the values, in order. */
  add: (sql: string, ...values: readonly unknown[]) => void;
  /** All of them joined by `and`; `true` where there is none. */
  sql: () => string;
  /** The same with `?` for its values, to be a part of another condition. */
  marked: () => string;
  values: unknown[];
  /** The whole with one more condition, without keeping that; null adds none. */
  with: (sql: string | null, values: readonly unknown[]) => { sql: string; values: unknown[] };
};

const numbered = (marked: string): string => {
  let at = 0;
  return marked.replaceAll('?', () => `$${(at += 1)}`);
};

/** Conditions with numbered parameters, from `$1` on. */
export const conditions = (): Conditions => {
  const parts: string[] = [];
  const values: unknown[] = [];
  const marked = (): string => (parts.length === 0 ? 'true' : parts.join(' and '));
  return {
    add: (sql, ...given) => {
      values.push(...given);
      parts.push(sql);
    },
    sql: () => numbered(marked()),
    marked,
    values,
    with: (sql, more) => ({
      sql: numbered(sql === null ? marked() : `${marked()} and ${sql}`),
      values: [...values, ...more],
    }),
  };
};

/** The terms of a search: all of them have to be met, wherever they stand, in upper or lower case. */
const termsOf = (text: string): string[] =>
  [...new Set(text.toLowerCase().split(/\s+/u))].filter((term) => term !== '');

/** A pattern for LIKE that finds the text anywhere, taken literally. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/**
 * Adds the search to the conditions. `column` holds lower-case text. Trigrams of PostgreSQL know only ASCII where the
 * locale is C, so its index is over `read.plain`; what that finds is looked at again in full.
 */
export const addSearch = (where: Conditions, column: string, text: string | null | undefined): void => {
  for (const term of termsOf(text ?? '')) {
    const pattern = anywhere(term);
    where.add(`read.plain(${column}) like read.plain(?) and ${column} like ?`, pattern, pattern);
  }
};
