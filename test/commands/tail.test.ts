import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { type EventStore, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { type Executor, executor } from '../../src/commands/execute.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { followTail } from '../../src/commands/tail.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { memoryVault } from '../support/memoryVault.ts';
import { freshDatabase } from '../support/postgres.ts';

const now = () => new Date();
const actor = { kind: 'account' as const, id: randomUUID() };
const ctx = (asked: unknown) => ({ actor, origin: null, commandId: randomUUID(), asked });

const create = (run: Executor, conferenceId: string) => {
  const names = { cid: conferenceId.slice(0, 8), title: 'Review', description: '', ownerId: actor.id };
  const data = { conferenceId, kind: 'virtual_room' as const, joinWithoutInvitation: true, ...names };
  return run.execute(conference, conferenceId, { type: 'CreateConference', data }, ctx(data));
};
const retitle = (run: Executor, conferenceId: string, title: string) => {
  const data = { conferenceId, title, description: undefined, joinWithoutInvitation: undefined };
  return run.execute(conference, conferenceId, { type: 'EditConference', data }, ctx(data));
};

/** A store that counts the streams read from it and the questions for its end, and whose parts can fail or stall. */
const watched = (store: EventStore) => {
  const calls = { reads: 0, appends: 0, heads: 0 };
  const faults = { down: false, deaf: false };
  const wrapped: EventStore = {
    ...store,
    readStream: (...asked) => {
      calls.reads += 1;
      return store.readStream(...asked);
    },
    append: (...asked) => {
      calls.appends += 1;
      return store.append(...asked);
    },
    head: () => {
      calls.heads += 1;
      return faults.down ? Promise.reject(new StoreUnavailable('down')) : store.head();
    },
    subscribeAll: async function* (asked) {
      for await (const batch of store.subscribeAll(asked)) if (!faults.deaf) yield batch;
    },
  };
  return { store: wrapped, calls, faults };
};

const node = async (store: EventStore, vault = memoryVault()) => {
  const tail = await followTail(store);
  onTestFinished(() => tail.close());
  const codec = codecOf(vault, vocabularies);
  return executor({ store, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7), tail });
};

test('a stream that has not changed is not read again', async () => {
  const { store, calls } = watched(memoryEventStore({ now }));
  const run = await node(store);
  const id = randomUUID();
  await create(run, id);
  await run.load(conference, id);
  calls.reads = 0;
  for (let n = 0; n < 20; n += 1) expect((await run.load(conference, id)).revision).toBe(0);
  expect(calls.reads).toBe(0);
});

test('a stream that is known not to exist is not read again, and seen as soon as it does', async () => {
  const { store, calls } = watched(memoryEventStore({ now }));
  const vault = memoryVault();
  const [one, two] = [await node(store, vault), await node(store, vault)];
  const id = randomUUID();
  expect((await one.load(conference, id)).revision).toBe(-1);
  calls.reads = 0;
  await one.load(conference, id);
  expect(calls.reads).toBe(0);
  await create(two, id);
  expect((await one.load(conference, id)).revision).toBe(0);
});

test('whatever another process was answered is seen by the next look, in memory and in PostgreSQL', async () => {
  const { connection, drop } = await freshDatabase();
  const [first, second] = await Promise.all([1, 2].map(() => openPostgresEventStore({ connection })));
  if (!first || !second) throw new Error('two stores were opened');
  onTestFinished(async () => {
    await Promise.all([first.close(), second.close()]);
    await drop();
  });
  const shared = memoryEventStore({ now });
  for (const [ours, theirs] of [
    [shared, shared],
    [first, second],
  ] as const) {
    const vault = memoryVault();
    const nodes = [await node(ours, vault), await node(theirs, vault)] as const;
    const ids = Array.from({ length: 5 }, () => randomUUID());
    for (const id of ids) await create(nodes[0], id);
    const talk = async (id: string) => {
      for (let n = 0; n < 40; n += 1) {
        const { revision } = await retitle(nodes[n % 2 === 0 ? 0 : 1], id, `take ${n}`);
        const seen = await Promise.all(nodes.map((each) => each.load(conference, id)));
        for (const { state, revision: at } of seen) {
          expect(at).toBe(revision);
          expect(state).toMatchObject({ title: `take ${n}` });
        }
      }
    };
    await Promise.all(ids.map(talk));
  }
});

test('what another process wrote is read before it is built upon, once it was heard of', async () => {
  const shared = memoryEventStore({ now });
  const { store, calls } = watched(shared);
  const vault = memoryVault();
  const [one, two] = [await node(store, vault), await node(shared, vault)];
  const [id, other] = [randomUUID(), randomUUID()];
  await create(one, id);
  await create(one, other);
  await retitle(two, id, 'theirs');
  await one.load(conference, other); // Hears of everything up to here.
  calls.appends = 0;
  await retitle(one, id, 'ours');
  expect(calls.appends).toBe(1);
});

test('what is looked up as of one moment takes one question to the log, and misses nothing from before', async () => {
  const shared = memoryEventStore({ now });
  const { store, calls } = watched(shared);
  const vault = memoryVault();
  const [one, two] = [await node(store, vault), await node(shared, vault)];
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of ids) await create(one, id);
  for (const id of ids) await one.load(conference, id);
  for (let n = 0; n < 20; n += 1) {
    for (const id of ids) await retitle(two, id, `take ${n}`);
    const sinceMs = performance.now();
    calls.heads = 0;
    for (const id of ids) expect((await one.load(conference, id, sinceMs)).state).toMatchObject({ title: `take ${n}` });
    expect(calls.heads).toBe(1);
  }
});

test('where the log is not heard in time, its streams are read', async () => {
  const shared = memoryEventStore({ now });
  const { store, calls, faults } = watched(shared);
  const vault = memoryVault();
  const [deaf, other] = [await node(store, vault), await node(shared, vault)];
  const id = randomUUID();
  await create(deaf, id);
  await deaf.load(conference, id);
  faults.deaf = true;
  await retitle(other, id, 'unheard of');
  calls.reads = 0;
  expect((await deaf.load(conference, id)).state).toMatchObject({ title: 'unheard of' });
  expect(calls.reads).toBe(1);
});

test('where the log cannot be asked, what is remembered is not trusted', async () => {
  const { store, faults } = watched(memoryEventStore({ now }));
  const run = await node(store);
  const id = randomUUID();
  await create(run, id);
  faults.down = true;
  await expect(run.load(conference, id)).rejects.toMatchObject({ code: 'event_store.unavailable' });
});

test('a subscription that ends with an error is taken up again where it was', async () => {
  const store = memoryEventStore({ now });
  let broken = 0;
  const tail = await followTail({
    ...store,
    subscribeAll: (asked) => {
      broken += 1;
      if (broken > 2) return store.subscribeAll(asked);
      return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('No such database')) }) };
    },
  });
  const heard: number[] = [];
  tail.listen((_, revision) => void heard.push(revision));
  const run = executor({
    store,
    codec: codecOf(memoryVault(), vocabularies),
    now,
    node: 'n',
    digestKey: Buffer.alloc(32),
  });
  const conferenceId = randomUUID();
  await create(run, conferenceId);
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual([0]);
  expect(await tail.current()).toBe(true);
  await tail.close();
});
