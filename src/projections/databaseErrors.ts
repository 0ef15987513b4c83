// What PostgreSQL means by its errors, as far as it matters to those who asked.

// Classes of SQLSTATE (connection, operator's intervention, out of resources), and what the log's own port says.
const awayCodes = /^(08|57|53|25P02|StoreUnavailable$|event_store\.unavailable$|command\.outcome_unknown$)/;
const networkCodes = /^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/;
const awayMessages =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Query read timeout|Client was closed/;
// Not in the character set (NUL), out of range, not a moment, not of this type.
const impossibleCodes = new Set(['22021', '22003', '22007', '22008', '22P02', '22P05']);

const codeOf = (error: Error): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** Whether the database is away: trying later may help, unlike with an event that cannot be folded. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  (awayCodes.test(codeOf(error)) || networkCodes.test(codeOf(error)) || awayMessages.test(error.message));

/** Whether a query was asked for a value that no row can have. */
export const isImpossibleValue = (error: unknown): boolean =>
  error instanceof Error && impossibleCodes.has(codeOf(error));
