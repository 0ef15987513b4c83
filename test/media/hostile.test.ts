// Signalling from people who do not play by the rules: refused, counted, and nobody else notices.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { MediaLimits } from '../../src/media/limits.ts';
import type { MediaPlane } from '../../src/media/plane.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, Harness } from './harness.ts';
import { opus, vp8 } from './rawClient.ts';

let harness: Harness;
let plane: MediaPlane;
let sessionId: string;
let ann: Guest;

/** Starts a plane with an honest guest who must not notice anything. */
const begin = async (limits: Partial<MediaLimits> = {}) => {
  plane = await harness.start({ limits });
  ann = await harness.enter(plane, sessionId);
};
beforeEach(() => {
  harness = new Harness();
  sessionId = harness.script.start();
});
afterEach(async () => {
  await ann.client.request('ping', {});
  assert.equal(plane.stats().workerDeaths, 0);
  await harness.close();
});

const refused = (reason: string) => plane.stats().refused[reason] ?? 0;

describe('a ticket', () => {
  test('opens one connection', async () => {
    await begin();
    const { ticket } = harness.script.join(sessionId, randomUUID());
    const sockets = await Promise.all([1, 2, 3, 4].map(() => harness.connect(plane)));
    const answers = await Promise.all(sockets.map((socket) => socket.refusal('hello', { ticket })));
    assert.deepEqual(answers.toSorted(), [null, 'ticket_used', 'ticket_used', 'ticket_used'].toSorted());
    assert.equal(refused('ticket_used'), 3);
  });

  test('is refused when it is forged, expired, or for somebody who is out', async () => {
    await begin();
    const { script } = harness;
    const say = async (ticket: string) => (await harness.connect(plane)).refusal('hello', { ticket });
    assert.equal(await say('forged'), 'ticket_invalid');
    const bob = randomUUID();
    const { ticket, legId } = script.join(sessionId, bob);
    const good = script.ticket(ticket);
    assert(good);
    script.setTicket('expired', { ...good, expiresAt: new Date(Date.now() - 1) });
    assert.equal(await say('expired'), 'ticket_invalid');
    script.setTicket('stolen leg', { ...good, participantId: ann.participantId });
    assert.equal(await say('stolen leg'), 'not_admitted');
    script.setTicket('other session', { ...good, sessionId: randomUUID() });
    assert.equal(await say('other session'), 'not_admitted');
    script.setTicket('leg of another', { ...good, legId: ann.legId, participantId: ann.participantId });
    assert.equal(await say('leg of another'), 'ticket_used');
    script.remove(sessionId, bob);
    const { position } = script;
    script.setTicket('removed', { ...good, legId, position });
    assert.equal(await say('removed'), 'not_admitted');
    assert.equal(plane.stats().legs, 1);
  });

  test('waits for its position, and not for ever', async () => {
    await begin({ admissionWaitMs: 150 });
    const { ticket } = harness.script.join(sessionId, randomUUID());
    const good = harness.script.ticket(ticket);
    assert(good);
    harness.script.setTicket('ahead', { ...good, position: '999999999999' });
    const began = Date.now();
    assert.equal(await (await harness.connect(plane)).refusal('hello', { ticket: 'ahead' }), 'unavailable');
    assert(Date.now() - began >= 140);
  });
});

describe('a message', () => {
  test('before hello is refused, a ping apart', async () => {
    await begin();
    const client = await harness.connect(plane);
    assert.equal(await client.refusal('createTransport', { direction: 'send' }), 'wrong_state');
    assert.equal(await client.refusal('leave', {}), 'wrong_state');
    assert.equal(await client.refusal('ping', {}), null);
    assert.equal(plane.stats().pendingSockets, 1);
  });

  test('that cannot be read gets an error, and the line stays', async () => {
    await begin();
    const { client } = await harness.enter(plane, sessionId);
    const frames = [
      '',
      'x',
      'null',
      '[]',
      '{}',
      '{"id":1}',
      '{"id":"1","method":"ping","data":{}}',
      '{"id":-1,"method":"ping","data":{}}',
      '{"id":1.5,"method":"ping","data":{}}',
      '{"id":1,"method":"ping","data":{},"extra":1}',
      `${'['.repeat(20_000)}`,
      `{"id":1,"method":"ping","data":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)},"x":1}`,
    ];
    for (const frame of frames) client.socket.send(frame);
    client.socket.send(Buffer.from([0, 1, 2, 255]));
    await eventually('an error for each', () => refused('bad_message') === frames.length + 1);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'Hello', '']) {
      assert.equal(await client.refusal(name, {}), 'unknown_method');
    }
    assert.equal(await client.refusal('ping', {}), null);
  });

  test('with wrong types or lengths is refused by its schema', async () => {
    await begin();
    const { client } = await harness.enter(plane, sessionId);
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    const produce = { transportId, source: 'microphone', kind: 'audio', rtpParameters: opus(5) };
    const wrong: [string, unknown][] = [
      ['createTransport', { direction: 'both' }],
      ['createTransport', { direction: 'receive', rtpCapabilities: { codecs: [{}] } }],
      ['connectTransport', { transportId, dtlsParameters: { fingerprints: [] } }],
      ['connectTransport', { transportId, dtlsParameters: { fingerprints: [{ algorithm: 'md5', value: 'AA:BB' }] } }],
      ['produce', { ...produce, source: 'desktop' }],
      ['produce', { ...produce, kind: 'video' }],
      ['produce', { ...produce, source: 'camera' }],
      ['produce', { ...produce, rtpParameters: vp8(5) }],
      ['produce', { ...produce, rtpParameters: { ...opus(5), codecs: [] } }],
      ['produce', { ...produce, rtpParameters: { ...opus(5), encodings: Array(4).fill({ ssrc: 1 }) } }],
      ['produce', { ...produce, rtpParameters: { ...opus(5), mid: 'x'.repeat(300) } }],
      ['consume', { transportId, producerIds: [] }],
      ['consume', { transportId, producerIds: Array(33).fill('a') }],
      ['setPreferredLayers', { consumerId: 'a', layers: { spatialLayer: 9 } }],
      ['pauseProducer', { producerId: { $ne: null } }],
    ];
    for (const [method, data] of wrong) assert.equal(await client.refusal(method, data), 'bad_message', method);
  });

  test('that mediasoup refuses is refused, and the leg lives', async () => {
    await begin();
    const { client } = await harness.enter(plane, sessionId);
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    const produce = { transportId, source: 'microphone', kind: 'audio' };
    const unknown = { mimeType: 'audio/unheard-of', payloadType: 100, clockRate: 8_000 };
    const bad = [
      { ...opus(7), codecs: [unknown] },
      { ...opus(7), encodings: [{ ssrc: 7, codecPayloadType: 5 }] },
    ];
    for (const rtpParameters of bad) {
      assert.equal(await client.refusal('produce', { ...produce, rtpParameters }), 'media_refused');
    }
    const fingerprints = [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }];
    const connect = { transportId, dtlsParameters: { role: 'client', fingerprints } };
    assert.equal(await client.refusal('connectTransport', connect), null);
    assert.equal(await client.refusal('connectTransport', connect), 'media_refused');
    assert.equal(await client.refusal('ping', {}), null);
  });

  test('with ids of others, or of nobody, does not reach them', async () => {
    await begin();
    const producerId = await harness.speak(ann);
    const otherSession = harness.script.start();
    const [bob, eve] = [await harness.enter(plane, sessionId), await harness.enter(plane, otherSession)];
    const rtpCapabilities = eve.welcome.routerRtpCapabilities;
    const receive = await bob.client.request('createTransport', { direction: 'receive', rtpCapabilities });
    const bobSends = await bob.client.request('createTransport', { direction: 'send' });
    const { transportId } = await eve.client.request('createTransport', { direction: 'receive', rtpCapabilities });
    const {
      consumers: [consumer],
    } = await bob.client.request('consume', { transportId: receive.transportId, producerIds: [producerId] });
    assert(consumer);
    const { consumerId } = consumer;
    const wrong: [string, unknown, string][] = [
      ['restartIce', { transportId: receive.transportId }, 'unknown_transport'],
      ['consume', { transportId: receive.transportId, producerIds: [producerId] }, 'unknown_transport'],
      ['consume', { transportId, producerIds: [producerId] }, 'unknown_producer'],
      ['pauseProducer', { producerId }, 'unknown_producer'],
      ['closeProducer', { producerId }, 'unknown_producer'],
      ['resumeConsumers', { consumerIds: [consumerId] }, 'unknown_consumer'],
      ['setPreferredLayers', { consumerId, layers: { spatialLayer: 0 } }, 'unknown_consumer'],
      ['restartIce', { transportId: 'nobody' }, 'unknown_transport'],
    ];
    for (const [method, data, code] of wrong) assert.equal(await eve.client.refusal(method, data), code, method);
    // Not even in the same session, and not in the wrong direction.
    assert.equal(await bob.client.refusal('closeProducer', { producerId }), 'unknown_producer');
    assert.equal(
      await bob.client.refusal('consume', { transportId: bobSends.transportId, producerIds: [producerId] }),
      'wrong_state',
    );
    const speech = { source: 'microphone', kind: 'audio', rtpParameters: opus(9) };
    assert.equal(await bob.client.refusal('produce', { ...speech, transportId: receive.transportId }), 'wrong_state');
    assert.equal(plane.stats().producers, 1);
  });

  test('twice: one hello, one producer of a source', async () => {
    await begin();
    const { client } = await harness.enter(plane, sessionId);
    assert.equal(await client.refusal('hello', { ticket: 'again' }), 'wrong_state');
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    const speech = (ssrc: number) => ({ transportId, source: 'microphone', kind: 'audio', rtpParameters: opus(ssrc) });
    const answers = await Promise.all([11, 12, 13].map((ssrc) => client.refusal('produce', speech(ssrc))));
    assert.deepEqual(answers, [null, 'limit', 'limit']);
    // Asking for transports again and again replaces them.
    for (let i = 0; i < 10; i += 1) await client.request('createTransport', { direction: 'send' });
    assert.equal(plane.stats().transports, 1);
    assert.equal(plane.stats().producers, 0);
  });
});

describe('a flood', () => {
  test('of messages costs the sender the line', async () => {
    await begin({ messagesPerSecond: 10, messagesBurst: 50 });
    const { client } = await harness.enter(plane, sessionId);
    for (let i = 0; i < 200; i += 1) client.socket.send(`{"id":${i},"method":"ping","data":{}}`);
    await client.gone();
    assert.equal(client.closeCause, 'flood');
    assert.equal(refused('flood'), 1);
  });

  test('of bytes too', async () => {
    await begin();
    const { client } = await harness.enter(plane, sessionId);
    client.socket.send('x'.repeat(100_000));
    await client.gone();
    assert.equal(refused('bad_frame'), 1);
  });

  test('of sockets that say nothing is bounded, and they are thrown out', async () => {
    await begin({ pendingSocketsMax: 5, helloTimeoutMs: 300 });
    const silent = await Promise.all(Array.from({ length: 8 }, () => harness.connect(plane)));
    await eventually('those above the bound are out', () => refused('too_many_sockets') === 3);
    for (const client of silent) await client.gone();
    assert.equal(refused('hello_timeout'), 5);
    assert.equal(plane.stats().sockets, 1);
  });

  test('of people is bounded', async () => {
    await begin({ legsPerSessionMax: 2 });
    await harness.enter(plane, sessionId);
    await assert.rejects(harness.enter(plane, sessionId), /full/);
  });
});

describe('chance', () => {
  test('never brings the plane down', async () => {
    await begin({ messagesBurst: 100_000 });
    const { client } = await harness.enter(plane, sessionId);
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    const methods = [
      'produce',
      'consume',
      'connectTransport',
      'createTransport',
      'pauseProducer',
      'setPreferredLayers',
    ];
    const field = fc.oneof(fc.constant(transportId), fc.json(), fc.string(), fc.integer(), fc.constant(null));
    const data = fc.record(
      {
        transportId: field,
        producerId: field,
        producerIds: fc.array(field, { maxLength: 3 }),
        source: fc.constantFrom('microphone', 'camera', 'screen', 'x'),
        kind: fc.constantFrom('audio', 'video', 1),
        direction: fc.constantFrom('send', 'receive', {}),
        rtpParameters: fc.record({
          codecs: fc.array(
            fc.record({
              mimeType: fc.constantFrom('audio/opus', 'video/VP8', 'video/rtx', 'x', ''),
              payloadType: fc.integer({ min: -1, max: 128 }),
              clockRate: fc.constantFrom(48_000, 90_000, 0),
              channels: fc.constantFrom(1, 2, 9),
            }),
            { maxLength: 3 },
          ),
          encodings: fc.array(fc.record({ ssrc: fc.nat(), rid: fc.string({ maxLength: 4 }) }, { requiredKeys: [] }), {
            maxLength: 4,
          }),
        }),
        dtlsParameters: fc.anything(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...methods), data, async (method, input) => {
        await client.refusal(method, input);
      }),
      { numRuns: 400, seed: 20261121 },
    );
    assert.equal(await client.refusal('ping', {}), null);
  });
});
