// The EventStoreDB test node, asked by the official client, answers as a 23.10.6 was recorded to.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AppendExpectedRevision,
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  NO_STREAM,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type EventStoreDbNode, startEventStoreDbNode } from '../support/eventStoreDbNode/startEventStoreDbNode.ts';
import { eventually } from '../support/eventually.ts';

const event = (type = 'A', id: string = randomUUID()) => binaryEvent({ id, type, data: Buffer.from('{}') });
const events = (count: number) => Array.from({ length: count }, () => event());

/** The answer as text: the next revision, or the kind of error and what it found. */
const outcome = async (asked: Promise<{ nextExpectedRevision: bigint }>): Promise<string> =>
  asked.then(
    ({ nextExpectedRevision }) => `at ${nextExpectedRevision}`,
    ({ type, actualVersion }) => `${type} ${actualVersion ?? ''}`.trim(),
  );

describe('the EventStoreDB test node', () => {
  let node: EventStoreDbNode;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    node = await startEventStoreDbNode();
    client = EventStoreDBClient.connectionString(node.url);
  });
  afterAll(async () => {
    await client.dispose();
    await node.kill();
  });

  const stream = () => `s-${randomUUID()}`;
  const append = (name: string, asked: ReturnType<typeof event>[], expectedRevision: AppendExpectedRevision) =>
    outcome(client.appendToStream(name, asked, { expectedRevision }));

  test('appends at the expected revision only', async () => {
    const name = stream();
    assert.equal(await append(name, events(2), NO_STREAM), 'at 1');
    assert.equal(await append(name, events(1), NO_STREAM), 'wrong-expected-version 1');
    assert.equal(await append(name, events(1), 0n), 'wrong-expected-version 1');
    assert.equal(await append(name, events(1), 99n), 'wrong-expected-version 1');
    assert.equal(await append(stream(), events(1), 0n), 'wrong-expected-version no_stream');
    assert.equal(await append(name, events(1), 1n), 'at 2');
  });

  test('stores nothing whose time was over when it came', async () => {
    const name = stream();
    const late = client.appendToStream(name, event(), { expectedRevision: NO_STREAM, deadline: -1_000 });
    assert.equal(await outcome(late), 'deadline-exceeded');
    assert.equal(await append(name, events(1), NO_STREAM), 'at 0');
  });

  test('recognises a repetition by its ids alone, at its place alone', async () => {
    const name = stream();
    const [one, two] = [event(), event()];
    assert.equal(await append(name, [one, two], NO_STREAM), 'at 1');
    assert.equal(await append(name, [one, two], NO_STREAM), 'at 1');
    assert.equal(await append(name, [event('Other', one.id), two], NO_STREAM), 'at 1');
    assert.equal(await append(name, [one, two], 'any'), 'at 1');
    assert.equal(await append(name, [one, event()], NO_STREAM), 'wrong-expected-version 1');
    assert.equal(await append(name, [one, event()], 'any'), 'wrong-expected-version 1');
    assert.equal(await append(stream(), [one], NO_STREAM), 'at 0');
  });

  test('refuses what is too large', async () => {
    const large = binaryEvent({ type: 'A', data: Buffer.alloc(2_100_000) });
    assert.equal(await append(stream(), [large], NO_STREAM), 'maximum-append-size-exceeded');
  });

  test('takes an append in a call of its own', async () => {
    const name = stream();
    const unary = (expectedRevision: AppendExpectedRevision) =>
      outcome(
        client.appendToStream(name, event(), { expectedRevision, credentials: { username: 'a', password: 'b' } }),
      );
    assert.equal(await unary(NO_STREAM), 'at 0');
    assert.equal(await unary(7n), 'wrong-expected-version 0');
  });

  test('reads a stream both ways', async () => {
    const name = stream();
    await append(
      name,
      ['A', 'B', 'C'].map((type) => event(type)),
      NO_STREAM,
    );
    const types = async (options: Parameters<typeof client.readStream>[1]) =>
      (await Array.fromAsync(client.readStream(name, options))).map((each) => each.event?.type).join('');
    assert.equal(await types({}), 'ABC');
    assert.equal(await types({ fromRevision: 1n, maxCount: 1 }), 'B');
    assert.equal(await types({ fromRevision: 9n }), '');
    assert.equal(await types({ direction: BACKWARDS, fromRevision: END, maxCount: 2 }), 'CB');
    assert.equal(await types({ direction: BACKWARDS, fromRevision: 9n }), 'CBA');
    assert.equal(await types({ direction: BACKWARDS, fromRevision: START }), 'A');
    await assert.rejects(types({ maxCount: 0 }), /Unexpected ReadStreamResult/);
    await assert.rejects(Array.fromAsync(client.readStream(stream())), { type: 'stream-not-found' });
  });

  test('reads everything, its own events as well, from the position on', async () => {
    await append(stream(), events(3), NO_STREAM);
    const seen = await Array.fromAsync(client.readAll());
    assert.ok(seen.some((each) => each.event?.type === '$metadata'));
    const third = seen.at(-3)?.event;
    const position = third?.position ?? START;
    const after = await Array.fromAsync(client.readAll({ fromPosition: position }));
    assert.equal(after.length, 3);
    assert.equal(after[0]?.event?.id, third?.id);
    const none = { commit: (third?.position.commit ?? 0n) + 1n, prepare: (third?.position.commit ?? 0n) + 1n };
    assert.deepEqual(await Array.fromAsync(client.readAll({ fromPosition: none })), []);
    const [newest] = await Array.fromAsync(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    assert.equal(newest?.event?.id, seen.at(-1)?.event?.id);
  });

  test('a subscription gets what is there, hears that this was all, then what comes', async () => {
    const name = stream();
    await append(name, [event('A'), event('B')], NO_STREAM);
    const heard: string[] = [];
    const subscription = client.subscribeToStream(name, { fromRevision: 0n });
    subscription.on('confirmation', () => heard.push('confirmation'));
    subscription.on('caughtUp', () => heard.push('caughtUp'));
    subscription.on('data', (each) => heard.push(each.event?.type ?? ''));
    await eventually('what was there', () => heard.length === 3);
    await append(name, [event('Late')], 1n);
    await eventually('what came', () => heard.length === 4);
    assert.deepEqual(heard.toSorted(), ['B', 'Late', 'caughtUp', 'confirmation']);
    await subscription.unsubscribe();
  });

  test('a filtered subscription gets a checkpoint for every 32 events it looked at', async () => {
    const own = await startEventStoreDbNode();
    const other = EventStoreDBClient.connectionString(own.url);
    for (let n = 0; n < 8; n += 1) await other.appendToStream(stream(), events(100), { expectedRevision: NO_STREAM });
    await other.appendToStream('mine-1', event('Mine'), { expectedRevision: NO_STREAM });
    let checkpoints = 0;
    const checkpointReached = async () => void (checkpoints += 1);
    const subscription = other.subscribeToAll({
      filter: streamNameFilter({ regex: '^mine-', checkpointInterval: 1, checkpointReached }),
    });
    const types: (string | undefined)[] = [];
    subscription.on('data', (each) => types.push(each.event?.type));
    await eventually('the one event', () => types.length === 1);
    assert.equal(checkpoints, 25);
    assert.deepEqual(types, ['Mine']);
    await subscription.unsubscribe();
    await other.dispose();
    await own.kill();
  });

  test('keeps its log when it is killed, and answers it never sent', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hansard-esdb-'));
    const file = join(directory, 'log');
    const first = await startEventStoreDbNode({ file });
    await first.befall({ loseAnswers: 1 });
    const before = EventStoreDBClient.connectionString(first.url);
    const asked = event();
    const unanswered = outcome(before.appendToStream('s-1', asked, { expectedRevision: NO_STREAM }));
    const isThere = () => Array.fromAsync(before.readStream('s-1')).catch(() => null);
    await eventually('the event whose append is not answered', isThere);
    await first.kill();
    assert.equal(await unanswered, 'unavailable');
    const second = await startEventStoreDbNode({ file, port: first.port });
    const after = EventStoreDBClient.connectionString(second.url);
    assert.equal(await outcome(after.appendToStream('s-1', asked, { expectedRevision: NO_STREAM })), 'at 0');
    assert.equal((await Array.fromAsync(after.readStream('s-1'))).length, 1);
    await after.dispose();
    await second.kill();
    await rm(directory, { recursive: true });
  });
});
