import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import { z } from 'zod';
import { codecOf } from '../../src/commands/codec.ts';
import type { EventStore, NewEvent } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { highestFormatLevel, levelled, recordedFormatLevel } from '../../src/commands/formatLevel.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { server } from '../../src/domain/identity/server.ts';
import { type Command, type Decider, type Fact, fact, Refusal, vocabulary } from '../../src/domain/kernel.ts';
import type { RefusalCode } from '../../src/domain/refusals.ts';
import { memoryVault } from '../support/memoryVault.ts';

const now = () => new Date('2026-03-01T12:00:00Z');
const things = vocabulary(
  [fact('ThingMade', { name: z.string() }), fact('ThingPainted', { name: z.string() })],
  {},
  {
    ThingPainted: 2,
  },
);
type Thing = ReturnType<typeof things.parse>;
/** Records the event type it is asked for. */
const thing: Decider<null, Command<Thing['type'], Thing['data']>, Thing> = {
  category: 'thing',
  initial: null,
  vocabulary: things,
  decide: ({ type, data }) => [{ type, data } as Thing],
  evolve: () => null,
};

const refusedWith = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const serverId = randomUUID();
const raw = (type: string, data: object): NewEvent => ({
  id: randomUUID(),
  type,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from('{}'),
});
const raisedTo = (level: number): NewEvent =>
  raw('FormatLevelRaised', { serverId, level, raisedAt: now().toISOString() });

/** A program that knows the types of this test besides its own. */
const programOn = (store: EventStore) => {
  const known = new Map([...vocabularies, ['thing', things]]);
  const run = executor({
    store: levelled(store, serverId, known),
    codec: codecOf(memoryVault(), known),
    now,
    node: 'n',
    digestKey: Buffer.alloc(32, 7),
  });
  const ctx = () => ({
    actor: { kind: 'system' as const, id: 's' },
    origin: null,
    commandId: randomUUID(),
    asked: null,
  });
  return {
    make: (type: Thing['type'], id: string = randomUUID()) =>
      run.execute(thing, id, { type, data: { name: 'x' } }, ctx()),
    raise: (level: number) => {
      const data = { serverId, level, leaveBehind: false };
      return run.execute(server, serverId, { type: 'RaiseFormatLevel', data }, ctx());
    },
  };
};
const count = async (store: EventStore) => (await Array.fromAsync(store.readAll())).length;

describe('a log', () => {
  test('takes an event type only once it was raised to the level it came with', async () => {
    const store = memoryEventStore({ now });
    const { make, raise } = programOn(store);
    await make('ThingMade');
    const id = randomUUID();
    await assert.rejects(make('ThingPainted', id), refusedWith('server.format_level_too_low'));
    assert.equal(await count(store), 1);
    await make('ThingMade', id); // Its stream is none the worse for it.
    await raise(2);
    await make('ThingPainted', id);
    assert.equal(await count(store), 4);
  });

  test('that another node raised is noticed at the next such event', async () => {
    const store = memoryEventStore({ now });
    const [here, there] = [programOn(store), programOn(store)];
    await assert.rejects(here.make('ThingPainted'), refusedWith('server.format_level_too_low'));
    await there.raise(2);
    await here.make('ThingPainted');
  });

  test('of a newer program tells its level although nothing else in it can be read', async () => {
    const store = memoryEventStore({ now });
    assert.equal(await recordedFormatLevel(store, serverId), 1);
    await store.append(`server-${serverId}`, 'noStream', [
      raw('ServerPolished', { how: 'well' }),
      raisedTo(2),
      raisedTo(99),
      raw('ServerPolished', { how: 'better' }),
    ]);
    assert.equal(await recordedFormatLevel(store, serverId), 99);
  });

  test('is read up to the highest level of any type this program has', () => {
    const levels = [...vocabularies.values()].flatMap((each: { levels: Fact['data'] }) => Object.values(each.levels));
    assert.equal(highestFormatLevel, Math.max(...(levels as number[])));
    assert.ok(levels.every((level) => Number.isInteger(level) && level >= 1));
  });
});
