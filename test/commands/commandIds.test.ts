// What a command id that somebody else used, or that was used elsewhere, can and cannot do.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, test } from 'vitest';
import type { Caller } from '../../src/commands/access.ts';
import type { Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { createConference, editConference } from '../../src/commands/conferences.ts';
import { executor } from '../../src/commands/execute.ts';
import { createAccount, setPassword } from '../../src/commands/identity.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { joinConference } from '../../src/commands/sessions.ts';
import { signInWithPassword } from '../../src/commands/signIn.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import type { RefusalCode } from '../../src/domain/refusals.ts';
import { memoryVault } from '../support/memoryVault.ts';

const origin = { displayName: 'X', ip: '192.0.2.1', userAgent: 'test' };
const callerOf = (id: string, role: Caller['role'] = null): Caller => ({
  actor: { kind: 'account', id },
  role,
  signInId: randomUUID(),
  origin,
});
const nobody: Caller = { actor: { kind: 'anonymous', id: 'anonymous' }, role: null, signInId: null, origin };
const [anna, boris] = [callerOf(randomUUID()), callerOf(randomUUID())];
const admin = callerOf(randomUUID(), 'admin');

const world = () => {
  const now = () => new Date('2026-03-01T12:00:00Z');
  const store = memoryEventStore({ now });
  const vault = memoryVault();
  const codec = codecOf(vault, vocabularies);
  const node = () => executor({ store, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) });
  const needs: Needs = {
    executor: node(),
    vault,
    passwords: {
      hash: (password) => Promise.resolve(`hash of ${password}`),
      verify: (stored, password) => Promise.resolve(stored === `hash of ${password}`),
    },
    now,
    serverId: randomUUID(),
    signInLifetimeMs: 60_000,
    media: noMediaNodes,
  };
  const recorded = async () => (await codec.decode(await Array.fromAsync(store.readAll()))).map(({ event }) => event);
  /** The same server after a restart: it knows what it reads. */
  const restarted = (): Needs => ({ ...needs, executor: node() });
  return { needs, restarted, recorded };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

const code = async (act: Promise<unknown>): Promise<RefusalCode | 'done'> => {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};
const conference = (caller: Caller, commandId: string, conferenceId: string = randomUUID(), title = 'X') =>
  createConference(here.needs, { caller, commandId }, { conferenceId, kind: 'ad_hoc', title });
const retitle = (caller: Caller, commandId: string, conferenceId: string, title: string) =>
  editConference(here.needs, { caller, commandId }, { conferenceId, title });
const account = (login: string, accountId: string = randomUUID()) =>
  createAccount(
    here.needs,
    { caller: admin, commandId: randomUUID() },
    { accountId, login, password: `password of ${login}`, profile: {} },
  );

describe('a command id that somebody else used', () => {
  test('serves on another stream as if nobody had used it, and answers nothing of the other command', async () => {
    const commandId = randomUUID();
    const [hers, his] = [randomUUID(), randomUUID()];
    const first = await conference(anna, commandId, hers, 'Secret plans');
    const before = (await here.recorded()).length;
    const second = await conference(boris, commandId, his, 'Mine');
    const fresh = (await here.recorded()).slice(before);
    assert.notEqual(second.position, first.position);
    assert.ok(fresh.some(({ type, position }) => type === 'ConferenceCreated' && position === second.position));
    assert.ok(fresh.every(({ stream, data }) => !stream.includes(hers) && !JSON.stringify(data).includes('Secret')));
    assert.deepEqual(await conference(anna, commandId, hers, 'Secret plans'), first);
    assert.deepEqual(await conference(boris, commandId, his, 'Mine'), second);
  });

  test('is refused on the same stream, without a word on what it was for', async () => {
    const commandId = randomUUID();
    const conferenceId = randomUUID();
    await conference(anna, randomUUID(), conferenceId);
    await retitle(anna, commandId, conferenceId, 'Y');
    await assert.rejects(retitle(admin, commandId, conferenceId, 'Y'), (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.details], ['command.id_reused', {}]);
      return true;
    });
  });

  test('does not lead into the session that was started under it', async () => {
    const commandId = randomUUID();
    const [hers, his] = [randomUUID(), randomUUID()];
    await conference(anna, randomUUID(), hers);
    await conference(boris, randomUUID(), his);
    const first = await joinConference(here.needs, { caller: anna, commandId }, { conferenceId: hers });
    const second = await joinConference(here.needs, { caller: boris, commandId }, { conferenceId: his });
    assert.notEqual(second.sessionId, first.sessionId);
    assert.notEqual(second.legId, first.legId);
  });

  test('does not set the password that was set under it', async () => {
    const ids = [randomUUID(), randomUUID()] as const;
    await account('anna', ids[0]);
    await account('boris', ids[1]);
    const commandId = randomUUID();
    const set = (accountId: string, password: string) =>
      setPassword(here.needs, { caller: callerOf(accountId), commandId }, { accountId, password });
    await set(ids[0], 'secret of anna');
    await set(ids[1], 'secret of boris');
    const signIn = (login: string, password: string) =>
      code(signInWithPassword(here.needs, { caller: nobody, commandId: randomUUID() }, { login, password }));
    assert.equal(await signIn('boris', 'secret of anna'), 'sign_in.failed');
    assert.equal(await signIn('boris', 'secret of boris'), 'done');
    assert.equal(await signIn('anna', 'secret of anna'), 'done');
  });
});

describe('one command id for many guesses at passwords', () => {
  test('is answered alike for known and unknown logins, and each guess at a known one is on record', async () => {
    await account('anna');
    await account('boris');
    const commandId = randomUUID();
    for (const login of ['anna', 'nobody', 'boris', 'anna', 'nobody2', 'anna']) {
      const guess = signInWithPassword(here.needs, { caller: nobody, commandId }, { login, password: 'wrong' });
      assert.equal(await code(guess), 'sign_in.failed', login);
    }
    const failures = (await here.recorded()).filter(({ type }) => type === 'SignInsFailed');
    assert.equal(failures.length, 4);
  });
});

describe('a command id that the same person used', () => {
  test('is refused on another stream, where something would be recorded under it', async () => {
    const commandId = randomUUID();
    const [one, two] = [randomUUID(), randomUUID()];
    await conference(anna, randomUUID(), one);
    await conference(anna, randomUUID(), two);
    await retitle(anna, commandId, one, 'Y');
    const before = (await here.recorded()).length;
    assert.equal(await code(retitle(anna, commandId, two, 'Y')), 'command.id_reused');
    assert.equal((await here.recorded()).length, before);
  });

  test('hundreds of commands ago is answered as the first time, also after a restart', async () => {
    const conferenceId = randomUUID();
    await conference(anna, randomUUID(), conferenceId);
    const commandId = randomUUID();
    const first = await retitle(anna, commandId, conferenceId, 'First');
    for (let later = 0; later < 600; later += 1) await retitle(anna, randomUUID(), conferenceId, `Later ${later}`);
    const before = (await here.recorded()).length;
    here.needs = here.restarted();
    assert.deepEqual(await retitle(anna, commandId, conferenceId, 'First'), first);
    assert.equal((await here.recorded()).length, before);
  });
});
