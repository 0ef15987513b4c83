// Commands and what follows from them, where one comes in the middle of the other. A simulation found most of these.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import type { Caller } from '../../src/commands/access.ts';
import { systemActor } from '../../src/commands/call.ts';
import { postChatMessage } from '../../src/commands/chat.ts';
import { createConference, reassignConferenceId } from '../../src/commands/conferences.ts';
import { erasePerson } from '../../src/commands/erasure.ts';
import { openedSince } from '../../src/commands/feed.ts';
import {
  createAccount,
  deactivateAccount,
  deleteAccount,
  disconnectDevices,
  setPassword,
} from '../../src/commands/identity.ts';
import { nameOfLogin, settleLogin } from '../../src/commands/logins.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { type Lookups, react } from '../../src/commands/processes.ts';
import { startClaimedRun } from '../../src/commands/sessions.ts';
import { authenticate, signInWithPassword } from '../../src/commands/signIn.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { conferenceId as cidName } from '../../src/domain/conferences/conferenceId.ts';
import { account } from '../../src/domain/identity/account.ts';
import { administration } from '../../src/domain/identity/administration.ts';
import { login as loginName } from '../../src/domain/identity/login.ts';
import { signIn } from '../../src/domain/identity/signIn.ts';
import type { Recorded } from '../../src/domain/kernel.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import type { RefusalCode } from '../../src/domain/refusals.ts';
import { session } from '../../src/domain/sessions/session.ts';
import { startNode } from '../simulation/nodes.ts';
import { memoryVault } from '../support/memoryVault.ts';

const origin = { displayName: 'Admin', ip: '192.0.2.1', userAgent: 'test' };
const admin: Caller = { actor: { kind: 'account', id: randomUUID() }, role: 'admin', signInId: randomUUID(), origin };
const stranger: Caller = { actor: { kind: 'anonymous', id: 'anonymous' }, role: null, signInId: null, origin };
const call = (caller = admin, commandId: string = randomUUID()) => ({ caller, commandId });
const bySystem = () => ({ actor: systemActor, origin: null, commandId: randomUUID(), asked: null });
const [first, second] = ['correct horse battery', 'another horse battery'] as const;

const refused = async (act: Promise<unknown>, code: RefusalCode): Promise<void> => {
  await assert.rejects(act, (error: unknown) => error instanceof Refusal && error.code === code);
};

const world = async () => {
  const now = () => new Date('2026-03-01T12:00:00Z');
  const ground = { store: memoryEventStore({ now }), vault: memoryVault(), now, serverId: randomUUID() };
  const { needs, codec } = await startNode('n', { ...ground, vaultTurns: () => 0, newsTurns: () => 0 });
  const accountId = randomUUID();
  await createAccount(needs, call(), { accountId, login: 'anna', password: first, profile: {} });

  const events = async (type: string): Promise<Recorded[]> => {
    const opened = await codec.decode(await Array.fromAsync(ground.store.readAll()));
    return opened.flatMap(({ event }) => (event.type === type ? [event] : []));
  };
  const lookups = (signInIds: string[], sessionIds: string[]): Lookups => ({
    signInsOf: () => Promise.resolve(signInIds),
    liveSessionsOf: () => Promise.resolve(sessionIds),
    eventsSince: openedSince(ground.store, codec),
    messagesOf: async function* () {
      // Nobody wrote anything.
    },
    ledger: () => Promise.resolve(),
    eventAt: () => Promise.reject(new Error('Nothing is parked')),
  });
  return {
    needs,
    accountId,
    vault: ground.vault,
    enter: (password: string, own = needs) => signInWithPassword(own, call(stranger), { login: 'anna', password }),
    /** What follows from the latest event of this type. */
    follow: async (type: string, signInIds: string[] = [], sessionIds: string[] = []) => {
      const event = (await events(type)).at(-1);
      assert.ok(event, `no ${type}`);
      await react(needs, lookups(signInIds, sessionIds), event);
    },
    events,
    statusOf: async (signInId: string) => (await needs.executor.load(signIn, signInId)).state.status,
    accountStatus: async () => (await needs.executor.load(account, accountId)).state.status,
    roles: async () => (await needs.executor.load(administration, ground.serverId)).state.roles,
  };
};

describe('a password', () => {
  test('that is set once more by a repeat leaves the one that was set since', async () => {
    const { needs, accountId, enter } = await world();
    const [former, latter] = [randomUUID(), randomUUID()];
    await setPassword(needs, call(admin, former), { accountId, password: first });
    await setPassword(needs, call(admin, latter), { accountId, password: second });
    await setPassword(needs, call(admin, former), { accountId, password: first });
    await enter(second);
    await refused(enter(first), 'sign_in.failed');
  });

  test('that was replaced while it was compared lets nobody in', async () => {
    const { needs, accountId, enter, events, statusOf } = await world();
    const verify = async (): Promise<boolean> => {
      await setPassword(needs, call(), { accountId, password: second });
      return true;
    };
    await refused(enter(first, { ...needs, passwords: { ...needs.passwords, verify } }), 'sign_in.failed');
    const [opened] = await events('SignedIn');
    assert.equal(await statusOf((opened?.data as { signInId: string }).signInId), 'signed_out');
  });

  test('of an account that was switched off while it was compared lets nobody in', async () => {
    const { needs, accountId, enter, events } = await world();
    const verify = async (): Promise<boolean> => {
      const found = await needs.executor.load(account, accountId);
      assert.equal(found.state.status, 'active');
      return true;
    };
    const late = {
      ...needs,
      passwords: { ...needs.passwords, verify },
      executor: {
        ...needs.executor,
        execute: async (...asked: Parameters<typeof needs.executor.execute>) => {
          if (asked[2].type === 'SignIn') await deactivateAccount(needs, call(), { accountId });
          return needs.executor.execute(...asked);
        },
      } as typeof needs.executor,
    };
    await refused(enter(first, late), 'sign_in.account_inactive');
    assert.equal((await events('SignedOut')).length, 1);
  });

  test('that was set before somebody came in does not sign her out', async () => {
    const { enter, follow, statusOf } = await world();
    const { signInId } = await enter(first);
    await follow('AccountPasswordSet', [signInId]);
    assert.equal(await statusOf(signInId), 'signed_in');
  });
});

test('devices that were disconnected can sign in again, whatever comes late or twice', async () => {
  const { needs, accountId, enter, follow } = await world();
  const commandId = randomUUID();
  await disconnectDevices(needs, call(admin, commandId), { accountId });
  const { token } = await enter(first);
  await follow('AccountDevicesDisconnected');
  await disconnectDevices(needs, call(admin, commandId), { accountId });
  const caller = await authenticate(needs, token, origin);
  assert.equal(caller?.actor.id, accountId);
});

describe('an administrator who is not active', () => {
  const appoint = async ({ needs, accountId }: Awaited<ReturnType<typeof world>>, id = accountId) => {
    const data = { accountId: id, role: 'admin' as const, accountActive: true };
    await needs.executor.execute(administration, needs.serverId, { type: 'AppointAdministrator', data }, bySystem());
  };
  const deactivate = async ({ needs, accountId }: Awaited<ReturnType<typeof world>>) => {
    const data = { accountId, isAdministrator: false };
    await needs.executor.execute(account, accountId, { type: 'DeactivateAccount', data }, bySystem());
  };

  test.each(['AdministratorAppointed', 'AccountDeactivated'])('is dismissed after %s', async (type) => {
    const here = await world();
    await deactivate(here);
    await appoint(here, randomUUID());
    await appoint(here);
    await here.follow(type);
    assert.equal((await here.roles())[here.accountId], undefined);
  });

  test('is active again where nobody else is left', async () => {
    const here = await world();
    await deactivate(here);
    await appoint(here);
    await here.follow('AccountDeactivated');
    assert.equal(await here.accountStatus(), 'active');
    assert.equal((await here.roles())[here.accountId], 'admin');
  });
});

test('a login that was let go is not taken once more for an account whose end was seen to meanwhile', async () => {
  const { needs, accountId, follow, events } = await world();
  const { key } = await nameOfLogin(needs, 'anna');
  const { execute } = needs.executor;
  const gone = { key, ownerId: accountId, blockedUntil: null };
  await execute(loginName, key, { type: 'Release', data: gone }, bySystem());
  const overtaken = async (...asked: Parameters<typeof execute>) => {
    if (asked[2].type === 'Reserve') {
      const login = { loginKey: key, loginBlockedUntil: null };
      const data = { accountId, isAdministrator: false, cause: 'login_taken' as const, ...login };
      await execute(account, accountId, { type: 'DeleteAccount', data }, bySystem());
      await follow('AccountDeleted');
    }
    return execute(...asked);
  };
  const late = { ...needs, executor: { ...needs.executor, execute: overtaken as typeof execute } };
  await settleLogin(late, accountId, bySystem());
  assert.equal((await events('LoginConfirmed')).length, 1);
  await createAccount(needs, call(), { accountId: randomUUID(), login: 'anna', password: first, profile: {} });
});

describe('the ID of a conference', () => {
  const reassigned = async () => {
    const here = await world();
    const conferenceId = randomUUID();
    const input = { conferenceId, kind: 'virtual_room', title: 'Board' };
    await createConference(here.needs, call(), { ...input, cid: 'board' });
    await reassignConferenceId(here.needs, call(), { conferenceId, cid: 'plan' });
    const { executor } = here.needs;
    const release = (key: string) => {
      const data = { key, ownerId: conferenceId, blockedUntil: null };
      return executor.execute(cidName, key, { type: 'Release', data }, bySystem());
    };
    const other = (cid: string) => createConference(here.needs, call(), { ...input, conferenceId: randomUUID(), cid });
    const cidOf = async () => {
      const { state } = await executor.load(conference, conferenceId);
      return state.status === 'planned' ? state.cid : null;
    };
    return { ...here, release, other, cidOf, holder: async (key: string) => (await executor.load(cidName, key)).state };
  };

  test('that was let go too late is taken again', async () => {
    const { release, follow, cidOf, holder } = await reassigned();
    await release('plan');
    await follow('ConferenceIdReassigned');
    assert.equal(await cidOf(), 'plan');
    assert.equal((await holder('plan')).status, 'taken');
  });

  test('that is taken, as is the one before, gives way to another, once', async () => {
    const { release, other, follow, cidOf, holder, events } = await reassigned();
    await release('plan');
    await other('plan');
    await other('board');
    for (let round = 0; round < 3; round += 1) await follow('ConferenceIdReassigned');
    const cid = await cidOf();
    assert.match(cid ?? '', /^\d{10}$/);
    assert.equal((await holder(cid ?? '')).status, 'taken');
    assert.equal((await events('ConferenceIdReassigned')).length, 2);
  });
});

test('a run that was claimed is started in the stead of whoever was killed, once', async () => {
  const { needs, events } = await world();
  const [conferenceId, sessionId] = [randomUUID(), randomUUID()];
  await createConference(needs, call(), { conferenceId, kind: 'virtual_room', title: 'Board', cid: 'board' });
  await startClaimedRun(needs, conferenceId);
  const begin = { type: 'BeginConferenceRun' as const, data: { conferenceId, sessionId, accountId: randomUUID() } };
  await needs.executor.execute(conference, conferenceId, begin, bySystem());
  await startClaimedRun(needs, conferenceId);
  await startClaimedRun(needs, conferenceId);
  assert.equal((await needs.executor.load(session, sessionId)).state.status, 'running');
  assert.equal((await events('SessionStarted')).length, 1);
});

/** A session that Anna may come into, again and again. */
const meeting = async () => {
  const here = await world();
  const { needs, accountId, events } = here;
  const sessionId = randomUUID();
  const start = { conferenceId: randomUUID(), title: 'Board', ownerId: accountId, startedBy: accountId };
  await needs.executor.execute(session, sessionId, { type: 'StartSession', data: { sessionId, ...start } }, bySystem());
  const join = async (): Promise<void> => {
    const leg = { sessionId, participantId: accountId, legId: randomUUID(), role: 'owner' as const };
    const data = { ...leg, displayName: 'Anna', participantsMax: 10 };
    await needs.executor.execute(session, sessionId, { type: 'JoinSession', data }, bySystem());
  };
  const putOut = async () =>
    (await events('ParticipantDisconnected')).map(({ data }) => ('cause' in data ? data.cause : null));
  return { ...here, sessionId, join, putOut };
};

test.each([
  ['AccountDeactivated', 'account_deactivated'],
  ['AccountDeleted', 'account_deleted'],
] as const)('whoever came into a session just after %s is put out, and nobody else', async (type, cause) => {
  const { needs, accountId, follow, join, putOut } = await meeting();
  await join();
  await follow('ParticipantJoined');
  assert.deepEqual(await putOut(), []);
  const switchOff = type === 'AccountDeleted' ? deleteAccount : deactivateAccount;
  await switchOff(needs, call(), { accountId });
  await join();
  await follow('ParticipantJoined');
  assert.deepEqual(await putOut(), [cause]);
});

describe('whose devices were disconnected', () => {
  test('is put out of where she was', async () => {
    const { needs, accountId, sessionId, follow, join, putOut } = await meeting();
    await join();
    await join();
    await disconnectDevices(needs, call(), { accountId });
    await follow('AccountDevicesDisconnected', [], [sessionId]);
    assert.deepEqual(await putOut(), ['devices_disconnected']);
  });

  test('is left where she came back to before that was seen to', async () => {
    const { needs, accountId, sessionId, follow, join, putOut } = await meeting();
    await join();
    await disconnectDevices(needs, call(), { accountId });
    await join();
    await follow('AccountDevicesDisconnected', [], [sessionId]);
    assert.deepEqual(await putOut(), []);
  });
});

describe('a message that was on its way while its author was erased', () => {
  const written = async () => {
    const here = await meeting();
    const { needs, accountId, enter, join } = here;
    await join();
    const anna = await authenticate(needs, (await enter(first)).token, origin);
    assert.ok(anna);
    const post = (messageId: string = randomUUID()) =>
      postChatMessage(needs, call(anna), { sessionId: here.sessionId, messageId, text: 'Before I go' });
    const erase = () => {
      const none = { profileFields: 0, signIns: 0, devices: 0, chatMessages: 0, sessions: 0, connections: 0 };
      const counts = () => Promise.resolve({ ...none, events: 0, searches: 0, exports: 0 });
      const facts = { holds: () => Promise.resolve([]), counts };
      return erasePerson(needs, { ...call(), reason: 'She asked' }, { accountId }, facts);
    };
    const texts = async () =>
      (await here.events('ChatMessagePosted')).map(({ data }) => 'content' in data && data.content);
    return { ...here, post, erase, texts };
  };

  test('cannot be read', async () => {
    const { post, erase, follow, texts, events } = await written();
    await erase();
    await follow('PersonErasureOrdered');
    await post();
    await follow('ChatMessagePosted');
    await follow('ChatMessagePosted');
    assert.deepEqual(await texts(), [null]);
    const erased = await events('ContentErased');
    assert.deepEqual(
      erased.map(({ meta }) => meta.reason),
      ['Its author is erased'],
    );
  });

  test('stays where she was only deleted', async () => {
    const { needs, accountId, post, follow, texts } = await written();
    await deleteAccount(needs, call(), { accountId });
    await post();
    await follow('ChatMessagePosted');
    assert.deepEqual(await texts(), [{ text: 'Before I go' }]);
  });
});
