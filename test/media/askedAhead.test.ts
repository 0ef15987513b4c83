// Requests that a client sends before it has the answers to the ones before them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, test } from 'vitest';
import { Harness } from './harness.ts';

const harness = new Harness();
afterAll(() => harness.close());

describe('a leg that asks ahead', () => {
  test('has its transport to receive with the welcome, and says later what it can decode', async () => {
    const plane = await harness.start();
    const sessionId = harness.script.start();
    const producerId = await harness.speak(await harness.enter(plane, sessionId));
    const { ticket } = harness.script.join(sessionId, randomUUID());
    const client = await harness.connect(plane);
    const [welcome, { transportId }] = await Promise.all([
      client.request('hello', { ticket }),
      client.request('createTransport', { direction: 'receive' }),
    ]);
    const asked = { transportId, producerIds: [producerId] };
    assert.equal(await client.refusal('consume', asked), 'bad_message', 'nobody knows yet what it can decode');
    const { routerRtpCapabilities: rtpCapabilities } = welcome;
    for (const consume of [{ ...asked, rtpCapabilities }, asked]) {
      assert.equal((await client.request('consume', consume)).consumers.length, 1);
    }
    const refused = await harness.connect(plane);
    const hello = refused.refusal('hello', { ticket });
    refused.socket.send(JSON.stringify({ id: 2, method: 'createTransport', data: { direction: 'receive' } }));
    assert.equal(await hello, 'ticket_used');
    await refused.gone();
    assert.equal(refused.answers.length, 1, 'whoever is not let in gets nothing');
  });
});
