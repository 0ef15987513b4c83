// A long past for the Events report: a realistic mix of events, copied into the read model of a running server.
import { once } from 'node:events';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { derivedUuid } from '../src/derivedUuid.ts';
import type { Connection } from '../src/operations/embeddedPostgres.ts';

/** Type, its severity by number, and how many of a hundred events are of it. */
const mix: readonly (readonly [type: string, gravity: number, share: number, object: string])[] = [
  ['AccountStatusSettled', 0, 30, 'accountStatus'],
  ['SignedIn', 1, 12, 'signIn'],
  ['SignedOut', 1, 9, 'signIn'],
  ['ParticipantJoined', 0, 10, 'session'],
  ['LegConnected', 0, 10, 'session'],
  ['LegLeft', 0, 10, 'session'],
  ['ChatMessagePosted', 0, 9, 'channel'],
  ['SessionStarted', 1, 2, 'session'],
  ['SessionEnded', 1, 2, 'session'],
  ['ConferenceRetitled', 0, 2, 'conference'],
  ['ReportSearched', 1, 1, 'reading'],
  ['SignInsFailed', 2, 1, 'signInGuard'],
  ['ParticipantRemoved', 2, 1, 'session'],
  ['AccountDeleted', 3, 1, 'account'],
];
const severities = ['info', 'low', 'medium', 'high'];
const byShare = mix.flatMap((each) => Array.from({ length: each[2] }, () => each));
const people = 500;
const families = ['Müller', 'Schmidt', 'Иванова', 'Smith', 'García', 'Nowak', 'Rossi', 'Yılmaz', 'Hansen', 'Novák'];
const given = ['Anna', 'Boris', 'Clara', 'David', 'Елена', 'Farid', 'Greta', 'Hugo', 'Irene', 'Jan'];

/** Mulberry32: the same mix every time. */
const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const columns = [
  'number',
  'position',
  'eventId',
  'type',
  'stream',
  'revision',
  'objectType',
  'objectId',
  'occurredAt',
  'severity',
  'gravity',
  'source',
  'actorRole',
  'actorKind',
  'actorId',
  'actorName',
  'ip',
  'userAgent',
  'reason',
  'commandId',
  'correlationId',
  'data',
  'search',
];

const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** Between the last position of the log and the next one, in the order of the numbers. */
const placeOf = (base: string, number: number): string => `${base}.${String(number).padStart(10, '0')}`;

/** One line of COPY's text format. */
const lineOf = (number: number, next: () => number, beginMs: number, base: string): string => {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value;
  const [type, gravity, , objectType] = pick(byShare);
  const person = Math.floor(next() * people);
  const name = `${given[person % 10]} ${families[Math.floor(person / 10) % 10]} ${person}`;
  const accountId = derivedUuid(['bench person', person]);
  const objectId = derivedUuid(['bench object', Math.floor(number / 12)]);
  const ip = `10.${person % 7}.${person % 251}.${Math.floor(next() * 250)}`;
  const occurredAt = new Date(beginMs + number * 1_500).toISOString();
  const data = JSON.stringify({ accountId, objectId, cause: pick(['left', 'signed_out', 'expired']), at: occurredAt });
  const id = derivedUuid(['bench event', number]);
  const words = [type, name, ip, userAgent, accountId, objectId].join(' ').toLowerCase();
  const values = [number, placeOf(base, number), id, type, `${objectType}-${id}`, 0, objectType, objectId, occurredAt];
  const acting = [severities[gravity], gravity, gravity === 3 ? 'administrator' : 'user', '\\N', 'account', accountId];
  return `${[...values, ...acting, name, ip, userAgent, '\\N', id, id, data, words].join('\t')}\n`;
};

/**
 * Copies `rows` events after those that are there, with a second and a half between them up to now. Indices are made
 * anew at the end, which is much faster. Answers the number of the first, and the position they come after.
 */
export const generateEvents = async (
  connection: Connection,
  rows: number,
  say: (line: string) => void,
): Promise<{ first: number; base: string }> => {
  const client = new pg.Client(connection);
  await client.connect();
  const run = async (sql: string) => (await client.query<Record<string, string>>(sql)).rows;
  try {
    const begun = performance.now();
    await run(`set maintenance_work_mem = '512MB'`);
    const indices = await run(`select indexname, indexdef from pg_indexes
      where schemaname = 'read' and tablename = 'event' and indexname not like 'PK%'`);
    for (const { indexname } of indices) await run(`drop index read."${indexname}"`);
    const [newest] = await run('select coalesce(max(number), -1)::text n, max(position) as base from read.event');
    const base = String(newest?.['base']);
    const first = Number(newest?.['n']) + 1;
    const beginMs = Date.now() - (first + rows) * 1_500;
    const next = random(1);
    const quoted = columns.map((name) => `"${name}"`).join(', ');
    const copy = client.query(from(`copy read.event (${quoted}) from stdin`));
    for (let made = 0; made < rows; ) {
      const upTo = Math.min(rows, made + 1_000);
      let text = '';
      for (; made < upTo; made += 1) text += lineOf(first + made, next, beginMs, base);
      if (!copy.write(text)) await once(copy, 'drain');
    }
    copy.end();
    await once(copy, 'finish');
    await run(`update read.event_counter set next = ${first + rows} where name = 'event'`);
    const copied = performance.now();
    for (const { indexdef } of indices) await run(String(indexdef));
    await run('vacuum analyze read.event');
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(0);
    say(`  ${rows} events copied in ${seconds(begun, copied)} s, indexed in ${seconds(copied, performance.now())} s`);
    return { first, base };
  } finally {
    await client.end();
  }
};
