// The address that the settings announce is what browsers are told, from the next start of a media node.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';

describe('the announced address', () => {
  let stack: Stack;
  let root: ApiClient;

  beforeAll(async () => {
    stack = await startStack({ env: { HANSARD_RTC_ANNOUNCED: 'configured.example.org' } });
    root = await stack.client();
  });
  afterAll(() => stack.stop());

  /** Where the media node tells somebody who joins to send to. */
  const toldAt = async (conferenceId: string): Promise<string[] | null> => {
    const joined = await root.join(conferenceId);
    if (joined['__typename'] !== 'JoinTicket') return null;
    const client = await RawClient.open(Number(new URL(stack.url).port), String(joined['signallingPath']));
    try {
      await client.request('hello', { ticket: String(joined['ticket']) });
      const { iceCandidates } = await client.request('createTransport', { direction: 'send' });
      return [...new Set(iceCandidates.map(({ address }) => address))];
    } finally {
      client.close();
    }
  };

  test('is the configured one until the settings say another', { timeout: 120_000 }, async () => {
    const conferenceId = randomUUID();
    await root.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Board'],
    });
    assert.deepEqual(await toldAt(conferenceId), ['configured.example.org']);
    const values: [string, object] = ['GeneralSettingsInput!', { announcedAddress: 'media.example.org' }];
    await root.accepted('editGeneralSettings', { values });
    await stack.kill('media', 'SIGTERM');
    await stack.start('media');
    const told = await eventually('the media node to be back', () => toldAt(conferenceId).catch(() => null), 40_000);
    assert.deepEqual(told, ['media.example.org']);
  });
});
