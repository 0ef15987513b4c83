// What the columns of each report are called, and which rows a prepared export holds.
import type { OpenExport } from '../../commands/reportExports.ts';
import type { ExportFormat } from '../../domain/reports/events.ts';
import { visibleCalls } from '../../projections/callReport.ts';
import { visibleMessages } from '../../projections/chatReport.ts';
import type { Conditions } from '../../projections/conditions.ts';
import { type EventFilter, visibleEvents } from '../../projections/eventReport.ts';
import type { ReadPool } from '../../projections/readDatabase.ts';
import { type Batch, copiedReport, type Form } from '../../projections/reportCopy.ts';
import { filterOf } from '../../projections/reportRules.ts';
import { sheets } from '../../projections/reportSheets.ts';

type Words = Readonly<Record<ExportFormat['language'], string>>;
const said = (en: string, de: string): Words => ({ en, de });

const columns: Record<keyof typeof sheets, Readonly<Record<string, Words>>> = {
  events: {
    number: said('Number', 'Nummer'),
    occurredAt: said('Date and time', 'Zeitpunkt'),
    type: said('Event', 'Ereignis'),
    severity: said('Severity', 'Schwere'),
    source: said('Source', 'Quelle'),
    objectType: said('Object kind', 'Art des Objekts'),
    objectId: said('Object ID', 'Kennung des Objekts'),
    objectName: said('Object name', 'Name des Objekts'),
    actorId: said('Who (ID)', 'Wer (Kennung)'),
    actorName: said('Who', 'Wer'),
    ip: said('IP address', 'IP-Adresse'),
    userAgent: said('User agent', 'User-Agent'),
    reason: said('Reason', 'Grund'),
    data: said('Details', 'Einzelheiten'),
  },
  calls: {
    sessionId: said('Session ID', 'Sitzungs-ID'),
    startedAt: said('Start', 'Beginn'),
    endedAt: said('End', 'Ende'),
    duration: said('Duration', 'Dauer'),
    people: said('Participants', 'Teilnehmende'),
    connections: said('Connections', 'Verbindungen'),
    title: said('Title', 'Titel'),
    owner: said('Owner', 'Besitzer'),
    ownerId: said('Owner (ID)', 'Besitzer (Kennung)'),
    cid: said('Conference ID', 'Konferenz-ID'),
    endCause: said('Cause of ending', 'Grund des Endes'),
  },
  chat: {
    postedAt: said('Date and time', 'Zeitpunkt'),
    sender: said('Sender', 'Absender'),
    senderId: said('Sender (ID)', 'Absender (Kennung)'),
    recipient: said('Recipient', 'Empfänger'),
    sessionId: said('Session ID', 'Sitzungs-ID'),
    text: said('Message', 'Nachricht'),
  },
};

const sheetNameOf = ({ report }: OpenExport): keyof typeof sheets => (report === 'endpoints' ? 'events' : report);

/** The words of the head line. */
export const headOf = (open: OpenExport): string[] => {
  const name = sheetNameOf(open);
  return sheets[name].cells.map((cell) => columns[name][cell.name]?.[open.format.language] ?? cell.name);
};

/** No statement looks through more events than this, however few of them are meant. */
const windowEvents = 100_000n;

const eventWindows = async function* (
  pool: ReadPool,
  filter: EventFilter,
  upTo: string,
): AsyncGenerator<Conditions, void> {
  for (let top = BigInt(upTo); top >= 0n; top -= windowEvents) {
    const { where } = await visibleEvents(pool, filter);
    where.add('number <= ? and number > ?', String(top), String(top - windowEvents));
    yield where;
  }
};

/** The rows of a prepared export: those that were there when it was prepared. */
export const batchesOf = async function* (pool: ReadPool, open: OpenExport, form: Form): AsyncGenerator<Batch, void> {
  const { filter, upTo, preparedAt } = open;
  const wanted = filterOf(filter ?? {});
  const to = wanted['to'] instanceof Date && wanted['to'] < preparedAt ? wanted['to'] : preparedAt;
  const name = sheetNameOf(open);
  const parts = {
    events: async () => eventWindows(pool, wanted, upTo ?? '-1'),
    calls: async () => [await visibleCalls(pool, { ...wanted, to })],
    chat: async () => [await visibleMessages(pool, { ...wanted, to })],
  };
  yield* copiedReport(pool, sheets[name], await parts[name](), form);
};
