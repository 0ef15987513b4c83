// What an EventStoreDB answers to appends: every expectation, repetitions, races, sizes.
import { randomUUID } from 'node:crypto';
import {
  type AppendToStreamOptions,
  binaryEvent,
  type EventData,
  NO_STREAM,
  STREAM_EXISTS,
} from '@eventstore/db-client';
import { brief, type Case, collect, event, type Subject, seen } from './transcript.ts';

const account = { username: 'admin', password: 'changeit' };
// Not in the type of the options any more, and ignored.
const ignored = { throwOnAppendFailure: false };
const nobody = { username: 'admin', password: 'nope' };

export const appendCases = ({ client, stream }: Subject): Case[] => {
  const [a1, a2, a3] = [event('A'), event('B'), event('C')];
  const append = (name: string, events: EventData | EventData[], options?: AppendToStreamOptions) => () =>
    brief(client.appendToStream(stream(name), events, options));
  const race = async () => {
    const asked = Array.from({ length: 64 }, () =>
      client.appendToStream(stream('race'), event('R'), { expectedRevision: NO_STREAM }),
    );
    const results = await Promise.allSettled(asked);
    const lost = results.filter((result) => result.status === 'rejected');
    const errors = lost.map(({ reason }) => (reason instanceof Error ? reason.constructor.name : 'none'));
    return { won: results.length - lost.length, errors: [...new Set(errors)] };
  };
  const dense = async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    await Promise.all(numbers.map((i) => client.appendToStream(stream('dense'), event('N', { i }))));
    const all = await collect(client.readStream(stream('dense')));
    return { count: all.length, dense: all.every((each, i) => each.event?.revision === BigInt(i)) };
  };
  return [
    ['append.noStream', append('s', [a1, a2], { expectedRevision: NO_STREAM })],
    ['append.noStream.retry.sameIds', append('s', [a1, a2], { expectedRevision: NO_STREAM })],
    ['append.any.retry.sameIds', append('s', [a1, a2])],
    ['append.any.retry.firstOnly', append('s', [a1])],
    ['append.any.retry.oldAndNew', append('s', [a2, a3])],
    ['append.noStream.retry.oldAndNew', append('s', [a1, event('X')], { expectedRevision: NO_STREAM })],
    ['append.noStream.onExisting', append('s', event('D'), { expectedRevision: NO_STREAM })],
    ['append.revision.tooLow', append('s', event('D'), { expectedRevision: 0n })],
    ['append.revision.tooHigh', append('s', event('D'), { expectedRevision: 99n })],
    ['append.revision.onMissing', append('missing', event('D'), { expectedRevision: 0n })],
    ['append.streamExists.onMissing', append('missing', event('D'), { expectedRevision: STREAM_EXISTS })],
    ['append.throwOff.wrong', append('s', event('D'), { expectedRevision: 0n, ...ignored })],
    ['append.withCredentials(unary).wrong', append('s', event('D'), { expectedRevision: 0n, credentials: account })],
    [
      'append.withCredentials(unary).ok',
      append('u', event('D'), { expectedRevision: NO_STREAM, credentials: account }),
    ],
    ['append.sameIdOtherStream', append('t', [a1], { expectedRevision: NO_STREAM })],
    [
      'append.binary',
      append('bin', binaryEvent({ type: 'Bin', data: Buffer.from([0, 255, 1]), metadata: Buffer.from('m') })),
    ],
    ['append.race.64', race],
    ['append.concurrent.any.revisionsDense', dense],
  ];
};

export const appendEdgeCases = (subject: Subject): Case[] => {
  const { client, stream, prefix } = subject;
  const append = (name: string, events: EventData | EventData[], options?: AppendToStreamOptions) => () =>
    brief(client.appendToStream(stream(name), events, options));
  const to = (name: string) => () => brief(client.appendToStream(name, event('A')));
  const twin = randomUUID();
  const twins = [event('T', { i: 1 }, twin), event('T', { i: 2 }, twin)];
  const late = event('L');
  const many = Array.from({ length: 1000 }, (_, i) => event('M', { i }));
  const firstOf = async (name: string) => (await collect(client.readStream(name)))[0]?.event;
  const keptAs = async (name: string, each: EventData) => {
    await client.appendToStream(stream(name), each);
    return firstOf(stream(name));
  };
  return [
    ['append.empty', append('empty', [])],
    ['append.empty.onExisting', append('s', [], { expectedRevision: STREAM_EXISTS })],
    ['append.empty.wrongRevision', append('s', [], { expectedRevision: 77n })],
    ['append.thousand', append('many', many, { expectedRevision: NO_STREAM })],
    ['append.64KiB', append('edge', event('E', { s: 'x'.repeat(65_000) }), { expectedRevision: NO_STREAM })],
    ['append.sameIdTwiceInOneBatch', append('twin', twins, { expectedRevision: NO_STREAM })],
    ['append.sameIdTwiceInOneBatch.read', () => seen(subject, client.readStream(stream('twin')))],
    ['', append('late', late, { expectedRevision: NO_STREAM })],
    [
      '',
      append(
        'late',
        Array.from({ length: 500 }, () => event('F')),
      ),
    ],
    ['retry.after500Others.noStream', append('late', late, { expectedRevision: NO_STREAM })],
    ['retry.after500Others.any', append('late', late)],
    ['retry.sameId.otherPayload', append('late', { ...late, data: { other: true } }, { expectedRevision: NO_STREAM })],
    ['retry.sameId.wrongLaterRevision', append('late', late, { expectedRevision: 3n })],
    ['type.long', append('type', event('T'.repeat(5000)))],
    ['type.system', append('type', event('$mine'))],
    ['stream.long', to(`${prefix}${'n'.repeat(5000)}`)],
    [
      'stream.unicode',
      async () => {
        const name = `${prefix}Zoë 会議/\n-1`;
        await client.appendToStream(name, event('A'));
        return { same: (await firstOf(name))?.streamId === name };
      },
    ],
    ['stream.system', to(`$${prefix}`)],
    [
      'data.malformedJson',
      async () => {
        const bytes = binaryEvent({ type: 'Bad', data: Buffer.from('{"a":') });
        // By its types the client sends no broken JSON, which is what this asks for; its code passes bytes on.
        const kept = await keptAs('bad', { ...bytes, contentType: 'application/json' } as unknown as EventData);
        return { isJson: kept?.isJson, data: Object.fromEntries(Object.entries(kept?.data ?? {})) };
      },
    ],
    [
      'data.duplicateKeysKept',
      async () => ({ order: Object.keys((await keptAs('dup', event('Dup', { b: 1, a: 2 })))?.data ?? {}) }),
    ],
    ['credentials.wrong', append('cred', event('A'), { credentials: nobody })],
  ];
};
