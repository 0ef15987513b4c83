// P13: what is asked as of an event against the same asked now, through GraphQL, over a long past.
import type pg from 'pg';
import { type Goal, type MeasureOptions, type Prepared, percentile } from './goal.ts';
import { openReports, type Reports } from './reports.ts';

const turns = 120;
const accountsPer = 1_000;
const conferencesPer = 5_000;
const sessionsPer = 50;
const peopleInside = 4;

/** Ids that are the same each time. */
const idOf = (kind: string, n: string): string => `md5('bench ${kind} ' || ${n})::uuid`;

/** As the generated events are placed; `n` is the number of an event. */
const positionSql = (base: string, n: string): string => `'${base}.' || lpad((${n})::text, 10, '0')`;

const profile = `'login' || k, 'Person ' || k || ' ' || v, 'F', 'L', 'p@example.org', '', '', '', '', ''`;

/** Rows of now and versions of before, spread over the generated events from `first` on. */
const statements = (base: string, first: number, rows: number): string[] => {
  const [accounts, conferences] = [Math.ceil(rows / accountsPer), Math.ceil(rows / conferencesPer)];
  const sessions = Math.ceil(rows / sessionsPer);
  const runs = Math.ceil(sessions / conferences);
  const at = (n: string): string => positionSql(base, `${first} + (${n})::bigint`);
  const ends = (last: string, n: string): string => `case when ${last} then 'now' else ${at(n)} end`;
  const born = `k * ${Math.floor(rows / accounts / 2)}`;
  const lives = `(${rows} - ${born}) / 4`;
  // As the generated events: one and a half seconds between them.
  const made = (event: string): string => `now() - (${rows} - (${event})) * interval '1.5 seconds'`;
  const session = idOf('session', 's');
  const person = idOf('account', `((s * 7 + p) % ${accounts})`);
  const step = Math.floor(rows / sessions);
  const sessionRow = `${session}, ${idOf('conference', `(s % ${conferences})`)}, 'Run ' || s, ${person}, ${person},
    ${made(`s * ${step}`)}`;
  const owner = idOf('account', `(k % ${accounts})`);
  const run = `${idOf('conference', 'k')}, 'c' || k, 'virtual_room', 'Board ' || k, '', ${owner},
    true, '{}'::uuid[], '{}'::uuid[]`;
  return [
    `insert into read.account select ${idOf('account', 'k')}, ${profile}, true, false, null, v, ${made(born)}
       from generate_series(0, ${accounts - 1}) k, (select 3 v) w on conflict do nothing`,
    `insert into read.account_version (id, login, "displayName", "firstName", "lastName", email, company, "mobilePhone",
         "workPhone", "homePhone", "sipNumber", active, deleted, role, revision, "createdAt", "from", "until")
       select ${idOf('account', 'k')}, ${profile}, true, false, null, v, ${made(born)},
         ${at(`${born} + v * ${lives}`)}, ${ends('v = 3', `${born} + (v + 1) * ${lives}`)}
       from generate_series(0, ${accounts - 1}) k, generate_series(0, 3) v`,
    `insert into read.conference select ${run}, null, ${2 * runs}, ${made('k')}, false
       from generate_series(0, ${conferences - 1}) k`,
    `insert into read.conference_version (id, cid, kind, title, description, "ownerId", "joinWithoutInvitation",
         members, moderators, "runningSessionId", revision, "createdAt", deleted, "from", "until")
       select ${run}, case when v % 20 = 1 then ${idOf('session', 'v')} end, v, ${made('k')}, false,
         ${at(`v * ${Math.floor(rows / (2 * runs + 1))}`)},
         ${ends(`v = ${2 * runs}`, `(v + 1) * ${Math.floor(rows / (2 * runs + 1))}`)}
       from generate_series(0, ${conferences - 1}) k, generate_series(0, ${2 * runs}) v`,
    `insert into read.session select ${sessionRow}, now(), 'empty', null, 'n1', 1, 0, null
       from generate_series(0, ${sessions - 1}) s, (select 0 p) w`,
    `insert into read.session_version (id, "conferenceId", title, "ownerId", "startedBy", "startedAt", "endedAt",
         "endCause", "endedBy", node, epoch, "from", "until")
       select ${sessionRow}, case when v = 2 then now() end, case when v = 2 then 'empty' end, null,
         case when v > 0 then 'n1' end, case when v > 0 then 1 end, ${at(`s * ${step} + v * 10`)},
         ${ends('v = 2', `s * ${step} + (v + 1) * 10`)}
       from generate_series(0, ${sessions - 1}) s, generate_series(0, 2) v, (select 0 p) w`,
    `insert into read.participant
       select ${session}, ${person}, 'Person', 'participant', '{}', false, false, true, now(), 0, 0, now(), 'left'
       from generate_series(0, ${sessions - 1}) s, generate_series(0, ${peopleInside - 1}) p`,
    `insert into read.participant_version ("sessionId", "participantId", role, muted, sharing, removed, "mayRejoin",
         "firstJoinedAt", "liveLegs", "connectedLegs", "leftAt", "leftCause", "from", "until")
       select ${session}, ${person}, 'participant', '{}', false, false, true, now(), (v < 3)::int, (v in (1, 2))::int,
         null, null, ${at(`s * ${step} + v * 5`)}, ${ends('v = 3', `s * ${step} + (v + 1) * 5`)}
       from generate_series(0, ${sessions - 1}) s, generate_series(0, ${peopleInside - 1}) p, generate_series(0, 3) v`,
    `insert into read.moment
       select floor(extract(epoch from "occurredAt")), position from read.event where number >= ${first}
       on conflict do nothing`,
    'vacuum analyze',
  ];
};

const generatePast = async (sql: pg.Client, { rows, first, base }: Reports, say: (line: string) => void) => {
  const begun = performance.now();
  for (const statement of statements(base, first, rows)) await sql.query(statement);
  say(`  versions of its objects made in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
};

const asOf = '$asOf: AsOf';
/** What is looked at, each by its own documents. */
const asked = {
  accounts: `query (${asOf}) { accounts(first: 50, asOf: $asOf) { edges { node { login displayName role active } } } }`,
  conferences: `query (${asOf}) { conferences(first: 50, asOf: $asOf) { edges { node { title cid createdAt } } } }`,
  sessions: `query (${asOf}) { sessions(first: 50, asOf: $asOf) { edges { node { title startedAt endedAt node } } } }`,
  room: `query (${asOf}, $id: ID!) { session(id: $id, asOf: $asOf) { title participants { id state muted } } }`,
};
type What = keyof typeof asked;
const whats = Object.keys(asked) as What[];

const prepare = async (say: (line: string) => void, options: MeasureOptions): Promise<Prepared> => {
  const reports = await openReports(say, options);
  const { sql, ask, rows, first } = reports;
  await generatePast(sql, reports, say);
  const { rows: found } = await sql.query<{ id: string }>('select id from read.session order by id limit 50');
  let turn = 0;
  const once = async (what: What, then: boolean): Promise<number> => {
    turn += 1;
    // Every part of the past in turn; one event is asked of twenty times, as somebody does who looks around there.
    const number = String(first + Math.floor(((Math.floor(turn / 20) * 0.618) % 1) * (rows - 1)));
    return (await ask(asked[what], { asOf: then ? { number } : null, id: found[turn % found.length]?.id })).ms;
  };
  const p95 = async (what: What, then: boolean): Promise<number> => {
    const took: number[] = [];
    for (let each = 0; each < turns; each += 1) took.push(await once(what, then));
    return percentile(took, 0.95);
  };
  for (const what of whats) {
    const [now, then] = [await p95(what, false), await p95(what, true)];
    say(`  ${what}: now ${now.toFixed(2)} ms, as of an event ${then.toFixed(2)} ms`);
  }
  const all = async (then: boolean): Promise<number> => {
    let sum = 0;
    for (const what of whats) sum += await p95(what, then);
    return sum / whats.length;
  };
  return { baseline: () => all(false), ours: () => all(true) };
};

export const asOfAnEvent: Goal = {
  name: 'P13',
  title: 'lists and rooms as of an event through GraphQL, p95, against the same now',
  unit: 'ms',
  better: 'lower',
  wanted: 2,
  prepare,
};
