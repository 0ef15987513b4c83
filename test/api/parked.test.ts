import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack, startStack } from '../support/stack.ts';

type Parked = {
  eventId: string;
  number: string;
  type: string;
  stream: string;
  position: string;
  correlationId: string;
  reason: string;
  retriedAt: string | null;
};
const list = `{ parkedEvents {
  totalCount edges { node { eventId number type stream position correlationId reason retriedAt } }
} }`;

const parkedIn = async (client: ApiClient): Promise<Parked[]> => {
  const { parkedEvents } = await client.data<{ parkedEvents: { totalCount: number; edges: { node: Parked }[] } }>(list);
  assert.equal(parkedEvents.totalCount, parkedEvents.edges.length);
  return parkedEvents.edges.map(({ node }) => node);
};

describe('an event whose consequences fail', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  const sql = (text: string) => runSql(stack.connection, text);
  /** What the processes look legs up in; without it they cannot disconnect anybody. */
  const withoutRoster = () => sql('alter table read.participant rename to participant_away');
  const withRoster = () => sql('alter table read.participant_away rename to participant');
  const processes = async () => {
    const { summary } = await root.data<{
      summary: { services: { name: string; condition: string; detail: string }[] };
    }>('{ summary { services { name condition detail } } }');
    return summary.services.find(({ name }) => name === 'processes');
  };
  const recorded = async () =>
    (await sql(`select type from log.events where stream like 'parkedEvent-%' order by position`)).map(
      ({ type }) => type,
    );

  test('is parked with its reason, tried again when an administrator says so, and gone once that went well', async () => {
    const anna = await accountIn(stack, root, 'anna');
    const devices = () =>
      sql(`select id from read.sign_in where "accountId" = '${anna.accountId}' and "endedAt" is null`);
    assert.equal((await devices()).length, 1);
    await withoutRoster();
    const commandId = randomUUID();
    await root.accepted('disconnectDevices', { accountId: ['ID!', anna.accountId] }, { commandId });
    const [first] = await eventually('the event to be parked', async () => {
      const found = await parkedIn(root);
      return found.length > 0 && found;
    });
    assert.deepEqual(
      [first?.type, first?.stream, first?.correlationId, first?.retriedAt],
      ['AccountDevicesDisconnected', `account-${anna.accountId}`, commandId, null],
    );
    assert.match(first?.reason ?? '', /participant/);
    const eventId: [string, unknown] = ['ID!', first?.eventId];
    assert.equal((await devices()).length, 1, 'nothing came of it yet');

    // The cause is still there: the retry fails and says so.
    await root.accepted('retryParkedEvent', { eventId }, { reason: 'in vain' });
    await eventually('the retry to fail', async () => (await recorded()).length === 3);
    assert.deepEqual(await recorded(), ['EventParked', 'ParkedEventRetried', 'EventParked']);

    await withRoster();
    await eventually('the event to be parked again', async () => (await parkedIn(root))[0]?.retriedAt === null);
    assert.deepEqual(await processes(), { name: 'processes', condition: 'DEGRADED', detail: '1' });
    await root.accepted('retryParkedEvent', { eventId });
    await eventually('the retry to go well', async () => (await parkedIn(root)).length === 0);
    await eventually('the device to be signed out', async () => (await devices()).length === 0);
    assert.deepEqual((await recorded()).slice(3), ['ParkedEventRetried', 'ParkedEventSettled']);
    assert.deepEqual(await processes(), { name: 'processes', condition: 'OK', detail: '0' });
    assert.equal((await root.command('retryParkedEvent', { eventId })).code, 'PROCESS_NOT_PARKED');
  });
});
