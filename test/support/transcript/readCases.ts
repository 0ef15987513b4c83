// What an EventStoreDB answers to reads and subscriptions, at every edge.
import { BACKWARDS, END, eventTypeFilter, START, streamNameFilter } from '@eventstore/db-client';
import { type Case, collect, event, mine, type Subject, seen, squeeze, watch } from './transcript.ts';

type ReadOptions = Parameters<Subject['client']['readStream']>[1];
type AllOptions = Parameters<Subject['client']['readAll']>[0];

const systemTypes = (types: readonly (string | undefined)[]) =>
  [...new Set(types.filter((type) => type?.startsWith('$')))].sort();

export const readCases = (subject: Subject): Case[] => {
  const { client, stream, prefix } = subject;
  const read = (name: string, options?: ReadOptions) => () => seen(subject, client.readStream(stream(name), options));
  const all = (options: AllOptions) => collect(client.readAll(options));
  // The client's readAll ignores it, and so does its type.
  const filter = { filter: mine(subject) };
  return [
    ['read.forwards', read('s')],
    ['read.backwards.end.max1', read('s', { direction: BACKWARDS, fromRevision: END, maxCount: 1 })],
    ['read.forwards.from1', read('s', { fromRevision: 1n })],
    ['read.forwards.beyondEnd', read('s', { fromRevision: 99n })],
    ['read.backwards.beyondEnd', read('s', { direction: BACKWARDS, fromRevision: 99n })],
    ['read.missing', read('nope')],
    ['read.max0', read('s', { maxCount: 0 })],
    [
      'read.recordedFields',
      async () => {
        const [first] = await collect(client.readStream(stream('s'), { maxCount: 1 }));
        const found = first?.event;
        return {
          keys: Object.keys(found ?? {}).sort(),
          metadata: found?.metadata,
          created: typeof found?.created,
          position: Object.keys(found?.position ?? {}),
          resolved: Object.keys(first ?? {}).sort(),
        };
      },
    ],
    [
      'all.forwards.hasSystemEvents',
      async () => {
        const kinds = systemTypes((await all({ maxCount: 200 })).map((each) => each.event?.type));
        return { some$: kinds.length > 0, kinds };
      },
    ],
    [
      'all.positionsIncrease',
      async () => {
        const found = await all({ maxCount: 500 });
        const positions = found.map((each) => each.event?.position.commit ?? each.commitPosition ?? -1n);
        return {
          count: found.length,
          strictly: positions.every((each, i) => i === 0 || each > (positions[i - 1] ?? each)),
          prepareEqualsCommit: found.every((each) => each.event?.position.prepare === each.event?.position.commit),
        };
      },
    ],
    [
      'all.filter.prefix',
      async () => {
        const found = await all({ maxCount: 1000, ...filter });
        return { count: found.length, onlyMine: found.every((each) => each.event?.streamId.startsWith(prefix)) };
      },
    ],
    [
      'all.backwards.max3',
      () => seen(subject, client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 3, ...filter })),
    ],
    [
      'all.fromPosition.inclusive',
      async () => {
        const third = (await all({ maxCount: 5, ...filter }))[2]?.event;
        const [again] = await all({ fromPosition: third?.position ?? END, maxCount: 1, ...filter });
        return { startsAtThatEvent: again?.event?.id === third?.id };
      },
    ],
  ];
};

const checkpointCase = (subject: Subject, interval: number): Case => {
  const { client, prefix, pause } = subject;
  return [
    `subscribe.all.filter.checkpointInterval${interval}`,
    async () => {
      let checkpoints = 0;
      const checkpointReached = async () => void (checkpoints += 1);
      const prefixes = [`${prefix}sub${interval}`];
      const filter = streamNameFilter({
        prefixes,
        checkpointInterval: interval,
        maxSearchWindow: 32,
        checkpointReached,
      });
      const noise = async () => {
        for (let i = 0; i < 400; i += 1) await client.appendToStream(`${prefix}noise-${i % 7}`, event('Noise'));
      };
      const log = await watch(subject, client.subscribeToAll({ fromPosition: END, filter }), 6000, async () => {
        await pause(500);
        await noise();
        await client.appendToStream(`${prefix}sub${interval}-1`, event('Mine'));
        await noise();
      });
      return { log: squeeze(log), checkpointsSeen: checkpoints > 0, checkpoints };
    },
  ];
};

export const subscribeCases = (subject: Subject): Case[] => {
  const { client, stream, pause } = subject;
  const later = (name: string, type: string) => async () => {
    await pause(700);
    await client.appendToStream(stream(name), event(type));
  };
  const from = (name: string, fromRevision: typeof START | bigint) =>
    client.subscribeToStream(stream(name), { fromRevision });
  return [
    [
      'subscribe.stream.fromStart',
      async () => squeeze(await watch(subject, from('s', START), 1500, later('s', 'Late'))),
    ],
    [
      'subscribe.stream.missing',
      async () => squeeze(await watch(subject, from('future', START), 1500, later('future', 'First'))),
    ],
    ['subscribe.stream.fromRevision0.exclusive', async () => squeeze(await watch(subject, from('s', 0n), 1000))],
    checkpointCase(subject, 1),
    checkpointCase(subject, 5),
    [
      'subscribe.all.exclusive',
      async () => {
        const [first, second] = (await collect(client.readAll({ maxCount: 3 }))).map((each) => each.event);
        const subscription = client.subscribeToAll({ fromPosition: first?.position ?? START, filter: mine(subject) });
        for await (const { event: found } of subscription) {
          return [found?.id === second?.id ? 'second' : found?.id === first?.id ? 'first' : 'other'];
        }
        return [];
      },
    ],
  ];
};

const lastPosition = async ({ client }: Subject): Promise<{ commit: bigint; prepare: bigint }> => {
  const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
  return last?.event?.position ?? { commit: 0n, prepare: 0n };
};

const beyond = { commit: 1n << 60n, prepare: 1n << 60n };

export const readEdgeCases = (subject: Subject): Case[] => {
  const { client, stream, prefix } = subject;
  const read = (name: string, options?: ReadOptions) => () => seen(subject, client.readStream(stream(name), options));
  const follow = async (options: Parameters<typeof client.subscribeToAll>[0], ms: number) =>
    watch(subject, client.subscribeToAll(options), ms);
  const shifted = async (by: bigint) => {
    const { commit, prepare } = await lastPosition(subject);
    return { commit: commit + by, prepare: prepare + by };
  };
  const filter = mine(subject);
  return [
    ['read.backwards.missing', read('nope', { direction: BACKWARDS, fromRevision: END })],
    ['read.backwards.start', read('s', { direction: BACKWARDS, fromRevision: START })],
    ['read.forwards.end', read('s', { fromRevision: END })],
    [
      'read.many.order',
      async () => {
        const found = await collect(client.readStream(stream('many')), 5000);
        return { count: found.length, dense: found.every((each, i) => each.event?.revision === BigInt(i)) };
      },
    ],
    [
      'all.notOnBoundary',
      async () => (await collect(client.readAll({ fromPosition: await shifted(1n), maxCount: 2 }))).length,
    ],
    ['all.beyondEnd', async () => (await collect(client.readAll({ fromPosition: beyond, maxCount: 2 }))).length],
    [
      'subscribe.all.notOnBoundary',
      async () => squeeze(await follow({ fromPosition: await shifted(-1n), filter }, 1000)),
    ],
    ['subscribe.all.beyondEnd', async () => squeeze(await follow({ fromPosition: beyond, filter }, 1000))],
    [
      'subscribe.all.typeFilter',
      async () => [
        ...new Set(
          await follow({ fromPosition: START, filter: eventTypeFilter({ prefixes: ['Late', 'Mine'] }) }, 4000),
        ),
      ],
    ],
    [
      'subscribe.all.regexFilter',
      async () => {
        const regex = `^${prefix}(s|late)-`;
        return squeeze(await follow({ fromPosition: START, filter: streamNameFilter({ regex }) }, 4000));
      },
    ],
    [
      'subscribe.stream.deleted',
      async () =>
        squeeze(await watch(subject, client.subscribeToStream(stream('tomb'), { fromRevision: START }), 1000)),
    ],
    [
      'subscribe.many.allArrive',
      async () => {
        const log = await watch(subject, client.subscribeToStream(stream('many'), { fromRevision: START }), 2500);
        const events = log.filter((line) => line.startsWith('event')).length;
        return { events, caughtUp: log.includes('caughtUp'), fellBehind: log.includes('fellBehind') };
      },
    ],
  ];
};
