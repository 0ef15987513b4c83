import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { codecOf, type Envelope } from '../../src/commands/codec.ts';
import type { NewEvent, StoredEvent } from '../../src/commands/eventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { memoryVault } from '../support/memoryVault.ts';

const [stream, person] = ['account-8f14e45f-ceea-467f-a8f5-0f3f2b1c9d10', '8f14e45f-ceea-467f-a8f5-0f3f2b1c9d10'];
const envelope: Envelope = {
  actor: { kind: 'account', id: person },
  commandId: 'c',
  digest: 'd',
  correlationId: 'c',
  causationId: null,
  node: 'n',
  occurredAt: new Date(0),
  reason: null,
  origin: { displayName: 'Ada', ip: '192.0.2.1', userAgent: 'a test' },
};

const storedAs = (event: NewEvent): StoredEvent => ({
  ...event,
  stream,
  revision: 0,
  position: '1',
  recordedAt: new Date(0),
});

const recorded = async () => {
  const vault = memoryVault();
  const codec = codecOf(vault, vocabularies);
  const vocabulary = vocabularies.get('account');
  if (!vocabulary) throw new Error('accounts have events');
  const names = { displayName: 'Ada', firstName: '', lastName: '', company: '' };
  const profile = { ...names, email: '', mobilePhone: '', workPhone: '', homePhone: '', sipNumber: '' };
  const data = { accountId: person, fields: ['displayName'], profile, editedAt: new Date(0).toISOString() };
  const event = { type: 'AccountProfileEdited', data };
  return { vault, codec, stored: storedAs(await codec.encode(vocabulary, stream, person, event, envelope)) };
};

describe('an event that several read', () => {
  test('is opened once for all who were handed the same, however many events come with it', async () => {
    const { codec, stored } = await recorded();
    const [[first], [again], [other]] = await Promise.all([
      codec.decode([stored]),
      codec.decode([stored, { ...stored }]),
      codec.decode([{ ...stored }]),
    ]);
    assert.equal(first, again);
    assert.notEqual(first, other);
    assert.deepEqual(first, other);
  });

  test('says nothing of a person to who reads it after she was erased', async () => {
    const { codec, vault, stored } = await recorded();
    const [before] = await codec.decode([stored]);
    assert.deepEqual(before?.event.meta.origin, envelope.origin);
    await vault.erase(person);
    const [after] = await codec.decode([stored]);
    assert.equal(after?.event.meta.origin, null);
    assert.match(JSON.stringify(before.event.data), /Ada/);
    assert.deepEqual(after.event.data, { ...before.event.data, profile: null });
  });

  test('tells nothing that was not sealed for its own place', async () => {
    const { codec, stored } = await recorded();
    const metadata = JSON.parse(stored.metadata.toString()) as { origin: { $sealed: string } };
    const sealed = Buffer.from(metadata.origin.$sealed, 'base64');
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    const altered = { ...metadata, origin: { $sealed: sealed.toString('base64') } };
    const [opened] = await codec.decode([{ ...stored, metadata: Buffer.from(JSON.stringify(altered)) }]);
    assert.throws(() => opened?.event.meta.origin, /authenticate/);
    await assert.rejects(codec.decode([{ ...stored, id: '8f14e45f-ceea-467f-a8f5-0f3f2b1c9d11' }]), /authenticate/);
  });

  test('is parsed once, whoever narrows its type', async () => {
    const { codec, stored } = await recorded();
    const [opened] = await codec.decode([stored]);
    const vocabulary = vocabularies.get('account');
    assert.ok(opened && vocabulary);
    assert.equal(vocabulary.parse(opened.event).data, opened.event.data);
    const { data } = vocabulary.parse({ type: opened.event.type, data: { ...opened.event.data } });
    assert.notEqual(data, opened.event.data);
    assert.deepEqual(data, opened.event.data);
    assert.throws(() => vocabulary.parse({ type: opened.event.type, data: { accountId: 7 } }));
  });
});
