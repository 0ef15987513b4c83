// Takes an erased person out of the trail of events: her name and device beside what she did, and her own fields.

import { chatEvents } from '../domain/chat/events.ts';
import { accountEvents, signInEvents } from '../domain/identity/events.ts';
import type { Fact, SealedFields, Vocabulary } from '../domain/kernel.ts';
import { readingEvents, reportExportEvents } from '../domain/reports/events.ts';
import { sessionEvents } from '../domain/sessions/events.ts';
import { preferencesEvents } from '../domain/settings/events.ts';
import { type EventRow, events, searchOf } from './auditTrail.ts';
import type { Scrub } from './projection.ts';
import { writeSql } from './rows.ts';

/** The vocabularies with personal fields; a test compares them with those there are. */
export const withPersonalFields: readonly Vocabulary<Fact>[] = [
  accountEvents,
  signInEvents,
  sessionEvents,
  chatEvents,
  preferencesEvents,
  readingEvents,
  reportExportEvents,
];
const sealedFields: SealedFields = Object.assign({}, ...withPersonalFields.map((each) => each.sealedFields));

const rowsPerStep = 500;

/** The row as it is projected once the person's key is gone. */
const without = (row: EventRow, personId: string): EventRow => {
  const data: Record<string, unknown> = { ...row.data };
  for (const [field, subjectField] of Object.entries(sealedFields[row.type] ?? {})) {
    if (field in data && data[subjectField] === personId) data[field] = null;
  }
  const own = row.actorKind === 'account' && row.actorId === personId;
  const erased = { ...row, data, ...(own ? { actorName: '', ip: '', userAgent: '' } : {}) };
  return { ...erased, search: searchOf(erased) };
};

/**
 * Every event that she caused, or that is about her account. No event of today has personal fields of somebody who is
 * neither.
 */
export const scrubEvents =
  (personId: string): Scrub =>
  async (client, nameOf) => {
    const name = nameOf(events);
    for (let after = '-1'; ; ) {
      const { rows } = await client.query<EventRow>(
        `select * from ${name} where ("actorId" = $1 or "objectId" = $1) and number > $2 order by number
         limit ${rowsPerStep}`,
        [personId, after],
      );
      const last = rows.at(-1);
      if (!last) return;
      const write = { verb: 'put' as const, table: { ...events, sqlName: name }, rows: [] };
      await client.query(writeSql(write, '$1', 'true'), [JSON.stringify(rows.map((row) => without(row, personId)))]);
      after = last.number;
    }
  };
