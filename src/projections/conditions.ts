// Conditions of a query that are only there when they are asked for, and searching text.

export type Conditions = {
  /** Adds a condition; each `?` stands for one of the values, in order. */
  add: (sql: string, ...values: readonly unknown[]) => void;
  /** All of them joined by `and`; `true` where there is none. */
  sql: () => string;
  values: unknown[];
};

/** Conditions with numbered parameters, from `$1` on. */
export const conditions = (): Conditions => {
  const parts: string[] = [];
  const values: unknown[] = [];
  return {
    add: (sql, ...given) => {
      let at = values.length;
      values.push(...given);
      parts.push(sql.replaceAll('?', () => `$${(at += 1)}`));
    },
    sql: () => (parts.length === 0 ? 'true' : parts.join(' and ')),
    values,
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
