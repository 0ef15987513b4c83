// Whether a report would be copied alike again.
import type { Pool } from 'pg';

/**
 * Tells whether rows of a report that were copied would be copied alike again: changes with the names they bear, and
 * with what is deleted or erased.
 */
export const stateOfRows = async (pool: Pool, report: string): Promise<string> => {
  const { rows } = await pool.query<[string]>({
    text: `select concat_ws(' ',
        (select count(*) || '+' || coalesce(sum(revision), 0) from read.account),
        (select count(*) || '+' || coalesce(sum(revision), 0) from read.conference),
        (select deletions from read.report_rule_count where report = $1),
        (select before::text || '+' || "upTo"::text from read.retention_rule where report = $1),
        (select count(*) from read.event where type = any('{ContentErased,PersonErasureOrdered,PersonErased}')))`,
    values: [report],
    rowMode: 'array',
  });
  return rows[0]?.[0] ?? '';
};
