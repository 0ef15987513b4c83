// What an EventStoreDB answers about streams that were deleted or limited, and after appends that it refused.
import { EventStoreDBClient, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { brief, type Case, collect, event, failureOf, type Subject, seen } from './transcript.ts';

export const deleteCases = (subject: Subject): Case[] => {
  const { client, stream } = subject;
  const read = (name: string) => () => seen(subject, client.readStream(stream(name)));
  return [
    ['', () => client.appendToStream(stream('del'), [event('A'), event('B')])],
    ['delete.soft', async () => Object.keys(await client.deleteStream(stream('del')))],
    ['delete.soft.read', read('del')],
    [
      'delete.soft.appendNoStream',
      () => brief(client.appendToStream(stream('del'), event('C'), { expectedRevision: NO_STREAM })),
    ],
    ['delete.soft.readAgain', read('del')],
    ['', () => client.appendToStream(stream('tomb'), event('A'))],
    ['tombstone', async () => Object.keys(await client.tombstoneStream(stream('tomb')))],
    ['tombstone.read', read('tomb')],
    ['tombstone.append', () => brief(client.appendToStream(stream('tomb'), event('B')))],
    ['delete.missing', async () => Object.keys(await client.deleteStream(stream('never')))],
    [
      'delete.wrongRevision',
      async () => Object.keys(await client.deleteStream(stream('dense'), { expectedRevision: 3n })),
    ],
  ];
};

export const limitCases = ({ client, stream }: Subject): Case[] => [
  [
    'metadata.maxCount.hidesOldEvents',
    async () => {
      await client.setStreamMetadata(stream('many'), { maxCount: 3 });
      const all = await collect(client.readStream(stream('many')), 5000);
      return { count: all.length, first: `${all[0]?.event?.revision}` };
    },
  ],
  [
    'delete.soft.streamExists',
    async () => {
      await client.appendToStream(stream('gone'), event('A'));
      await client.deleteStream(stream('gone'));
      return brief(client.appendToStream(stream('gone'), event('B'), { expectedRevision: STREAM_EXISTS }));
    },
  ],
  [
    'delete.soft.exactRevision',
    async () => {
      await client.appendToStream(stream('gone2'), [event('A'), event('B')]);
      await client.deleteStream(stream('gone2'));
      return brief(client.appendToStream(stream('gone2'), event('C'), { expectedRevision: 1n }));
    },
  ],
];

type Act = (client: EventStoreDBClient, own: string) => ReturnType<EventStoreDBClient['appendToStream']>;

const answerMs = 5000;
const deadlineMs = 10_000;

/**
 * Refused appends that leave something behind: the server answers some once more at their deadline, the client finds
 * nobody who waits, and every later append of that client waits for ever.
 */
export const refusedCases = (subject: Subject): Case[] => {
  const { url, stream, pace, pause } = subject;
  const orHang = <T>(asked: Promise<T>): Promise<T | 'HANGS'> =>
    Promise.race([asked, pause(answerMs).then(() => 'HANGS' as const)]);
  const outcome = (asked: ReturnType<Act>) =>
    orHang(
      brief(asked).then(
        (ok) => ({ ok }),
        (error: unknown) => ({ failed: failureOf(subject, error) }),
      ),
    );
  const large = (bytes: number) => event('H', { s: 'x'.repeat(bytes) });
  const acts: Record<string, Act> = {
    'event.twoMegabytes': (client, own) => client.appendToStream(own, large(2_100_000)),
    'events.overOneMegabyteTogether': (client, own) =>
      client.appendToStream(
        own,
        Array.from({ length: 300 }, () => large(5000)),
      ),
    'type.empty': (client, own) => client.appendToStream(own, event('')),
    'stream.empty': (client) => client.appendToStream('', event('A')),
    'revision.wrong': (client, own) => client.appendToStream(own, event('A'), { expectedRevision: 77n }),
    'stream.tombstoned': (client) => client.appendToStream(stream('tomb'), event('A')),
  };
  const aftermath = async (act: Act, own: string) => {
    const client = EventStoreDBClient.connectionString(`${url}&defaultDeadline=${deadlineMs * pace}`);
    await client.appendToStream(own, event('A'));
    const answer = await outcome(act(client, own));
    await pause(deadlineMs + 3000);
    return {
      answer,
      appendOnSameClientLater: await outcome(client.appendToStream(own, event('B'))),
      readOnSameClientLater: await orHang(collect(client.readStream(own)).then((all) => all.length)),
    };
  };
  // All at once, since each has to wait for its deadline.
  let running: Promise<unknown[]> | null = null;
  const all = () => Promise.all(Object.values(acts).map((act, index) => aftermath(act, stream(`own${index}`))));
  return [
    ...Object.keys(acts).map(
      (name, index): Case => [
        `refused.${name}`,
        async () => {
          running ??= all();
          return (await running)[index];
        },
      ],
    ),
    ['refused.appendOnOtherClientLater', () => outcome(subject.client.appendToStream(stream('doomed'), event('C')))],
  ];
};
