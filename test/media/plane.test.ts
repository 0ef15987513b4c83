// The media plane against a scripted record, with real workers and real sockets.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Harness } from './harness.ts';
import { vp8 } from './rawClient.ts';
import { testNode } from './sessionScript.ts';

let harness: Harness;
let sessionId: string;
beforeEach(() => {
  harness = new Harness();
  sessionId = harness.script.start();
});
afterEach(() => harness.close());

describe('a session on the media plane', () => {
  test('is taken up where it is placed, and a leg is connected on the record', async () => {
    const plane = await harness.start();
    const { welcome, legId, participantId } = await harness.enter(plane, sessionId);
    assert.deepEqual([welcome.legId, welcome.participantId, welcome.epoch], [legId, participantId, 1]);
    assert.deepEqual(welcome.producers, []);
    await harness.fact('legConnected');
    assert.deepEqual(harness.kinds(), ['legConnected']);
  });

  test('lets in who came before the record said where it is placed, with the very event that says so', async () => {
    const plane = await harness.start();
    const unplaced = harness.script.start(randomUUID(), null);
    const { ticket, legId } = harness.script.join(unplaced, randomUUID());
    const client = await harness.connect(plane);
    const hello = client.request('hello', { ticket });
    const second = await harness.connect(plane);
    await assert.rejects(second.request('hello', { ticket }), /ticket_used/); // So the first one waits at the door.
    harness.script.place(unplaced); // Nothing is recorded after it.
    assert.equal((await hello).legId, legId);
  });

  test('tells each of what the others send, and when it ends', async () => {
    const plane = await harness.start();
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    const producerId = await harness.speak(ann);
    const { participantId } = ann;
    const info = { producerId, participantId, source: 'microphone', paused: false };
    assert.deepEqual(await bob.client.notice('producerAdded'), info);
    await ann.client.request('pauseProducer', { producerId });
    assert.deepEqual(await bob.client.notice('producerPaused'), { producerId });
    const late = await harness.enter(plane, sessionId);
    assert.deepEqual(late.welcome.producers, [{ ...info, paused: true }]);
    await ann.client.request('closeProducer', { producerId });
    assert.deepEqual(await bob.client.notice('producerClosed'), { producerId });
  });

  test('lets a consumer be paused, resumed and layered', async () => {
    const plane = await harness.start();
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    const producerId = await harness.speak(ann);
    const rtpCapabilities = bob.welcome.routerRtpCapabilities;
    const { transportId } = await bob.client.request('createTransport', { direction: 'receive', rtpCapabilities });
    const { consumers } = await bob.client.request('consume', { transportId, producerIds: [producerId, 'gone'] });
    assert.deepEqual(
      consumers.map((consumer) => consumer.producerId),
      [producerId],
    );
    const consumerIds = consumers.map(({ consumerId }) => consumerId);
    await bob.client.request('resumeConsumers', { consumerIds });
    await bob.client.request('pauseConsumers', { consumerIds });
    assert.equal(plane.stats().consumers, 1);
    await ann.client.request('leave', {});
    await eventually('no consumers', () => plane.stats().consumers === 0);
  });

  test('records a screen share once, however it ends', async () => {
    const plane = await harness.start();
    const { client, legId } = await harness.enter(plane, sessionId);
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    const screen = { transportId, source: 'screen', kind: 'video' } as const;
    const { producerId } = await client.request('produce', { ...screen, rtpParameters: vp8(1) });
    await harness.fact('screenShareStarted');
    await client.request('closeProducer', { producerId });
    await harness.fact('screenShareStopped');
    await client.request('produce', { ...screen, rtpParameters: vp8(2) });
    await client.request('leave', {});
    await harness.fact('legLeft');
    const shares = harness.script.facts.filter(({ kind }) => kind.startsWith('screenShare'));
    assert.deepEqual(
      shares.map(({ kind }) => kind),
      ['screenShareStarted', 'screenShareStopped', 'screenShareStarted', 'screenShareStopped'],
    );
    assert.equal(new Set(shares.map(({ commandId }) => commandId)).size, 4);
    assert(shares.every((fact) => 'legId' in fact && fact.legId === legId));
  });

  test('leaves nothing behind when everybody has left', async () => {
    const plane = await harness.start({ limits: { tickMs: 50 } });
    const { client } = await harness.enter(plane, sessionId);
    await client.request('leave', {});
    assert.equal((await harness.fact('legLeft')).cause, 'left');
    await eventually('no room', () => plane.stats().sessions === 0);
    const { legs, transports, producers, consumers } = plane.stats();
    assert.deepEqual([legs, transports, producers, consumers], [0, 0, 0, 0]);
  });
});

describe('the record', () => {
  test('replaces the older leg of a person', async () => {
    const plane = await harness.start();
    const first = await harness.enter(plane, sessionId);
    await harness.enter(plane, sessionId, first.participantId);
    await first.client.gone();
    assert.equal(first.client.closeCause, 'replaced');
    const left = await harness.fact('legLeft');
    assert.deepEqual([left.legId, left.cause], [first.legId, 'replaced']);
    assert.equal(plane.stats().legs, 1);
  });

  test('removes a person within a second, media and all', async () => {
    const plane = await harness.start();
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    const producerId = await harness.speak(ann);
    const began = Date.now();
    harness.script.remove(sessionId, ann.participantId);
    await ann.client.gone();
    assert(Date.now() - began < 5_000); // Promised: 1 s.
    assert.equal(ann.client.closeCause, 'removed');
    assert.deepEqual(await bob.client.notice('producerClosed'), { producerId });
    assert.equal((await harness.fact('legLeft')).cause, 'removed');
    assert.equal(plane.stats().transports, 0);
  });

  test('ends a session for everybody', async () => {
    const plane = await harness.start();
    const guests = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    harness.script.end(sessionId);
    for (const { client } of guests) {
      await client.gone();
      assert.equal(client.closeCause, 'session_ended');
    }
    await eventually('both ends', () => harness.kinds().filter((kind) => kind === 'legLeft').length === 2);
    await eventually('no room', () => plane.stats().sessions === 0);
  });

  test('disconnects a leg that it says has left', async () => {
    const plane = await harness.start();
    const { client, participantId, legId } = await harness.enter(plane, sessionId);
    const leftAt = new Date().toISOString();
    harness.script.say({
      type: 'LegLeft',
      data: { sessionId, participantId, legId, epoch: 1, cause: 'disconnected', quality: null, leftAt },
    });
    await client.gone();
    assert.equal(client.closeCause, 'disconnected');
  });

  test('silences a source and lets it speak again', async () => {
    const plane = await harness.start();
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    const producerId = await harness.speak(ann);
    harness.script.mute(sessionId, ann.participantId, 'microphone');
    assert.deepEqual(await ann.client.notice('muted'), { source: 'microphone' });
    assert.deepEqual(await bob.client.notice('producerClosed'), { producerId });
    await assert.rejects(harness.speak(ann), /muted/);
    const again = await harness.enter(plane, sessionId, ann.participantId);
    assert.deepEqual(again.welcome.muted, ['microphone']);
    harness.script.unmute(sessionId, ann.participantId, 'microphone');
    assert.deepEqual(await again.client.notice('unmuted'), { source: 'microphone' });
    await harness.speak(again);
  });

  test('hears of a leg that never came', async () => {
    await harness.start({ limits: { tickMs: 20, neverConnectedMs: 100 } });
    const { legId } = harness.script.join(sessionId, randomUUID());
    const left = await harness.fact('legLeft');
    assert.deepEqual([left.legId, left.cause, left.quality], [legId, 'never_connected', null]);
  });

  test('takes the session away when it places it elsewhere', async () => {
    const plane = await harness.start();
    const { client } = await harness.enter(plane, sessionId);
    harness.script.place(sessionId, 'other-node', 2);
    await client.gone();
    assert.equal(client.closeCause, 'moved');
    assert(!harness.kinds().includes('legLeft'));
  });

  test('is not touched by a node it is not placed on', async () => {
    const plane = await harness.start();
    const elsewhere = harness.script.start(undefined, 'other-node');
    const { ticket } = harness.script.join(elsewhere, randomUUID());
    assert.equal(await (await harness.connect(plane)).refusal('hello', { ticket }), 'not_admitted');
    const nowhere = harness.script.start(undefined, null);
    const early = harness.script.join(nowhere, randomUUID());
    assert.equal(await (await harness.connect(plane)).refusal('hello', { ticket: early.ticket }), 'unavailable');
    assert.equal(plane.stats().sessions, 0);
    assert.deepEqual(harness.kinds(), []);
  });

  test('refuses a ticket for another node', async () => {
    const plane = await harness.start();
    const { ticket } = harness.script.join(sessionId, randomUUID());
    const said = harness.script.ticket(ticket);
    assert(said);
    harness.script.setTicket(ticket, { ...said, node: 'other-node' });
    assert.equal(await (await harness.connect(plane)).refusal('hello', { ticket }), 'ticket_invalid');
    harness.script.setTicket(ticket, { ...said, node: testNode });
    await (await harness.connect(plane)).request('hello', { ticket });
  });

  test('is taken over from a node that is lost: its legs end, and whoever comes has media of the new epoch', async () => {
    const { script } = harness;
    const lost = await harness.start({ node: 'other-node' });
    const plane = await harness.start();
    const moving = script.start(undefined, 'other-node');
    const { legId, client } = await harness.enter(lost, moving);
    await harness.fact('legConnected');
    script.place(moving, testNode, 2);
    // Its first node only seemed lost: it lets go by itself.
    await client.gone();
    assert.equal(client.closeCause, 'moved');
    const left = await harness.fact('legLeft');
    assert.deepEqual([left.legId, left.cause, left.epoch], [legId, 'node_restarted', 2]);
    assert.equal((await harness.enter(plane, moving)).welcome.epoch, 2);
    // And back again.
    script.place(moving, 'other-node', 3);
    assert.equal((await harness.enter(lost, moving)).welcome.epoch, 3);
    assert.deepEqual([lost.stats().sessions, plane.stats().sessions], [1, 0]);
  });
});

describe('a leg whose socket is gone', () => {
  test('is resumed with its key and leaves no trace on the record', async () => {
    const plane = await harness.start({ limits: { tickMs: 20, graceMs: 5_000, connectedLingerMs: 0 } });
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    const producerId = await harness.speak(ann);
    ann.client.close();
    const { legId, resumeKey } = ann.welcome;
    const stranger = await harness.connect(plane);
    assert.equal(await stranger.refusal('hello', { resume: { legId, resumeKey: 'guessed' } }), 'unknown_leg');
    const client = await harness.connect(plane);
    const welcome = await client.request('hello', { resume: { legId, resumeKey } });
    assert.deepEqual([welcome.resumed, welcome.generation], [true, 1]);
    assert.deepEqual(
      welcome.own.map((own) => own.producerId),
      [producerId],
    );
    await client.request('pauseProducer', { producerId });
    assert.deepEqual(await bob.client.notice('producerPaused'), { producerId });
    assert.deepEqual(harness.kinds(), ['legConnected', 'legConnected']);
  });

  test('ends as lost, once, when nobody comes back', async () => {
    const plane = await harness.start({ limits: { tickMs: 20, graceMs: 100 } });
    const { client, welcome } = await harness.enter(plane, sessionId);
    client.close();
    assert.equal((await harness.fact('legLeft')).cause, 'connection_lost');
    const { legId, resumeKey } = welcome;
    const late = await harness.connect(plane);
    assert.equal(await late.refusal('hello', { resume: { legId, resumeKey } }), 'unknown_leg');
    await late.gone();
    assert.equal(harness.kinds().filter((kind) => kind === 'legLeft').length, 1);
  });
});

describe('a plane in trouble', () => {
  test('rebuilds the media of a session on the same legs when a worker dies', async () => {
    const plane = await harness.start();
    const { client } = await harness.enter(plane, sessionId);
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    for (const pid of plane.stats().workerPids) process.kill(pid, 'SIGKILL');
    const { generation } = await client.notice('reset');
    assert.equal(generation, 2);
    assert.equal(await client.refusal('restartIce', { transportId }), 'unknown_transport');
    await client.request('createTransport', { direction: 'send' });
    const interrupted = await harness.fact('mediaInterrupted');
    assert.deepEqual([interrupted.cause, interrupted.epoch], ['worker_died', 1]);
    assert.equal(plane.stats().workerDeaths, 1);
    assert(!harness.kinds().includes('legLeft'));
  });

  test('goes on while the record is down, admits nobody new, and reports afterwards', async () => {
    const { script } = harness;
    const plane = await harness.start({ limits: { admissionWaitMs: 100 } });
    const [ann, bob] = [await harness.enter(plane, sessionId), await harness.enter(plane, sessionId)];
    await eventually('both legs', () => harness.kinds().length === 2);
    const { ticket } = script.join(sessionId, randomUUID());
    script.down = true;
    script.wake();
    await eventually('the outage noticed', () => !plane.stats().recordLive);
    const producerId = await harness.speak(ann);
    await bob.client.notice('producerAdded');
    const late = await harness.connect(plane);
    assert.equal(await late.refusal('hello', { ticket }), 'unavailable');
    await ann.client.request('leave', {});
    assert.deepEqual(await bob.client.notice('producerClosed'), { producerId });
    assert.equal(harness.kinds().includes('legLeft'), false);
    assert.equal(plane.stats().factsWaiting, 1);
    script.down = false;
    assert.equal((await harness.fact('legLeft')).legId, ann.legId);
    // The ticket was not used up.
    await eventually('the record again', () => plane.stats().recordLive);
    await (await harness.connect(plane)).request('hello', { ticket });
  });

  test('closes the legs of an earlier life under a new epoch', async () => {
    const { script } = harness;
    const first = await harness.start();
    const { participantId, legId } = await harness.enter(first, sessionId);
    await harness.fact('legConnected');
    await first.close();
    const waiting = script.join(sessionId, randomUUID());
    const second = await harness.start();
    const left = await harness.fact('legLeft');
    assert.deepEqual(
      [left.legId, left.cause, left.epoch, left.participantId],
      [legId, 'node_restarted', 2, participantId],
    );
    assert.equal((await harness.fact('mediaInterrupted')).cause, 'node_restarted');
    // Whoever was admitted but had not come yet may still come.
    const { epoch } = await (await harness.connect(second)).request('hello', { ticket: waiting.ticket });
    assert.equal(epoch, 2);
    await eventually('the new leg', () => harness.kinds().filter((kind) => kind === 'legConnected').length === 2);
    assert.equal(harness.kinds().filter((kind) => kind === 'legLeft').length, 1);
  });

  test('ends the legs of a session that ended while it was dead, at the time it did', async () => {
    const { script } = harness;
    const first = await harness.start();
    const [ann, bob] = [await harness.enter(first, sessionId), await harness.enter(first, sessionId)];
    await eventually('both legs', () => harness.kinds().filter((kind) => kind === 'legConnected').length === 2);
    await first.close();
    script.end(sessionId);
    // The end of one leg still reached the record.
    const leftAt = new Date().toISOString();
    const { participantId, legId } = ann;
    const over = { sessionId, participantId, legId, epoch: 1, cause: 'session_ended', quality: null, leftAt } as const;
    script.say({ type: 'LegLeft', data: over });
    // Nobody ever had the media of this one.
    const unplaced = script.start(undefined, null);
    const waiting = script.join(unplaced, randomUUID());
    script.end(unplaced);
    const second = await harness.start();
    const ends = () => script.facts.flatMap((fact) => (fact.kind === 'legLeft' ? [fact] : []));
    await eventually('both ends', () => ends().length === 2);
    assert.deepEqual(
      ends().map((end) => [end.legId, end.cause, end.epoch, end.quality]),
      [
        [bob.legId, 'session_ended', 1, null],
        [waiting.legId, 'session_ended', 0, null],
      ],
    );
    const endedAt = script.log.flatMap(({ type, data }) => (type === 'SessionEnded' ? [data.endedAt] : []));
    assert.deepEqual(
      ends().map(({ at }) => at.toISOString()),
      endedAt,
    );
    assert.equal(second.stats().sessions, 0);
    assert.deepEqual((await script.feed.open()).sessions, []); // A third life has nothing left to do.
  });

  test('drains: tells clients to come back and puts their ends on the record', async () => {
    const plane = await harness.start();
    const { client } = await harness.enter(plane, sessionId);
    await plane.drain(2_000);
    await client.gone();
    assert.equal(client.closeCause, 'draining');
    const left = await harness.fact('legLeft');
    assert.equal(left.cause, 'node_restarted');
    assert.notEqual(left.quality, null);
    assert.equal(await (await harness.connect(plane)).refusal('hello', { ticket: 'any' }), 'unavailable');
  });

  test('says what is wrong when a worker cannot start', async () => {
    await assert.rejects(harness.start({ workerBin: '/bin/false' }), /media worker cannot start/);
    await assert.rejects(harness.start({ rtc: { listenIp: '203.0.113.1' } }), /media worker cannot start/);
  });

  test('takes another port where its own is in use, if it may', async () => {
    const { port } = await harness.start();
    const listen = { host: '127.0.0.1', port };
    await assert.rejects(harness.start({ node: 'strict', listen }), { code: 'EADDRINUSE' });
    const other = await harness.start({ node: 'other', listen: { ...listen, anyPort: true } });
    assert.notEqual(other.port, port);
    const client = await harness.connect(other);
    assert.equal(await client.refusal('hello', { ticket: 'any' }), 'ticket_invalid');
  });
});
