import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { signerOf } from '../../src/proof/note.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Setting, settingIn } from './people.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('exports of reports', () => {
  let stack: Stack;
  let setting: Setting;
  const words = ['=1+1', '+49 30', '-1', '@here', '\tTab', 'Grüße; "Анна" 🎉', 'two\nlines', 'a␞b␟c'];

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
    for (const text of words) {
      await setting.people.owner.accepted('postChatMessage', {
        sessionId: ['ID!', setting.sessionId],
        messageId: ['ID!', randomUUID()],
        text: ['String!', `x ${text}`],
      });
    }
    // As texts come that were written before there were rules for them.
    await eventually('the messages', async () => {
      const [row] = await runSql(
        stack.connection,
        `update read.chat_message set text = translate(substr(text, 3), '␞␟', e'\\x1e\\x1f') where text like 'x %'
        returning (select count(*)::int from read.chat_message) n`,
      );
      return row?.['n'] === words.length;
    });
  });
  afterAll(() => stack.stop());

  const prepare = async (selection: object, format: object, who: ApiClient = setting.people.admin): Promise<string> => {
    const exportId = randomUUID();
    await who.accepted('prepareReportExport', {
      exportId: ['ID!', exportId],
      selection: ['ExportSelection!', selection],
      format: ['ExportFormat!', format],
    });
    return exportId;
  };
  const fetched = (exportId: string, who: ApiClient = setting.people.admin, more = ''): Promise<Response> =>
    fetch(`${stack.url}/exports/${exportId}${more}`, { headers: { cookie: who.cookie() } });
  const bytesOf = async (selection: object, format: object): Promise<Buffer> => {
    const response = await fetched(await prepare(selection, format));
    assert.equal(response.status, 200);
    return Buffer.from(await response.arrayBuffer());
  };
  const csv = { kind: 'CSV' };

  test('are CSV with the head line, zone and delimiter asked for, and no formulas', async () => {
    const german = { ...csv, timeZone: 'Asia/Tokyo', language: 'DE', delimiter: 'TAB' };
    const text = (await bytesOf({ chat: {} }, german)).toString('utf8');
    const lines = text.split('\r\n');
    assert.equal(lines[0], '\ufeffZeitpunkt\tAbsender\tAbsender (Kennung)\tEmpfänger\tSitzungs-ID\tNachricht');
    assert.equal(lines.length, words.length + 2);
    const cells = lines.slice(1, -1).map((line) => line.split('\t'));
    assert.deepEqual(
      cells
        .map((row) => row[5])
        .toReversed()
        .slice(0, 4),
      ["'=1+1", "'+49 30", "'-1", "'@here"],
    );
    // Signs that part the values of a batch on its way are values like any others.
    assert.ok(text.includes('\ta\u001eb\u001fc\r\n'));
    assert.ok(text.includes('"\'\tTab"') && text.includes('"Grüße; ""Анна"" 🎉"') && text.includes('"two\nlines"'));
    const [row] = await runSql(
      stack.connection,
      `select to_char(max("postedAt") at time zone 'Asia/Tokyo', 'YYYY-MM-DD HH24:MI:SS') t from read.chat_message`,
    );
    assert.equal(cells[0]?.[0], row?.['t']);
    assert.equal(cells[0]?.[3], 'Board');
  });

  test('are written in the encoding asked for, with what it lacks replaced', async () => {
    const wide = await bytesOf({ chat: { search: 'анна' } }, { ...csv, encoding: 'UTF_16', delimiter: 'COMMA' });
    assert.deepEqual([...wide.subarray(0, 2)], [0xff, 0xfe]);
    assert.ok(wide.toString('utf16le').includes('"Grüße; ""Анна"" 🎉"'));
    const old = await bytesOf({ chat: { search: 'анна' } }, { ...csv, encoding: 'WINDOWS_1251' });
    assert.ok(new TextDecoder('windows-1251').decode(old).includes('"Gr??e; ""Анна"" ?"'));
  });

  test('hold the whole selection, the newest first, and nothing else', async () => {
    const { admin } = setting.people;
    const filter = { types: ['SignedIn', 'ParticipantJoined'] };
    const lines = (await bytesOf({ events: filter }, csv)).toString('utf8').trimEnd().split('\r\n').slice(1);
    const text = 'query ($filter: EventFilter) { events(filter: $filter, first: 200) { edges { node { number } } } }';
    type Answer = { events: { edges: { node: { number: string } }[] } };
    const shown = (await admin.data<Answer>(text, { filter })).events.edges.map(({ node }) => node.number);
    assert.deepEqual(
      lines.map((line) => line.split(';')[0]),
      shown,
    );
    const calls = (await bytesOf({ calls: { running: true } }, csv)).toString('utf8').trimEnd().split('\r\n');
    assert.equal(calls.length, 2);
    assert.match(calls[1] ?? '', /;;;2;2;Board;owner;[0-9a-f-]{36};board-room;$/);
  });

  test('are signed as NDJSON, and checked at the terminal without the server', async () => {
    const bytes = await bytesOf({ events: {} }, { kind: 'NDJSON' });
    const { proof } = await setting.people.admin.data<{ proof: { keys: { verifierKey: string }[] } }>(
      '{ proof { keys { verifierKey } } }',
    );
    const key = proof.keys.at(-1)?.verifierKey ?? '';
    const directory = await mkdtemp(join(tmpdir(), 'hansard-copy-'));
    const file = join(directory, 'copy.ndjson');
    const check = async (content: Buffer, by = key) => {
      await writeFile(file, content);
      const args = [main, 'verify-export', file, '--key', by];
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { status, stdout };
    };
    const { status, stdout } = await check(bytes);
    assert.equal(status, 0, stdout);
    assert.match(
      stdout,
      /^Verified: \d+ rows of the report "events", copied at .* by .*, are as they were signed\.\n$/,
    );
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    const joined = (some: string[]) => Buffer.from(`${some.join('\n')}\n`);
    const last = lines.at(-1) ?? '';
    const flipped = (share: number) => {
      const copy = Buffer.from(bytes);
      const place = Math.floor((bytes.length - 2) * share);
      copy[place] = (copy[place] ?? 0) ^ 1;
      return copy;
    };
    const forged: Buffer[] = [
      joined(lines.slice(1)),
      joined(lines.slice(0, -1)),
      joined([lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)]),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.from('{}\n')]),
      joined([...lines.slice(1, -1), last.replace(/"rows":\d+/, `"rows":${lines.length - 2}`)]),
      joined([...lines.slice(0, -1), last.replace(/"note":.*$/, '"note":null}')]),
      ...Array.from({ length: 12 }, (_, part) => flipped(part / 11)),
    ];
    for (const [index, content] of forged.entries()) {
      const found = await check(content);
      assert.deepEqual([found.status, /^NOT VERIFIED\. /.test(found.stdout)], [1, true], `${index}: ${found.stdout}`);
    }
    const other = signerOf('hansard/other', Buffer.alloc(32, 7)).verifier.text;
    assert.equal((await check(bytes, other)).status, 1);
    await rm(directory, { recursive: true });
  });

  test('are NDJSON with a manifest that counts and hashes them', async () => {
    const bytes = await bytesOf({ events: { search: 'board' } }, { kind: 'NDJSON' });
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    const last = lines.at(-1) ?? '';
    const { manifest } = JSON.parse(last) as { manifest: Record<string, unknown> };
    assert.equal(manifest['rows'], lines.length - 1);
    assert.deepEqual(manifest['filter'], { search: 'board' });
    assert.equal(manifest['by'], setting.people.admin.accountId);
    assert.equal(manifest['sha256'], sha256(bytes.subarray(0, bytes.length - Buffer.byteLength(`${last}\n`))));
    const first = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.equal(typeof first['number'], 'number');
    assert.equal(typeof first['data'], 'object');
    // How it ended is told once the last byte is out.
    const { estimate, ...rest } = await eventually('its end', async () => {
      const told = await setting.people.admin.data<{ reportExport: Record<string, unknown> & { estimate: number } }>(
        'query ($id: ID!) { reportExport(id: $id) { rows estimate outcome sha256 } }',
        { id: manifest['exportId'] },
      );
      return told.reportExport['outcome'] !== null && told.reportExport;
    });
    const rows = lines.length - 1;
    assert.deepEqual(rest, { rows, outcome: 'completed', sha256: manifest['sha256'] });
    assert.ok(estimate >= rows);
  });

  test('go on where they stopped, byte for byte', async () => {
    const exportId = await prepare({ events: {} }, csv);
    const whole = Buffer.from(await (await fetched(exportId)).arrayBuffer());
    for (const from of [1, 500, whole.length - 1, whole.length]) {
      const rest = Buffer.from(await (await fetched(exportId, undefined, `?from=${from}`)).arrayBuffer());
      assert.ok(rest.equals(whole.subarray(from)), `from ${from}`);
    }
    assert.equal((await fetched(exportId, undefined, '?from=-1')).status, 400);
    const calls = await prepare({ calls: {} }, csv);
    assert.equal((await fetched(calls, undefined, '?from=10')).status, 400);
  });

  test('go on by the standard range, and begin anew where the rows would not fit any more', async () => {
    const { admin, stranger } = setting.people;
    const exportId = await prepare({ events: {} }, csv);
    const ask = (headers: Record<string, string>) =>
      fetch(`${stack.url}/exports/${exportId}`, { headers: { cookie: admin.cookie(), ...headers } });
    const first = await ask({});
    const whole = Buffer.from(await first.arrayBuffer());
    const etag = first.headers.get('etag') ?? '';
    assert.match(etag, /^"[\w-]{43}"$/);
    assert.equal(first.headers.get('accept-ranges'), 'bytes');
    for (const from of [0, 1, 700, whole.length - 1]) {
      const answer = await ask({ range: `bytes=${from}-`, 'if-range': etag });
      assert.equal(answer.status, 206);
      assert.equal(answer.headers.get('content-range'), `bytes ${from}-${whole.length - 1}/${whole.length}`);
      assert.equal(answer.headers.get('content-length'), String(whole.length - from));
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(whole.subarray(from)), `from ${from}`);
    }
    for (const from of [whole.length, whole.length + 1_000]) {
      const answer = await ask({ range: `bytes=${from}-` });
      assert.deepEqual([answer.status, answer.headers.get('content-range')], [416, `bytes */${whole.length}`]);
    }
    for (const range of ['bytes=-5', 'bytes=1-2', 'bytes=1-,5-', 'lines=1-', 'bytes=x-'])
      assert.equal((await ask({ range })).status, 200, range);
    // A name that the rows bear has changed: what was left of the old file would not fit to what is there.
    await admin.accepted('editAccount', {
      accountId: ['ID!', stranger.accountId],
      profile: ['ProfileInput!', { displayName: 'Another name' }],
    });
    const other = await eventually('another state', async () => {
      const answer = await ask({ range: 'bytes=10-', 'if-range': etag });
      return answer.status === 200 && answer;
    });
    assert.notEqual(other.headers.get('etag'), etag);
    assert.ok(Buffer.from(await other.arrayBuffer()).length >= whole.length - 100);
    const calls = await fetched(await prepare({ calls: {} }, csv));
    assert.equal(calls.headers.get('accept-ranges'), null);
  });

  test('are for whoever prepared them, as long as she may and for an hour', async () => {
    const { admin, securityAdmin, owner, anonymous } = setting.people;
    const exportId = await prepare({ events: {} }, csv, securityAdmin);
    assert.equal((await fetched(exportId, securityAdmin)).status, 200);
    assert.equal((await fetched(exportId, admin)).status, 404);
    assert.equal((await fetched(exportId, owner)).status, 403);
    assert.equal((await fetched(exportId, anonymous)).status, 401);
    assert.equal((await fetched(randomUUID(), admin)).status, 404);
    assert.equal((await fetched('nonsense', admin)).status, 404);
    const again = await admin.command('prepareReportExport', {
      exportId: ['ID!', exportId],
      selection: ['ExportSelection!', { events: {} }],
      format: ['ExportFormat!', csv],
    });
    assert.equal(again.code, 'REPORT_EXPORT_EXISTS');
  });

  test('refuse zones that are none', async () => {
    const refused = await setting.people.admin.command('prepareReportExport', {
      exportId: ['ID!', randomUUID()],
      selection: ['ExportSelection!', { events: {} }],
      format: ['ExportFormat!', { ...csv, timeZone: 'Mars/Olympus' }],
    });
    assert.deepEqual(refused.problems?.[0]?.path, 'format.timeZone');
  });

  test('are on the record, whole or broken off', async () => {
    const { admin } = setting.people;
    // More than the buffers of a connection hold.
    const rest = `type, revision, "objectType", "objectId", "occurredAt", severity, gravity, source, "actorRole",
      "actorKind", "actorId", "actorName", ip, "userAgent", reason, "commandId", "correlationId", data, search`;
    await runSql(
      stack.connection,
      `insert into read.event (number, position, "eventId", stream, ${rest})
       select 1000000 + n, 'x' || n, gen_random_uuid(), stream || n, ${rest}
       from (select * from read.event order by length(data::text) desc limit 1) e, generate_series(1, 20000) n`,
    );
    const exportId = await prepare({ events: {} }, csv);
    await new Promise<void>((resolve, reject) => {
      const asked = httpRequest(
        `${stack.url}/exports/${exportId}`,
        { headers: { cookie: admin.cookie() } },
        (answer) => {
          answer.once('error', () => undefined);
          answer.destroy();
          resolve();
        },
      );
      asked.once('error', reject);
      asked.end();
    });
    const text = `query ($filter: EventFilter) { events(filter: $filter) { edges { node { type data } } } }`;
    type Answer = { events: { edges: { node: { type: string; data: Record<string, unknown> } }[] } };
    const filter = { objectId: exportId };
    await eventually('the end on the record', async () => {
      const { events } = await admin.data<Answer>(text, { filter });
      const [end, begin] = events.edges.map(({ node }) => node);
      if (begin?.type !== 'ReportExportPrepared' || end?.type !== 'ReportExported') return false;
      assert.deepEqual([end.data['outcome'], end.data['sha256']], ['cancelled', null]);
      assert.ok(Number(end.data['rows']) < 20_000, String(end.data['rows']));
      return true;
    });
  });
});
