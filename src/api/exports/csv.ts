// Lines of comma-separated values (RFC 4180) that no spreadsheet takes for formulas.

const formula = /^[=+\-@\t\r]/;
const special = /["\r\n]/;
/** What needs to be looked at more closely; most cells do not. */
const suspicious = /^[=+\-@]|["\r\n\t,;]/;

/** A cell: what would begin a formula begins with an apostrophe instead (OWASP, CSV injection). */
export const csvCell = (text: string, delimiter: string): string => {
  if (!suspicious.test(text)) return text;
  const guarded = formula.test(text) ? `'${text}` : text;
  return special.test(guarded) || guarded.includes(delimiter) || guarded.includes('\t')
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded;
};

export const csvLine = (cells: readonly string[], delimiter: string): string =>
  `${cells.map((text) => csvCell(text, delimiter)).join(delimiter)}\r\n`;
