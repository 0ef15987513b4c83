// Read models that somebody has tampered with, or that halted, made anew from the log by command and at the terminal.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readModelNames } from '../../src/projections/allProjections.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { databaseUrl, type Stack, startStack } from '../support/stack.ts';

type RebuiltTable = {
  table: string;
  rows: number;
  unfounded: number | null;
  different: number | null;
  lost: number | null;
};
type ReadModel = {
  name: string;
  haltedAt: string | null;
  waiting: boolean;
  rebuild: {
    phase: string;
    share: number;
    endedAt: string | null;
    reason: string | null;
    tables: RebuiltTable[];
  } | null;
};

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const list = `query ($at: Position) { readModels(minPosition: $at) {
  name haltedAt waiting rebuild { phase share endedAt reason tables { table rows unfounded different lost } }
} }`;

describe('read models', () => {
  let stack: Stack;
  let root: ApiClient;
  let conferenceId: string;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
    conferenceId = randomUUID();
    await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'True'],
    });
  });
  afterAll(() => stack.stop());

  const sql = (text: string) => runSql(stack.connection, text);
  const readModels = async (at: string | null = null) =>
    (await root.data<{ readModels: ReadModel[] }>(list, { at })).readModels;
  const ask = (names: string[] | null) =>
    root.accepted('rebuildReadModels', { rebuildId: ['ID!', randomUUID()], readModels: ['[String!]', names] });
  const ended = async (at: string, names: readonly string[]) => {
    const found = new Map<string, ReadModel>();
    await eventually(
      'the rebuild to end',
      async () => {
        for (const each of await readModels(at)) found.set(each.name, each);
        return names.every((name) => found.get(name)?.waiting === false && found.get(name)?.rebuild?.endedAt);
      },
      60_000,
    );
    return found;
  };
  const title = async (at: string | null = null) => {
    const query = 'query ($id: ID!, $at: Position) { conference(id: $id, minPosition: $at) { title } }';
    return (await root.data<{ conference: { title: string } }>(query, { id: conferenceId, at })).conference.title;
  };
  const retitle = (to: string) =>
    root.accepted('editConference', { conferenceId: ['ID!', conferenceId], title: ['String', to] });
  const recorded = async (type: string) => {
    const query = 'query ($t: [String!]) { events(filter: { types: $t }, first: 50) { edges { node { data } } } }';
    const { events } = await root.data<{ events: { edges: { node: { data: Record<string, unknown> } }[] } }>(query, {
      t: [type],
    });
    return events.edges.map(({ node }) => node.data);
  };
  const rebuild = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const env = { ...process.env, HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) };
    const run = promisify(execFile)(process.execPath, [main, 'rebuild', ...args], { env, timeout: 60_000 });
    return run.then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        out: error.stdout,
        err: error.stderr,
      }),
    );
  };

  test('tell what was changed by hand, and are right again after a rebuild that was asked for', async () => {
    await sql(`update read.conference set title = 'Forged' where id = '${conferenceId}'`);
    assert.equal(await title(), 'Forged');
    const found = await ended(await ask(['conference_list']), ['conference_list']);
    assert.deepEqual(found.get('conference_list')?.rebuild?.tables, [
      { table: 'conference', rows: 1, unfounded: 0, different: 1, lost: 0 },
    ]);
    assert.equal(await title(), 'True');
    await eventually('the record', async () => (await recorded('ReadModelRebuilt')).length === 1);
    const [told] = await recorded('ReadModelRebuilt');
    assert.equal(told?.['readModel'], 'conference_list');
    assert.deepEqual(await recorded('RebuildRequested').then((all) => all.map((data) => data['readModels'])), [
      ['conference_list'],
    ]);
  });

  test('that halted go on once they were rebuilt', async () => {
    await sql(`alter table read.conference add constraint forged check (title <> 'Refused')`);
    const position = await retitle('Refused');
    const isHalted = async () => (await readModels()).find(({ name }) => name === 'conference_list')?.haltedAt;
    await eventually('a halt', async () => typeof (await isHalted()) === 'string');
    await ended(await ask(['conference_list']), ['conference_list']);
    await eventually('the new title', async () => (await title(position).catch(() => null)) === 'Refused');
    assert.equal(await isHalted(), null);
  });

  test('are all rebuilt where none is named, the tree of the proof too, and nothing differs', async () => {
    const found = await ended(await ask(null), readModelNames);
    assert.deepEqual([...found.keys()].toSorted(), readModelNames.toSorted());
    for (const { name, rebuild: told } of found.values()) {
      assert.deepEqual([name, told?.phase, told?.reason, told?.share], [name, 'DONE', null, 1]);
      for (const { table, unfounded, different, lost } of told?.tables ?? [])
        assert.deepEqual(
          { name, table, unfounded, different, lost },
          { name, table, unfounded: 0, different: 0, lost: 0 },
        );
    }
  });

  test('are asked for by names that there are, once under one id', async () => {
    const rebuildId = randomUUID();
    const command = (names: string[]) =>
      root.command('rebuildReadModels', { rebuildId: ['ID!', rebuildId], readModels: ['[String!]', names] });
    const nobody = await command(['nobody']);
    assert.deepEqual([nobody.code, nobody.problems?.[0]?.path], ['INPUT_INVALID', 'readModels.0']);
    assert.equal((await command([])).code, 'INPUT_INVALID');
    assert.equal((await command(['parked_events'])).__typename, 'Accepted');
    assert.equal((await command(['parked_events'])).code, 'READ_MODEL_REBUILD_EXISTS');
  });

  test('are rebuilt at the terminal while the server runs, and when it does not', async () => {
    await sql(`update read.conference set title = 'Forged' where id = '${conferenceId}'`);
    const running = await rebuild('conference_list', 'user_directory');
    assert.deepEqual([running.code, running.err], [0, '']);
    assert.match(running.out, /^ {2}conference: 1 rows; of those in use 0 were unfounded, 1 differed, 0 were lost\.$/m);
    assert.match(running.out, /^ {2}account: \d+ rows, all as they were\.$/m);
    assert.equal(await title(), 'Refused');
    await stack.kill('api,projections,jobs', 'SIGTERM');
    const alone = await rebuild('conference_list', 'audit_trail');
    assert.deepEqual([alone.code, alone.err], [0, '']);
    assert.match(alone.out, /^ {2}event: \d+ rows, all as they were\.$/m);
    const unknown = await rebuild('nobody');
    assert.deepEqual([unknown.code, unknown.out], [2, '']);
    assert.match(unknown.err, /There is no read model nobody\. Known: .*conference_list/);
  });
});
