import { strict as assert } from 'node:assert';
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, test } from 'vitest';
import type { Call } from '../../src/commands/call.ts';
import { changeMembers, createConference, deleteConference, editConference } from '../../src/commands/conferences.ts';
import { openConfiguration } from '../../src/commands/configurationFile.ts';
import { erasePerson } from '../../src/commands/erasure.ts';
import { eventIdOf } from '../../src/commands/eventIds.ts';
import {
  appointAdministrator,
  createAccount,
  deactivateAccount,
  deleteAccount,
  dismissAdministrator,
  editAccount,
  setPassword,
} from '../../src/commands/identity.ts';
import { sealFile } from '../../src/commands/sealedFile.ts';
import { settingsVerbs } from '../../src/commands/settings.ts';
import { settingsFile } from '../../src/commands/settingsFile.ts';
import { signInWithPassword } from '../../src/commands/signIn.ts';
import { type Conference, conference } from '../../src/domain/conferences/conference.ts';
import { type Account, account } from '../../src/domain/identity/account.ts';
import { administration } from '../../src/domain/identity/administration.ts';
import { accessSettings, generalSettings } from '../../src/domain/settings/settings.ts';
import { Killed, type MemoryServer, memoryServer, passphrase } from '../support/configurations.ts';

const [ada, ben, cleo, board, open] = Array.from({ length: 5 }, () => randomUUID());
const as = (server: MemoryServer, id: string): Call => {
  const { caller, ...rest } = server.call();
  return { ...rest, caller: { ...caller, actor: { kind: 'account', id }, role: null } };
};
const person = async ({ needs, call }: MemoryServer, accountId = '', login = '', displayName = login) =>
  createAccount(needs, call(), { accountId, login, password: `password of ${login}`, profile: { displayName } });

/** Two rooms, an administrator beside root, and one who is inactive. */
const filled = async (): Promise<MemoryServer> => {
  const server = await memoryServer();
  const { needs, call } = server;
  await person(server, ada, 'ada', 'Ada Lovelace');
  await person(server, ben, 'ben', 'Ben');
  await person(server, cleo, 'cleo', 'Cleo');
  await appointAdministrator(needs, call(), { accountId: ada, role: 'security_admin' });
  await deactivateAccount(needs, call(), { accountId: cleo });
  await settingsVerbs.general.edit(needs, call(), { values: { serverName: 'Meetings of Acme' } });
  await createConference(needs, as(server, ada ?? ''), {
    conferenceId: board,
    kind: 'virtual_room',
    title: 'Board',
    description: 'Every Monday',
    cid: 'board',
    joinWithoutInvitation: false,
  });
  for (const accountId of [ben, cleo]) {
    await changeMembers(needs, call(), 'inviteMember', { conferenceId: board, accountId });
  }
  await changeMembers(needs, call(), 'appointModerator', { conferenceId: board, accountId: ben });
  await createConference(needs, as(server, ben ?? ''), {
    conferenceId: open,
    kind: 'ad_hoc',
    title: 'Open',
    cid: 'open',
  });
  return server;
};

const told = ({ objects }: Awaited<ReturnType<MemoryServer['restore']>>) =>
  Object.fromEntries(
    objects
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(({ name, outcome, notes }) => [
        name,
        notes.length > 0 ? [outcome, ...notes.map(({ code }) => code)] : outcome,
      ]),
  );

const stateOf = async ({ needs: { executor, serverId } }: MemoryServer) => {
  const people: Record<string, Account> = {};
  for (const id of [ada, ben, cleo]) people[id ?? ''] = (await executor.load(account, id ?? '')).state;
  const rooms: Record<string, Conference> = {};
  for (const id of [board, open]) rooms[id ?? ''] = (await executor.load(conference, id ?? '')).state;
  const { roles } = (await executor.load(administration, serverId)).state;
  const general = (await executor.load(generalSettings, 'general')).state;
  return JSON.parse(
    JSON.stringify({ people, rooms, role: roles[ada ?? ''], general }, (key, value: unknown) =>
      ['createdAt', 'passwordId', 'formerPasswordIds'].includes(key) ? undefined : value,
    ),
  ) as unknown;
};

describe('a saved configuration', () => {
  let first: MemoryServer;
  let file: Buffer;
  let second: MemoryServer;

  beforeAll(async () => {
    first = await filled();
    file = await first.save();
  });
  beforeEach(async () => {
    second = await memoryServer();
  });

  const signIn = (server: MemoryServer, login: string, password = `password of ${login}`) => {
    const { caller } = server.call();
    const nobody = { ...caller, actor: { kind: 'anonymous' as const, id: 'anonymous' }, role: null };
    return signInWithPassword(server.needs, server.call({ caller: nobody }), { login, password });
  };

  test('is on the record, and holds nothing that can be read', async () => {
    const [last] = (await first.events()).slice(-1);
    assert.deepEqual([last?.type, last?.meta.actor.id], ['ConfigurationSaved', first.rootId]);
    for (const secret of ['Lovelace', 'argon2id', 'Board', 'Acme']) assert.equal(file.includes(secret), false, secret);
  });

  test('makes a fresh server the same, for whom the password of then is right', async () => {
    const result = await second.restore(file);
    // Root is another person here, and has the same login.
    assert.deepEqual(told(result), {
      general: 'changed',
      Root: ['conflict', 'restore.login_stands_in'],
      'Ada Lovelace': 'created',
      Ben: 'created',
      Cleo: 'created',
      Board: 'created',
      Open: 'created',
    });
    assert.deepEqual(result.counts, { created: 5, changed: 1, unchanged: 4, conflicts: 1 });
    assert.deepEqual(await stateOf(second), await stateOf(first));
    assert.equal((await signIn(second, 'ada')).accountId, ada);
    await assert.rejects(signIn(second, 'ada', 'password of ben'), { code: 'sign_in.failed' });
    await assert.rejects(signIn(second, 'cleo'), { code: 'sign_in.account_inactive' });
  });

  test('is restored by whoever asked, as the cause of all that is recorded', async () => {
    const before = (await second.events()).length;
    const commandId = randomUUID();
    await second.restore(file, { commandId, reason: 'New machine' });
    const made = (await second.events()).slice(before);
    const begun = eventIdOf({ kind: 'account', id: second.rootId }, commandId, 0);
    assert.deepEqual([made[0]?.type, made[0]?.eventId], ['ConfigurationRestoreBegun', begun]);
    assert.equal(made.at(-1)?.type, 'ConfigurationRestoreEnded');
    for (const { type, meta } of made) {
      assert.deepEqual(
        [meta.actor.id, meta.correlationId, meta.reason],
        [second.rootId, commandId, 'New machine'],
        type,
      );
    }
    // Reservations of names are steps of what made the object.
    const direct = made.slice(1, -1).filter(({ type }) => !/^(Login|ConferenceId)(Reserved|Confirmed)$/.test(type));
    assert.deepEqual([...new Set(direct.map(({ meta }) => meta.causationId))], [begun]);
    assert.deepEqual(await second.restore(file, { commandId }).then(({ counts }) => counts.created), 0);
  });

  test('is told first, and nothing of that is recorded', async () => {
    const before = (await second.events()).length;
    const planned = await second.restore(file, { dryRun: true });
    assert.equal((await second.events()).length, before);
    const done = await second.restore(file);
    assert.deepEqual(planned.objects, done.objects);
    assert.deepEqual(planned.counts, done.counts);
  });

  test('restored again changes nothing', async () => {
    await second.restore(file);
    const before = (await second.events()).length;
    const { counts } = await second.restore(file);
    assert.deepEqual(counts, { created: 0, changed: 0, unchanged: 10, conflicts: 1 });
    assert.equal((await second.events()).length, before + 2);
  });

  test('takes a server in use back field by field, and deletes nothing there', async () => {
    await second.restore(file);
    const { needs, call } = second;
    const dora = randomUUID();
    await person(second, dora, 'dora');
    await editAccount(needs, call(), { accountId: ada, profile: { displayName: 'Ada King', company: 'Acme' } });
    await setPassword(needs, call(), { accountId: ben, password: 'another password' });
    await dismissAdministrator(needs, call(), { accountId: ada });
    await appointAdministrator(needs, call(), { accountId: ben, role: 'admin' });
    await editConference(needs, call(), { conferenceId: board, title: 'Bored', joinWithoutInvitation: true });
    await changeMembers(needs, call(), 'uninviteMember', { conferenceId: board, accountId: cleo });
    await changeMembers(needs, call(), 'inviteMember', { conferenceId: board, accountId: dora });
    const { objects } = await second.restore(file);
    const differences = Object.fromEntries(
      objects.filter(({ outcome }) => outcome === 'changed').map((each) => [each.name, each.differences]),
    );
    assert.deepEqual(differences, {
      'Ada Lovelace': [
        { field: 'displayName', before: 'Ada King', after: 'Ada Lovelace' },
        { field: 'company', before: 'Acme', after: '' },
        { field: 'role', before: null, after: 'security_admin' },
      ],
      Ben: [
        { field: 'password', before: null, after: null },
        { field: 'role', before: 'admin', after: null },
      ],
      Board: [
        { field: 'title', before: 'Bored', after: 'Board' },
        { field: 'joinWithoutInvitation', before: true, after: false },
        { field: 'members', before: ['dora'], after: ['Cleo'] },
      ],
    });
    assert.deepEqual(await stateOf(second), await stateOf(first));
    assert.equal((await signIn(second, 'ben')).accountId, ben);
    assert.equal((await signIn(second, 'dora')).accountId, dora);
  });

  test('brings back nobody and nothing that was erased or deleted', async () => {
    const { needs, call } = second;
    await second.restore(file);
    const counts = { profileFields: 0, signIns: 0, devices: 0, chatMessages: 0, sessions: 0, connections: 0 };
    const facts = {
      holds: () => Promise.resolve([]),
      counts: () => Promise.resolve({ ...counts, events: 0, searches: 0, exports: 0 }),
    };
    await erasePerson(needs, call({ reason: 'Asked' }), { accountId: ben }, facts);
    await deleteAccount(needs, call(), { accountId: cleo });
    await deleteConference(needs, call(), { conferenceId: open });
    const again = await second.restore(file);
    assert.deepEqual(told(again), {
      Root: ['conflict', 'restore.login_stands_in'],
      Ben: ['conflict', 'restore.person_erased'],
      Cleo: ['conflict', 'restore.deleted_here'],
      Open: ['conflict', 'restore.deleted_here'],
    });
    assert.equal((await needs.executor.load(account, ben ?? '')).state.status, 'deleted');
  });

  test('tells what stands in its way here, and does the rest', async () => {
    const { needs, call } = second;
    const [other, room] = [randomUUID(), randomUUID()];
    await person(second, other, 'Ada', 'Another Ada');
    await person(second, cleo, 'cleopatra');
    await createConference(needs, call(), { conferenceId: room, kind: 'virtual_room', title: 'Taken', cid: 'OPEN' });
    const result = await second.restore(file);
    assert.deepEqual(told(result), {
      general: 'changed',
      Root: ['conflict', 'restore.login_stands_in'],
      'Ada Lovelace': ['conflict', 'restore.login_stands_in'],
      Ben: 'created',
      Cleo: ['conflict', 'restore.login_differs'],
      Board: 'created',
      Open: ['conflict', 'conference.cid_taken'],
    });
    const { state } = await needs.executor.load(conference, board ?? '');
    assert.equal(state.status === 'planned' && state.ownerId, other);
    const rest = await memoryServer();
    await createConference(rest.needs, rest.call(), {
      conferenceId: board,
      kind: 'virtual_room',
      title: 'X',
      cid: 'xyz',
    });
    assert.deepEqual(told(await rest.restore(file))['Board'], ['conflict', 'restore.owner_differs']);
  });

  test('leaves out a conference whose owner is nowhere, and people who are', async () => {
    const server = await memoryServer();
    await person(server, ada, 'ada');
    await createConference(server.needs, as(server, ada ?? ''), {
      conferenceId: board,
      kind: 'virtual_room',
      title: 'Board',
      cid: 'board',
    });
    await createConference(server.needs, server.call(), { conferenceId: open, kind: 'ad_hoc', title: 'Open' });
    await changeMembers(server.needs, server.call(), 'inviteMember', { conferenceId: open, accountId: ada });
    await deleteAccount(server.needs, server.call(), { accountId: ada });
    const result = told(await second.restore(await server.save()));
    assert.deepEqual(result['Board'], ['conflict', 'restore.owner_missing']);
    assert.deepEqual(result['Open'], ['created', 'restore.people_missing']);
  });

  test('never keeps out whoever restores it, nor takes her role or her password', async () => {
    const { needs, call, rootId } = first;
    const before = await first.save();
    await settingsVerbs.access.edit(needs, call({ caller: { ...call().caller, actor: { kind: 'system', id: 'x' } } }), {
      values: { subnets: ['203.0.113.0/24'] },
    });
    const shut = await first.save();
    await first.restore(before);
    await setPassword(needs, call(), { accountId: rootId, password: 'newer password' });
    const result = told(await first.restore(shut));
    assert.deepEqual(result, {
      access: ['conflict', 'settings.locks_you_out'],
      Root: ['conflict', 'restore.own_account'],
    });
    assert.equal((await signIn(first, 'root', 'newer password')).accountId, rootId);
    const { subnets } = (await needs.executor.load(accessSettings, 'access')).state;
    assert.equal(subnets.includes('192.168.0.0/16'), true);
  });

  test('leaves the last administrator, also at the terminal of the server', async () => {
    const { call, needs, rootId } = first;
    const other = randomUUID();
    await person(first, other, 'other');
    const before = await first.save(); // In it `other` is no administrator, and root is the only one.
    await appointAdministrator(needs, call(), { accountId: other, role: 'admin' });
    await dismissAdministrator(needs, call(), { accountId: rootId });
    const terminal = { ...call().caller, actor: { kind: 'system' as const, id: 'hansard' } };
    await first.restore(before, { caller: terminal });
    await first.restore(before, { caller: terminal });
    const { roles } = (await needs.executor.load(administration, needs.serverId)).state;
    assert.deepEqual([roles[rootId], roles[other]], ['admin', undefined]);
    const alone = await memoryServer();
    await alone.restore(before);
    const kept = { ...alone.call().caller, actor: { kind: 'system' as const, id: 'hansard' } };
    await dismissAdministrator(alone.needs, alone.call(), { accountId: ada });
    await appointAdministrator(alone.needs, alone.call(), { accountId: other, role: 'admin' });
    await dismissAdministrator(alone.needs, alone.call(), { accountId: alone.rootId });
    const left = told(await alone.restore(before, { caller: kept }));
    assert.deepEqual(left['other'], ['conflict', 'account.last_administrator']);
  });

  test('is complete after it was interrupted anywhere and restored again', async () => {
    let survived = false;
    for (let killed = 0; !survived; killed += 3) {
      const server = await memoryServer();
      survived = await server.restore(file, {}, server.boot(killed)).then(
        () => true,
        (error: unknown) => !(error instanceof Killed),
      );
      if (survived) assert.ok(killed > 15, `survived ${killed} appends`);
      server.clock.now = new Date(server.clock.now.getTime() + 61_000);
      await server.restore(file);
      assert.deepEqual(await stateOf(server), await stateOf(first), `killed before append ${killed}`);
    }
  });

  test('takes more people than fit into one append', async () => {
    const server = await memoryServer();
    const ids = Array.from({ length: 430 }, () => randomUUID());
    for (const [index, id] of ids.entries()) await person(server, id, `person-${index}`);
    await createConference(server.needs, server.call(), { conferenceId: board, kind: 'virtual_room', title: 'All' });
    for (const accountId of ids) {
      await changeMembers(server.needs, server.call(), 'inviteMember', { conferenceId: board, accountId });
    }
    await second.restore(await server.save());
    const { state } = await second.needs.executor.load(conference, board ?? '');
    assert.deepEqual(state.status === 'planned' && state.members, ids);
  });

  test('of before there was a passphrase is taken, too', async () => {
    const plain = Buffer.from(await settingsFile(first.needs));
    const opened = await openConfiguration(() => Readable.from([plain]), '');
    assert.deepEqual([opened.accounts, opened.conferences], [0, 0]);
    assert.deepEqual(told(await second.restore(plain)), { general: 'changed' });
    const odd = JSON.parse(plain.toString()) as { sections: object };
    const stranger = { ...odd, sections: { unheardOf: { a: 1 }, retention: { chatDays: -1 } } };
    assert.deepEqual(told(await second.restore(Buffer.from(JSON.stringify(stranger)))), {
      unheardOf: ['conflict', 'settings.file_newer'],
      retention: ['conflict', 'input.invalid'],
    });
  });

  test('holds so many and no more', async () => {
    const room = {
      is: 'conference',
      kind: 'ad_hoc',
      cid: 'x',
      title: 'x',
      description: '',
      joinWithoutInvitation: true,
    };
    const line = (id: string) => `${JSON.stringify({ ...room, id, ownerId: ada, members: [], moderators: [] })}\n`;
    const sealed = async (count: number) => {
      const content = Readable.from(Array.from({ length: count }, () => line(board ?? '')));
      const about = { format: 'hansard-settings', version: 2 };
      const lines = sealFile({ random: randomBytes, now: () => new Date() }, about, passphrase, content);
      const whole = Buffer.from((await Array.fromAsync(lines)).join(''));
      return openConfiguration(() => Readable.from([whole]), passphrase);
    };
    assert.equal((await sealed(1_000)).conferences, 1_000);
    await assert.rejects(sealed(100_001), { code: 'settings.too_many' });
  });

  test('is for administrators alone, and for those who know its passphrase', async () => {
    const { caller } = second.call();
    for (const role of ['security_admin' as const, null]) {
      await assert.rejects(second.restore(file, { caller: { ...caller, role } }), { code: 'access.denied' });
    }
    const wrong = openConfiguration(() => Readable.from([file]), `${passphrase} `);
    await assert.rejects(wrong, { code: 'settings.passphrase_wrong' });
  });
});
