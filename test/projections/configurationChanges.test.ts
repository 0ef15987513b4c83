import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import type { Fact, Recorded } from '../../src/domain/kernel.ts';
import { changes, configurationChanges, type FieldChange } from '../../src/projections/configurationChanges.ts';
import type { Rows } from '../../src/projections/rows.ts';
import type { Table } from '../../src/projections/table.ts';
import { anna, at, boris, id } from '../domain/given.ts';

/** The row port over plain maps. */
const memoryRows = () => {
  const tables = new Map<string, Map<string, object>>();
  const of = (table: { sqlName: string }) => {
    const rows = tables.get(table.sqlName) ?? new Map<string, object>();
    tables.set(table.sqlName, rows);
    return rows;
  };
  const keyOf = (table: { keys: readonly string[] }, row: object) =>
    JSON.stringify(table.keys.map((name) => (row as Record<string, unknown>)[name]));
  const rows: Rows = {
    get: <Row extends object>(table: Table<Row>, key: Partial<Row>) =>
      Promise.resolve(of(table).get(keyOf(table, key)) as Row | undefined),
    put: (table, row) => void of(table).set(keyOf(table, row), structuredClone(row)),
    add: (table, row) => void of(table).set(keyOf(table, row), structuredClone(row)),
    delete: (table, key) => void of(table).delete(keyOf(table, key)),
  };
  return { rows, tables, all: () => JSON.stringify([...tables].map(([name, of]) => [name, ...of.values()])) };
};

const profile = {
  displayName: 'Anna Ivanova',
  firstName: 'Anna',
  lastName: '',
  email: '',
  company: '',
  mobilePhone: '',
  workPhone: '',
  homePhone: '',
  sipNumber: '',
};

/** Folds events in their order; `commands` says which of them belong to one command. */
const folded = async (events: { stream: string; fact: Fact; command?: number }[]) => {
  const memory = memoryRows();
  for (const [index, { stream, fact, command = 100 + index }] of events.entries()) {
    const event: Recorded = {
      ...fact,
      eventId: id(1_000 + index),
      stream,
      revision: index,
      position: String(index).padStart(4, '0'),
      meta: {
        actor: { kind: 'account', id: boris },
        commandId: id(command),
        correlationId: id(command),
        causationId: null,
        node: 'node-1',
        occurredAt: new Date(at),
        reason: null,
        origin: null,
      },
    };
    await configurationChanges.apply(event, memory.rows);
  }
  type Shown = { objectType: string; action: string; changes: FieldChange[]; erased: boolean };
  const rows = [...(memory.tables.get(changes.sqlName)?.values() ?? [])] as Shown[];
  return {
    text: memory.all(),
    rows,
    told: rows.map(
      ({ objectType, action, changes: told }) =>
        `${action} ${objectType}: ${told
          .map(({ field, before, after }) => `${field} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`)
          .join(', ')}`,
    ),
  };
};

const account = `account-${anna}`;
const created = {
  stream: account,
  fact: {
    type: 'AccountCreated',
    data: { accountId: anna, person: { login: 'anna', ...profile }, createdAt: at },
  },
  command: 1,
};
const passwordSet = {
  stream: account,
  fact: { type: 'AccountPasswordSet', data: { accountId: anna, passwordId: id(50), keptSignInId: null, setAt: at } },
};
const edited = (fields: string[], values: object | null) => ({
  stream: account,
  fact: {
    type: 'AccountProfileEdited',
    data: { accountId: anna, fields, profile: values && { ...profile, ...values }, editedAt: at },
  },
});

describe('the changes of the configuration', () => {
  test('are told field by field, before and after', async () => {
    const { told } = await folded([
      { ...created },
      { ...passwordSet, command: 1 },
      edited(['company'], { company: 'Acme' }),
      edited(['company', 'lastName'], { company: 'Beta', lastName: 'Ivanova' }),
      { stream: account, fact: { type: 'AccountDeactivated', data: { accountId: anna, deactivatedAt: at } } },
    ]);
    assert.deepEqual(told, [
      'create account: login null -> "anna", displayName null -> "Anna Ivanova", firstName null -> "Anna", ' +
        `active null -> true, password null -> "${at}"`,
      'edit account: company null -> "Acme"',
      'edit account: company "Acme" -> "Beta", lastName null -> "Ivanova"',
      'edit account: active true -> false',
    ]);
  });

  test('make one line of what one command changed', async () => {
    const conferenceId = id(40);
    const stream = `conference-${conferenceId}`;
    const { told } = await folded([
      {
        stream,
        fact: { type: 'ConferenceRetitled', data: { conferenceId, title: 'Board', retitledAt: at } },
        command: 7,
      },
      {
        stream,
        fact: { type: 'ConferenceDescribed', data: { conferenceId, description: 'Monday', describedAt: at } },
        command: 7,
      },
      { stream, fact: { type: 'ConferenceRetitled', data: { conferenceId, title: 'Council', retitledAt: at } } },
      {
        stream,
        fact: { type: 'ConferenceMemberInvited', data: { conferenceId, accountId: anna, invitedAt: at } },
      },
      {
        stream,
        fact: { type: 'ConferenceMemberUninvited', data: { conferenceId, accountId: anna, uninvitedAt: at } },
      },
      {
        stream,
        fact: { type: 'ConferenceRunBegun', data: { conferenceId, sessionId: id(41), begunBy: anna, begunAt: at } },
      },
    ]);
    assert.deepEqual(told, [
      'edit conference: title null -> "Board", description null -> "Monday"',
      'edit conference: title "Board" -> "Council"',
      `edit conference: members null -> "${anna}"`,
      `edit conference: members "${anna}" -> null`,
    ]);
  });

  test('take the first value of a setting from the event, and roles of one person each', async () => {
    const appoint = (accountId: string, role: string) => ({
      stream: `administration-${id(9)}`,
      fact: { type: 'AdministratorAppointed', data: { accountId, role, appointedAt: at } },
    });
    const { told } = await folded([
      {
        stream: 'settings-retention',
        fact: {
          type: 'RetentionSettingsEdited',
          data: { before: { chatDays: null }, after: { chatDays: 30 }, editedAt: at },
        },
      },
      {
        stream: 'settings-access',
        fact: {
          type: 'AccessSettingsEdited',
          data: { before: { limited: true }, after: { limited: false }, editedAt: at },
        },
      },
      appoint(anna, 'admin'),
      appoint(boris, 'security_admin'),
      appoint(anna, 'security_admin'),
    ]);
    assert.deepEqual(told, [
      'edit settings: chatDays null -> 30',
      'edit settings: limited true -> false',
      'edit administrator: role null -> "admin"',
      'edit administrator: role null -> "security_admin"',
      'edit administrator: role "admin" -> "security_admin"',
    ]);
  });

  test('say at a deletion what there was', async () => {
    const deleted = { accountId: anna, cause: 'asked', loginKey: null, loginBlockedUntil: null, deletedAt: at };
    const { told } = await folded([
      { ...created },
      { stream: account, fact: { type: 'AccountDeleted', data: deleted } },
    ]);
    assert.equal(
      told[1],
      'delete account: active true -> null, displayName "Anna Ivanova" -> null, firstName "Anna" -> null, login "anna" -> null',
    );
  });

  test('hold nothing of a person who was erased, not even in what was told before', async () => {
    const preferred = {
      stream: `preferences-${anna}`,
      fact: {
        type: 'PreferencesEdited',
        data: {
          accountId: anna,
          fields: ['timeZone'],
          before: { timeZone: null },
          after: { timeZone: 'Asia/Canary' },
          editedAt: at,
        },
      },
    };
    const { rows, text, told } = await folded([
      { ...created },
      edited(['company'], { company: 'Canary Ltd' }),
      preferred,
      { stream: account, fact: { type: 'AccountDeactivated', data: { accountId: anna, deactivatedAt: at } } },
      edited(['email'], null),
    ]);
    for (const canary of ['Anna', 'Ivanova', 'Canary']) assert.ok(!text.includes(canary), canary);
    assert.deepEqual(
      rows.map(({ erased }) => erased),
      [true, true, true, true, true],
    );
    // What tells nothing of the person stays.
    assert.ok(told.includes('edit account: active true -> false'), told.join('\n'));
  });
});
