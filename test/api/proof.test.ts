import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { openCheckpoint, signCheckpoint, verifyEntryProof } from '../../src/proof/checkpoint.ts';
import { bundleOf, entriesIn, entryOf } from '../../src/proof/entries.ts';
import { keyListIn, trustedFrom } from '../../src/proof/keyList.ts';
import { leafHash } from '../../src/proof/merkle.ts';
import { signerOf, verifierIn } from '../../src/proof/note.ts';
import { growingTree } from '../../src/proof/tiles.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually as within } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { admin, databaseUrl, type Stack, startStack } from '../support/stack.ts';
import { type People, settingIn } from './people.ts';

type Proof = {
  verifiedTo: string | null;
  checkpoint: string | null;
  keys: { verifierKey: string; endorsed: boolean }[];
  recheckedTo: string | null;
  recheckedAt: string | null;
  alteration: { number: string | null; reason: string } | null;
};

const proofOf = async (client: ApiClient): Promise<Proof> =>
  (
    await client.data<{ proof: Proof }>(`{ proof {
      verifiedTo checkpoint recheckedTo recheckedAt alteration { number reason } keys { verifierKey endorsed }
    } }`)
  ).proof;

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const everything = 'api,projections,jobs';
const eventually = <T>(what: string, ask: () => Promise<T> | T) => within(what, ask, 40_000);

describe('the proof', () => {
  let stack: Stack;
  let people: People;
  let sessionId: string;
  let kept: string;

  beforeAll(async () => {
    kept = await mkdtemp(join(tmpdir(), 'hansard-kept-'));
    stack = await startStack({
      media: false,
      env: {
        HANSARD_CHECKPOINT_SECONDS: '0.1',
        HANSARD_VERIFY_HOURS: '0.0003',
        HANSARD_WITNESSES: kept,
        HANSARD_WITNESS_SECONDS: '1',
      },
    });
    ({ people, sessionId } = await settingIn(stack));
  });
  afterAll(async () => {
    await stack.stop();
    await rm(kept, { recursive: true });
  });

  const get = (path: string, client: ApiClient = people.securityAdmin, method = 'GET') =>
    fetch(`${stack.url}/tlog/${path}`, { method, headers: { cookie: client.cookie() } });
  const bytesOf = async (path: string): Promise<Buffer> => {
    const response = await get(path);
    assert.equal(response.status, 200, path);
    return Buffer.from(await response.arrayBuffer());
  };
  const sql = (text: string) => runSql(stack.connection, text);
  const post = () =>
    people.owner.accepted('postChatMessage', {
      sessionId: ['ID!', sessionId],
      messageId: ['ID!', randomUUID()],
      text: ['String!', 'Something new'],
    });
  /** The newest checkpoint once it covers all that is no checkpoint itself. */
  const covering = () =>
    eventually('a checkpoint over all events', async () => {
      const [newest] = await sql(`select max(number)::text as n from read.event where "objectType" <> 'checkpoint'`);
      const proof = await proofOf(people.admin);
      return proof.verifiedTo !== null && BigInt(proof.verifiedTo) >= BigInt(String(newest?.['n'])) ? proof : null;
    });
  const stored = async () => {
    const store = await openPostgresEventStore({ connection: stack.connection, onFault: () => undefined });
    try {
      return await Array.fromAsync(store.readAll({ filter: { categories: [...vocabularies.keys()] } }));
    } finally {
      await store.close();
    }
  };
  test('is a checkpoint over all events, signed by the key on record', async () => {
    const { checkpoint, keys } = await covering();
    const { origin, size, root } = openCheckpoint(
      String(checkpoint),
      keys.map(({ verifierKey }) => verifierIn(verifierKey)),
    );
    const tree = growingTree();
    for (const event of (await stored()).slice(0, size)) tree.append(leafHash(entryOf(event)));
    assert.deepEqual([tree.size(), tree.root()], [size, root]);
    const [log] = await sql('select log_id from log.identity');
    assert.equal(origin, `hansard/${String(log?.['log_id'])}`);
  });

  test('wants no further checkpoint for a checkpoint', async () => {
    await covering();
    await post();
    await covering();
    await delay(2_500); // Long enough for several, were each to want the next.
    const events = await stored();
    const sizes = events
      .filter(({ type }) => type === 'CheckpointSigned')
      .map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as { size: number }).size);
    assert.ok(sizes.length >= 2);
    for (const [index, size] of sizes.entries()) {
      const since = events.slice(sizes[index - 1] ?? 0, size);
      assert.ok(
        since.some(({ stream }) => !stream.startsWith('checkpoint-')),
        `nothing new before ${size}`,
      );
    }
  });

  test('is served as tiles and bundles of the log', async () => {
    await covering();
    const note = (await bytesOf('checkpoint')).toString();
    const known = keyListIn((await bytesOf('keys.json')).toString()).map(({ verifier }) => verifier);
    const { size } = openCheckpoint(note, known);
    assert.ok(size > 30 && size < 256);
    const events = (await stored()).slice(0, size);
    const entries = entriesIn(await bytesOf(`tile/entries/000.p/${size}`));
    assert.deepEqual(entries, events.map(entryOf));
    assert.deepEqual(await bytesOf(`tile/0/000.p/${size}`), Buffer.concat(entries.map(leafHash)));
    assert.deepEqual(await bytesOf('tile/entries/000.p/7'), bundleOf(entries.slice(0, 7)));
    assert.match((await get('checkpoint')).headers.get('content-type') ?? '', /^text\/plain; charset=utf-8$/);
    for (const path of ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1', 'tile/0/..', '', 'tile/entries/000'])
      assert.equal((await get(path)).status, 404, path);
  });

  test('is served to administrators, and only to be read', async () => {
    for (const path of ['checkpoint', 'keys.json', 'tile/0/000.p/1', 'tile/entries/000.p/1', 'nothing']) {
      const there = path === 'nothing' ? 404 : 200;
      for (const who of ['admin', 'securityAdmin'] as const)
        assert.equal((await get(path, people[who])).status, there, `${who} ${path}`);
      assert.equal((await get(path, people.anonymous)).status, 401, path);
      for (const who of ['owner', 'moderator', 'participant', 'stranger'] as const)
        assert.equal((await get(path, people[who])).status, 403, `${who} ${path}`);
      for (const method of ['POST', 'PUT', 'DELETE'])
        assert.equal((await get(path, people.admin, method)).status, 405, method);
    }
  });

  test('shows one event to whoever has the key', async () => {
    const { verifiedTo, keys } = await covering();
    const known = keys.map(({ verifierKey }) => verifierIn(verifierKey));
    const events = await stored();
    const ask = async (number: string) =>
      (
        await people.securityAdmin.data<{ inclusionProof: { entry: string; leafHash: string; proof: string } | null }>(
          'query ($number: EventNumber!) { inclusionProof(number: $number) { entry leafHash proof } }',
          { number },
        )
      ).inclusionProof;
    for (const number of ['0', '17', String(verifiedTo)]) {
      const found = await ask(number);
      assert.ok(found);
      const event = events[Number(number)];
      assert.ok(event);
      assert.equal(found.entry, entryOf(event).toString('base64'));
      assert.equal(found.leafHash, leafHash(entryOf(event)).toString('base64'));
      assert.equal(verifyEntryProof(found.proof, entryOf(event), known).index, Number(number));
    }
    assert.equal(await ask('999999'), null);
  });

  test('is signed when somebody wants it', async () => {
    await covering();
    await post();
    const answer = await people.admin.command('signCheckpoint', {});
    assert.equal(answer.__typename, 'Accepted');
    await covering();
  });

  test('goes on with a new key, which the old one vouches for', async () => {
    const before = await covering();
    await people.admin.accepted('rotateSigningKey', {});
    const { keys } = await eventually('the new key', async () => {
      const proof = await proofOf(people.admin);
      return proof.keys.length === 2 && proof;
    });
    const list = keyListIn((await bytesOf('keys.json')).toString());
    const old = verifierIn(before.keys[0]?.verifierKey ?? '');
    const trusted = trustedFrom(list, old);
    assert.deepEqual(
      trusted.map(({ text }) => text),
      keys.map(({ verifierKey }) => verifierKey),
    );
    await eventually('the newest checkpoint to be signed by the new key', async () => {
      const { checkpoint } = await proofOf(people.admin);
      return openCheckpoint(String(checkpoint), trusted).by.text === keys[1]?.verifierKey;
    });
    assert.equal(openCheckpoint(String(before.checkpoint), trusted).by.text, old.text);
  });

  test('goes to its witnesses', async () => {
    const { checkpoint } = await covering();
    const size = String(checkpoint).split('\n')[1] ?? '';
    const note = await eventually('the checkpoint in the directory', async () => {
      const name = (await readdir(kept)).find((each) => each.endsWith(`-${size.padStart(16, '0')}.checkpoint`));
      return name !== undefined && readFile(join(kept, name), 'utf8');
    });
    assert.equal(note, checkpoint);
  });

  test('is witnessed by another Hansard that knows its key, and by no other', async () => {
    const { keys, checkpoint } = await covering();
    assert.equal((await fetch(`${stack.url}/witness`, { method: 'POST', body: checkpoint })).status, 404);
    const friend = signerOf('hansard/friend', Buffer.alloc(32, 5));
    const signed = (of: string): string =>
      signCheckpoint({ origin: 'hansard/friend', size: 7, root: leafHash(Buffer.from(of)) }, [friend]);
    const other = await startStack({
      media: false,
      env: { HANSARD_WITNESS_FOR: [friend.verifier.text, ...keys.map(({ verifierKey }) => verifierKey)].join(',') },
    });
    try {
      const send = async (body: string): Promise<number> =>
        (await fetch(`${other.url}/witness`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body }))
          .status;
      const note = String(checkpoint);
      assert.deepEqual([await send(note), await send(note)], [200, 200]);
      assert.deepEqual(
        [await send(''), await send(note.replace('\n', '\n1')), await send('x'.repeat(70_000))],
        [403, 403, 413],
      );
      const names = await readdir(join(other.dataDir, 'witnessed'));
      assert.equal(names.length, 1);
      assert.deepEqual([await send(signed('one history')), await send(signed('another'))], [200, 409]);
      assert.equal(await readFile(join(other.dataDir, 'witnessed', names[0] ?? ''), 'utf8'), note);
    } finally {
      await other.stop();
    }
  });

  test('is checked from the terminal, on the running server and on an export of it', async () => {
    await covering();
    const run = (...args: string[]) => {
      const env = { ...process.env, DATABASE_URL: databaseUrl(stack.connection) };
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env });
      return { status, said: stdout + stderr };
    };
    const [password, witness, target] = ['password', 'witness', 'export'].map((name) => join(stack.dataDir, name));
    assert.ok(password && witness && target);
    await writeFile(password, `${admin.password}\n`);
    await writeFile(witness, await bytesOf('checkpoint'));
    const exported = run('export-log', target, '--data', stack.dataDir);
    assert.equal(exported.status, 0, exported.said);
    const key = /--key '([^']+)'/.exec(exported.said)?.[1] ?? '';
    assert.match(run('verify', target, '--key', key, '--witness', witness).said, /^Verified to #\d+/);
    assert.equal(run('export-log', target, '--data', stack.dataDir).status, 1);
    const live = run('verify', stack.url, '--login', admin.login, '--password-file', password, '--witness', witness);
    assert.equal(live.status, 0, live.said);
    await writeFile(password, 'wrong');
    const refused = run('verify', stack.url, '--login', admin.login, '--password-file', password);
    assert.deepEqual([refused.status, /does not sign admin in/.test(refused.said)], [3, true], refused.said);
  });

  test('goes to the witnesses of the settings once there are any, at once, and says how it went', async () => {
    type Witness = { name: string; keptTo: string | null; failures: number; reason: string | null };
    const witnesses = async () =>
      (
        await people.securityAdmin.data<{ proof: { witnesses: Witness[] } }>(
          '{ proof { witnesses { name keptTo failures reason } } }',
        )
      ).proof.witnesses;
    await eventually('the one of the environment', async () => {
      const [only, ...others] = await witnesses();
      return only?.name === kept && only.keptTo !== null && others.length === 0;
    });
    const [other, missing] = [await mkdtemp(join(tmpdir(), 'hansard-other-')), join(kept, 'missing')];
    const targets = [
      { kind: 'DIRECTORY', address: other },
      { kind: 'DIRECTORY', address: missing },
    ];
    await people.admin.accepted('editWitnessSettings', { values: ['WitnessSettingsInput!', { targets }] });
    const [first, second] = await eventually('the state of both', async () => {
      const found = (await witnesses()).toSorted((a, b) => (a.name === other ? -1 : b.name === other ? 1 : 0));
      return found.length === 2 && found[0]?.keptTo != null && (found[1]?.failures ?? 0) > 0 && found;
    });
    assert.deepEqual([first?.name, second?.name], [other, missing]);
    assert.match(second?.reason ?? '', /ENOENT/);
    assert.ok((await readdir(other)).length > 0);
    await people.admin.accepted('editWitnessSettings', {
      values: ['WitnessSettingsInput!', { targets: [{ kind: 'DIRECTORY', address: kept }] }],
    });
    await eventually('the others to be gone', async () => (await witnesses()).map(({ name }) => name).join() === kept);
    await rm(other, { recursive: true });
  });

  /** What whoever owns the database can do. */
  const alter = async (position: number, bytes: string): Promise<void> => {
    await sql(`alter table log.events disable trigger append_only;
      update log.events set data = '\\x${bytes}' where position = ${position};
      alter table log.events enable trigger append_only`);
  };
  const rechecked = async () => {
    const since = (await proofOf(people.admin)).recheckedAt;
    return eventually('all events to be read again', async () => {
      const proof = await proofOf(people.admin);
      return proof.recheckedAt !== since && proof.alteration === null && proof;
    });
  };

  test('finds an event that was changed where it is stored, and says when all is in order again', async () => {
    assert.ok(BigInt((await rechecked()).recheckedTo ?? '0') > 30n);
    const [row] = await sql(`select encode(data, 'hex') as data from log.events where position = 6`);
    const data = String(row?.['data']);
    await alter(6, Buffer.from('{"changed":1}').toString('hex'));
    const { alteration } = await eventually('the alteration to be found', async () => {
      const proof = await proofOf(people.admin);
      return proof.alteration && proof;
    });
    assert.equal(alteration?.number, '5');
    assert.match(alteration.reason, /^Event 5 is not stored as it was/);
    await alter(6, data);
    await stack.kill(everything, 'SIGTERM');
    await stack.start(everything);
    await eventually('all to be in order', async () => (await proofOf(people.admin)).alteration === null);
  });

  test('is not signed where the tree is not what was signed', async () => {
    await covering();
    const hashes = `set_byte(hashes, 5, get_byte(hashes, 5) # 1)`;
    await stack.kill(everything, 'SIGTERM');
    await sql(`update read.proof_tile set hashes = ${hashes} where level = 0`);
    await stack.start(everything);
    const answer = await people.admin.command('signCheckpoint', {});
    assert.equal(answer.code, 'PROOF_LOG_ALTERED');
    await stack.kill(everything, 'SIGKILL');
    await sql(`delete from read.checkpoint where name = 'merkle_tree'`);
    await stack.start(everything);
    await covering();
  });

  test('waits for a new key where the vault has lost the old one', async () => {
    await stack.kill(everything, 'SIGTERM');
    await sql(`delete from vault.secrets where name like 'signing-key-%'`);
    await stack.start(everything);
    assert.equal((await people.admin.command('signCheckpoint', {})).code, 'PROOF_KEY_LOST');
    await people.admin.accepted('rotateSigningKey', {});
    const { keys } = await eventually('a key that nobody vouches for', async () => {
      const proof = await proofOf(people.admin);
      return proof.keys.length === 3 && proof;
    });
    assert.equal(keys[2]?.endorsed, false);
    const known = keys.map(({ verifierKey }) => verifierIn(verifierKey));
    await eventually('a checkpoint with it', async () => {
      const { checkpoint } = await proofOf(people.admin);
      return openCheckpoint(String(checkpoint), known).by.text === keys[2]?.verifierKey;
    });
  });
});
