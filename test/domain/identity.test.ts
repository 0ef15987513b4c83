import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { account } from '../../src/domain/identity/account.ts';
import { accountStatus } from '../../src/domain/identity/accountStatus.ts';
import { administration } from '../../src/domain/identity/administration.ts';
import type { AccountEvent, AdministrationEvent, LoginEvent } from '../../src/domain/identity/events.ts';
import { login } from '../../src/domain/identity/login.ts';
import { server } from '../../src/domain/identity/server.ts';
import { signIn } from '../../src/domain/identity/signIn.ts';
import { signInGuard } from '../../src/domain/identity/signInGuard.ts';
import { anna, at, boris, given, id, now } from './given.ts';

const profile = {
  displayName: 'Anna Ivanova',
  firstName: 'Anna',
  lastName: 'Ivanova',
  email: 'anna@example.test',
  company: '',
  mobilePhone: '',
  workPhone: '',
  homePhone: '',
  sipNumber: '',
};
const accountId = anna;
const created: AccountEvent = {
  type: 'AccountCreated',
  data: { accountId, person: { login: 'anna', ...profile }, createdAt: at },
};
const passwordSet: AccountEvent = {
  type: 'AccountPasswordSet',
  data: { accountId, passwordId: id(50), keptSignInId: null, setAt: at },
};
const deactivated: AccountEvent = { type: 'AccountDeactivated', data: { accountId, deactivatedAt: at } };
const deletion = { cause: 'asked' as const, loginKey: 'k', loginBlockedUntil: now };
const deleted: AccountEvent = {
  type: 'AccountDeleted',
  data: { accountId, cause: 'asked', loginKey: 'k', loginBlockedUntil: at, deletedAt: at },
};

const counts = {
  profileFields: 3,
  signIns: 1,
  devices: 1,
  chatMessages: 2,
  sessions: 1,
  connections: 1,
  events: 9,
  searches: 0,
  exports: 0,
};
const ordered: AccountEvent = { type: 'PersonErasureOrdered', data: { accountId, counts, orderedAt: at } };
const erased: AccountEvent = { type: 'PersonErased', data: { accountId, contents: 2, erasedAt: at } };

describe('erasing a person', () => {
  const past = given(account);
  const data = { accountId, isAdministrator: false, ...deletion, counts };
  const erase = { type: 'ErasePerson' as const, data };
  const note = { type: 'NotePersonErased' as const, data: { accountId, contents: 2 } };

  test('deletes the account as well', () => past(created, passwordSet).when(erase).then(deleted, ordered));
  test('can follow a deletion of long ago', () => past(created, deleted).when(erase).then(ordered));
  test('is ordered once', () => {
    past(created, deleted, ordered).when(erase).nothing();
    past(created, deleted, ordered, erased).when(erase).nothing();
  });
  test('is not for administrators', () =>
    past(created)
      .when({ ...erase, data: { ...data, isAdministrator: true } })
      .refused('account.is_administrator'));
  test('needs somebody', () => past().when(erase).refused('account.not_found'));
  test('is done once, after it was ordered', () => {
    past(created, deleted, ordered).when(note).then(erased);
    past(created, deleted, ordered, erased).when(note).nothing();
    past(created, deleted).when(note).nothing();
    past(created).when(note).nothing();
  });
});

describe('an account', () => {
  const past = given(account);
  const create = { type: 'CreateAccount' as const, data: { accountId, login: 'anna', profile, passwordId: id(50) } };

  test('is created with its password', () => past().when(create).then(created, passwordSet));
  test('takes first and last name for a missing display name', () => {
    const nameless = { ...profile, displayName: '' };
    const named = { ...profile, displayName: 'Anna Ivanova' };
    past()
      .when({ ...create, data: { ...create.data, profile: nameless } })
      .then(
        { type: 'AccountCreated', data: { accountId, person: { login: 'anna', ...named }, createdAt: at } },
        passwordSet,
      );
  });
  test('is not created twice', () => past(created).when(create).refused('account.exists'));
  test('is edited by naming the fields that changed', () =>
    past(created)
      .when({ type: 'EditAccountProfile', data: { accountId, profile: { company: 'Acme', firstName: 'Anna' } } })
      .then({
        type: 'AccountProfileEdited',
        data: { accountId, fields: ['company'], profile: { ...profile, company: 'Acme' }, editedAt: at },
      }));
  test('edited to what it is records nothing', () =>
    past(created)
      .when({ type: 'EditAccountProfile', data: { accountId, profile: { firstName: 'Anna' } } })
      .nothing());
  test('gets a new password', () =>
    past(created, passwordSet)
      .when({ type: 'SetAccountPassword', data: { accountId, passwordId: id(51), keptSignInId: id(7) } })
      .then({ type: 'AccountPasswordSet', data: { accountId, passwordId: id(51), keptSignInId: id(7), setAt: at } }));
  test('is deactivated once', () => {
    const ask = { type: 'DeactivateAccount' as const, data: { accountId, isAdministrator: false } };
    past(created).when(ask).then(deactivated);
    past(created, deactivated).when(ask).nothing();
  });
  test('of an administrator is neither deactivated nor deleted', () => {
    const data = { accountId, isAdministrator: true };
    past(created).when({ type: 'DeactivateAccount', data }).refused('account.is_administrator');
    past(created)
      .when({ type: 'DeleteAccount', data: { ...data, ...deletion } })
      .refused('account.is_administrator');
  });
  test('is activated again', () => {
    const ask = { type: 'ActivateAccount' as const, data: { accountId } };
    past(created, deactivated)
      .when(ask)
      .then({ type: 'AccountActivated', data: { accountId, activatedAt: at } });
    past(created).when(ask).nothing();
  });
  test('has its devices disconnected', () =>
    past(created)
      .when({ type: 'DisconnectAccountDevices', data: { accountId } })
      .then({ type: 'AccountDevicesDisconnected', data: { accountId, disconnectedAt: at } }));
  test('is deleted once, and then takes no more changes', () => {
    const ask = { type: 'DeleteAccount' as const, data: { accountId, isAdministrator: false, ...deletion } };
    past(created).when(ask).then(deleted);
    past(created, deleted).when(ask).nothing();
    past(created, deleted).when({ type: 'ActivateAccount', data: { accountId } }).refused('account.deleted');
  });
  test('that does not exist cannot be changed', () =>
    past().when({ type: 'ActivateAccount', data: { accountId } }).refused('account.not_found'));
  test('whose person was erased cannot be edited', () =>
    past({ type: 'AccountCreated', data: { accountId, person: null, createdAt: at } })
      .when({ type: 'EditAccountProfile', data: { accountId, profile: { company: 'Acme' } } })
      .refused('account.deleted'));
});

describe('the administration', () => {
  const past = given(administration);
  const serverId = id(90);
  const setUp: AdministrationEvent = { type: 'ServerSetUp', data: { serverId, administratorId: anna, setUpAt: at } };
  const appointed = (accountId: string, role: 'admin' | 'security_admin'): AdministrationEvent => ({
    type: 'AdministratorAppointed',
    data: { accountId, role, appointedAt: at },
  });
  const appoint = (accountId: string, role: 'admin' | 'security_admin', accountActive = true) => ({
    type: 'AppointAdministrator' as const,
    data: { accountId, role, accountActive },
  });

  test('begins with one administrator, once', () => {
    const ask = { type: 'SetUpServer' as const, data: { serverId, administratorId: anna } };
    past().when(ask).then(setUp, appointed(anna, 'admin'));
    past(setUp, appointed(anna, 'admin')).when(ask).refused('setup.already_done');
  });
  test('appoints further administrators', () =>
    past(setUp, appointed(anna, 'admin'))
      .when(appoint(boris, 'security_admin'))
      .then(appointed(boris, 'security_admin')));
  test('appointing to the same role records nothing', () =>
    past(setUp, appointed(anna, 'admin')).when(appoint(anna, 'admin')).nothing());
  test('does not appoint a deactivated account', () =>
    past(setUp, appointed(anna, 'admin'))
      .when(appoint(boris, 'admin', false))
      .refused('account.inactive'));
  test('keeps its last administrator', () => {
    const alone = past(setUp, appointed(anna, 'admin'), appointed(boris, 'security_admin'));
    alone.when({ type: 'DismissAdministrator', data: { accountId: anna } }).refused('account.last_administrator');
    alone.when(appoint(anna, 'security_admin')).refused('account.last_administrator');
  });
  test('dismisses one of two', () =>
    past(setUp, appointed(anna, 'admin'), appointed(boris, 'admin'))
      .when({ type: 'DismissAdministrator', data: { accountId: anna } })
      .then({ type: 'AdministratorDismissed', data: { accountId: anna, role: 'admin', dismissedAt: at } }));
  test('dismissing somebody who is none records nothing', () =>
    past(setUp, appointed(anna, 'admin'))
      .when({ type: 'DismissAdministrator', data: { accountId: boris } })
      .nothing());
});

describe('a login', () => {
  const past = given(login);
  const key = 'k';
  const until = new Date('2026-03-01T12:01:00.000Z');
  const later = new Date('2026-03-01T12:02:00.000Z');
  const reserved = (ownerId: string): LoginEvent => ({
    type: 'LoginReserved',
    data: { loginKey: key, ownerId, reservedUntil: until.toISOString(), reservedAt: at },
  });
  const confirmed: LoginEvent = { type: 'LoginConfirmed', data: { loginKey: key, ownerId: anna, confirmedAt: at } };
  const reserve = (ownerId: string, lapsed = false) => ({
    type: 'Reserve' as const,
    data: { key, ownerId, until, lapsed },
  });

  test('is reserved, once per owner', () => {
    past().when(reserve(anna)).then(reserved(anna));
    past(reserved(anna)).when(reserve(anna)).nothing();
    past(reserved(anna)).when(reserve(boris)).refused('account.login_taken');
  });
  test('whose reservation lapsed goes to the next, unless its owner acted', () => {
    past(reserved(anna)).when(reserve(boris, true), anna, now).refused('account.login_taken');
    past(reserved(anna)).when(reserve(boris, false), anna, later).refused('account.login_taken');
    past(reserved(anna))
      .when(reserve(boris, true), anna, later)
      .then({
        type: 'LoginReserved',
        data: { loginKey: key, ownerId: boris, reservedUntil: until.toISOString(), reservedAt: later.toISOString() },
      });
  });
  test('is confirmed by its owner alone', () => {
    past(reserved(anna))
      .when({ type: 'Confirm', data: { key, ownerId: anna } })
      .then(confirmed);
    past(reserved(anna))
      .when({ type: 'Confirm', data: { key, ownerId: boris } })
      .refused('account.login_taken');
    past(reserved(anna), confirmed)
      .when({ type: 'Confirm', data: { key, ownerId: anna } })
      .nothing();
  });
  test('stays blocked for a while after it was freed', () => {
    const released: LoginEvent = {
      type: 'LoginReleased',
      data: { loginKey: key, ownerId: anna, blockedUntil: until.toISOString(), releasedAt: at },
    };
    past(reserved(anna), confirmed)
      .when({ type: 'Release', data: { key, ownerId: anna, blockedUntil: until } })
      .then(released);
    past(reserved(anna), confirmed, released).when(reserve(boris)).refused('account.login_taken');
    past(reserved(anna), confirmed, released)
      .when(reserve(boris), anna, later)
      .then({
        type: 'LoginReserved',
        data: { loginKey: key, ownerId: boris, reservedUntil: until.toISOString(), reservedAt: later.toISOString() },
      });
  });
  test('that lapsed is free at once, or blocked, unless it is confirmed or another has it', () => {
    const lapse = (ownerId: string, blockedUntil: Date | null = null) => ({
      type: 'Lapse' as const,
      data: { key, ownerId, blockedUntil },
    });
    const released = (blockedUntil: string | null): LoginEvent => ({
      type: 'LoginReleased',
      data: { loginKey: key, ownerId: anna, blockedUntil, releasedAt: later.toISOString() },
    });
    past(reserved(anna)).when(lapse(anna), anna, later).then(released(null));
    past(reserved(anna)).when(lapse(anna, until), anna, later).then(released(until.toISOString()));
    past(reserved(anna)).when(lapse(anna), anna, now).nothing();
    past(reserved(anna)).when(lapse(boris), anna, later).nothing();
    past(reserved(anna), confirmed).when(lapse(anna), anna, later).nothing();
    past(reserved(anna), released(null)).when(lapse(anna), anna, later).nothing();
    past(reserved(anna), released(null)).when(reserve(boris)).then(reserved(boris));
  });
  test('is not released by somebody else', () =>
    past(reserved(anna))
      .when({ type: 'Release', data: { key, ownerId: boris, blockedUntil: null } })
      .nothing());
});

describe('a sign-in', () => {
  const past = given(signIn);
  const signInId = id(7);
  const expiresAt = new Date('2026-03-08T12:00:00.000Z');
  const device = { ip: '192.0.2.1', userAgent: 'test' };
  const ask = { type: 'SignIn' as const, data: { signInId, accountId, accountActive: true, device, expiresAt } };
  const signedIn = {
    type: 'SignedIn' as const,
    data: { signInId, accountId, device, expiresAt: expiresAt.toISOString(), signedInAt: at },
  };
  const out = { type: 'SignOut' as const, data: { signInId, cause: 'signed_out' as const } };

  test('opens a device session', () => past().when(ask).then(signedIn));
  test('is refused to a deactivated account', () =>
    past()
      .when({ ...ask, data: { ...ask.data, accountActive: false } })
      .refused('sign_in.account_inactive'));
  test('is not opened twice under one id', () => past(signedIn).when(ask).refused('command.id_reused'));
  test('ends once', () => {
    const signedOut = {
      type: 'SignedOut' as const,
      data: { signInId, accountId, cause: 'signed_out' as const, signedOutAt: at },
    };
    past(signedIn).when(out).then(signedOut);
    past(signedIn, signedOut).when(out).nothing();
  });
  test('that never was cannot end', () => past().when(out).refused('sign_in.not_found'));
});

describe('failed sign-ins', () => {
  test('are counted with their first and last moment', () =>
    given(signInGuard)()
      .when({ type: 'RecordFailedSignIns', data: { accountId, count: 2, firstAt: now, lastAt: now } })
      .then({ type: 'SignInsFailed', data: { accountId, count: 2, firstAt: at, lastAt: at } }));
});

describe('the server', () => {
  const past = given(server);
  const serverId = id(90);
  const start = (node: string, formatLevel: number) => ({ serverId, node, version: '1', formatLevel });
  const startedAs = (node: string, formatLevel: number) => ({
    type: 'ServerStarted' as const,
    data: { ...start(node, formatLevel), startedAt: at },
  });
  const started = startedAs('n', 1);
  const raised = (level: number) => ({ type: 'FormatLevelRaised' as const, data: { serverId, level, raisedAt: at } });
  const raise = (level: number, leaveBehind = false) => ({
    type: 'RaiseFormatLevel' as const,
    data: { serverId, level, leaveBehind },
  });

  test('records its starts', () =>
    past()
      .when({ type: 'StartServer', data: start('n', 1) })
      .then(started));
  test('records a stop only of a node that runs', () => {
    const stop = { type: 'StopServer' as const, data: { serverId, node: 'n' } };
    past(started)
      .when(stop)
      .then({ type: 'ServerStopped', data: { serverId, node: 'n', stoppedAt: at } });
    past().when(stop).nothing();
  });
  test('raises its format level and never lowers it', () => {
    past().when(raise(2)).then(raised(2));
    past(startedAs('n', 2)).when(raise(2)).then(raised(2));
    past(raised(2)).when(raise(2)).nothing();
    past(raised(3)).when(raise(2)).nothing();
  });
  test('raises it over a node that cannot read it only when told to leave that one behind', () => {
    past(started, startedAs('m', 2)).when(raise(2)).refused('server.node_behind');
    past(started).when(raise(2, true)).then(raised(2));
    const stopped = { type: 'ServerStopped' as const, data: { serverId, node: 'n', stoppedAt: at } };
    past(started, stopped, startedAs('m', 2)).when(raise(2)).then(raised(2));
    assert.deepEqual(Object.keys(past(started, startedAs('m', 2), raised(2)).state.running), ['m']);
  });
  test('is not started by a program that cannot read what was recorded', () => {
    past(raised(3))
      .when({ type: 'StartServer', data: start('n', 2) })
      .refused('server.program_too_old');
    past(raised(3))
      .when({ type: 'StartServer', data: start('n', 3) })
      .then(startedAs('n', 3));
  });
});

describe('the status of an account', () => {
  const past = given(accountStatus);
  const since = new Date(now.getTime() - 10_000);
  const record = (status: -2 | 0 | 1 | 2 | 5) => ({
    type: 'RecordAccountStatus' as const,
    data: { accountId, status, since },
  });
  const settled = (previousStatus: 0 | 1, status: 0 | 1 | 2, settledAt = at) => ({
    type: 'AccountStatusSettled' as const,
    data: { accountId, previousStatus, status, since: since.toISOString(), settledAt },
  });

  test('is recorded with the one before; an account was offline before anything was recorded', () => {
    past().when(record(1)).then(settled(0, 1));
    past(settled(0, 1)).when(record(2)).then(settled(1, 2));
  });
  test('that is on record already records nothing', () => {
    past().when(record(0)).nothing();
    past(settled(0, 1)).when(record(1)).nothing();
  });
  test('changes on record at most twenty times in an hour', () => {
    const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
    const changes = (count: number, firstMinutesAgo: number) =>
      Array.from({ length: count }, (_, index) =>
        index % 2 === 0
          ? settled(0, 1, minutesAgo(firstMinutesAgo - index))
          : settled(1, 0, minutesAgo(firstMinutesAgo - index)),
      );
    past(...changes(20, 59))
      .when(record(1))
      .nothing();
    past(...changes(19, 59))
      .when(record(2))
      .then(settled(1, 2));
    past(...changes(20, 60))
      .when(record(1))
      .then(settled(0, 1));
    past(...changes(40, 75))
      .when(record(1))
      .nothing();
  });
});
