import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { codecOf } from '../../src/commands/codec.ts';
import { commandHalf } from '../../src/commands/eventIds.ts';
import { type EventStore, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { type Ctx, executor } from '../../src/commands/execute.ts';
import { type AppendFault, memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { rememberedCommandsMax } from '../../src/commands/seenCommands.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { conference } from '../../src/domain/conferences/conference.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import type { RefusalCode } from '../../src/domain/refusals.ts';
import { memoryVault } from '../support/memoryVault.ts';

const conferenceId = randomUUID();
const accounts = Array.from({ length: 40 }, () => randomUUID());
const actor = { kind: 'account' as const, id: randomUUID() };
const origin = { displayName: 'Anna', ip: '192.0.2.1', userAgent: 'test' };

const ctx = (asked: unknown, more: Partial<Ctx> = {}): Ctx => ({
  actor,
  origin,
  commandId: randomUUID(),
  asked,
  ...more,
});
const create = {
  type: 'CreateConference' as const,
  data: {
    conferenceId,
    kind: 'virtual_room' as const,
    cid: 'x',
    title: 'X',
    description: '',
    ownerId: actor.id,
    joinWithoutInvitation: true,
  },
};
const invite = (accountId: string | undefined) => ({
  type: 'InviteMember' as const,
  data: { conferenceId, accountId: accountId ?? '' },
});

type Setting = {
  fault?: (stream: string) => AppendFault | null;
  wrap?: (store: EventStore) => EventStore;
  idsUniqueIn?: EventStore['idsUniqueIn'];
};
const setUp = ({ fault = () => null, wrap = (store) => store, idsUniqueIn = 'log' }: Setting = {}) => {
  const vault = memoryVault();
  const memory = memoryEventStore({ now: () => new Date(), faults: { append: fault } });
  const store = wrap({ ...memory, idsUniqueIn });
  const codec = codecOf(vault, vocabularies);
  const open = (node: string) =>
    executor({ store, codec, now: () => new Date(), node, digestKey: Buffer.alloc(32, 7) });
  return { store, vault, codec, open };
};

const refused = async (act: Promise<unknown>, code: RefusalCode): Promise<void> => {
  await assert.rejects(act, (error: unknown) => error instanceof Refusal && error.code === code);
};

const recordedIn = async ({ store, codec }: ReturnType<typeof setUp>) =>
  (await codec.decode(await Array.fromAsync(store.readStream(`conference-${conferenceId}`)))).map(({ event }) => event);

describe('a command', () => {
  test('is recorded with who, why and from where, sealed under the key of its actor', async () => {
    const setting = setUp();
    await setting.open('n').execute(conference, conferenceId, create, ctx('x', { reason: 'because' }));
    const [event] = await recordedIn(setting);
    assert.deepEqual([event?.meta.origin, event?.meta.reason], [origin, 'because']);
    const [stored] = await Array.fromAsync(setting.store.readStream(`conference-${conferenceId}`));
    assert.ok(stored && !Buffer.from(stored.metadata).includes('192.0.2.1'));
    await setting.vault.erase(actor.id);
    assert.equal((await recordedIn(setting))[0]?.meta.origin, null);
  });

  test.each(['log' as const, 'stream' as const])(
    'sent again when thousands have come since is answered as the first time, with ids unique in the %s',
    async (idsUniqueIn) => {
      let away = false;
      const reading = (store: EventStore): EventStore => ({
        ...store,
        readStream: (stream, range) => {
          if (away && range?.limit === 1) throw new StoreUnavailable('away');
          return store.readStream(stream, range);
        },
      });
      const setting = setUp({ wrap: reading, idsUniqueIn });
      const run = setting.open('n');
      await run.execute(conference, conferenceId, create, ctx('x'));
      const retitle = (title: string) => ({
        type: 'EditConference' as const,
        data: { conferenceId, title, description: `of ${title}`, joinWithoutInvitation: undefined },
      });
      const asked = ctx({ title: 'first' });
      const first = await run.execute(conference, conferenceId, retitle('first'), asked);
      for (let n = 0; n < 2 * rememberedCommandsMax; n += 1) {
        await run.execute(conference, conferenceId, retitle(`title ${n}`), ctx({ n }));
      }
      const before = (await recordedIn(setting)).length;
      for (const node of [run, setting.open('another')]) {
        assert.deepEqual(await node.execute(conference, conferenceId, retitle('first'), asked), first);
        const other = { ...asked, asked: { title: 'other' } };
        await refused(node.execute(conference, conferenceId, retitle('other'), other), 'command.id_reused');
        away = true;
        await refused(node.execute(conference, conferenceId, retitle('first'), asked), 'command.outcome_unknown');
        away = false;
        assert.deepEqual(await node.execute(conference, conferenceId, retitle('first'), asked), first);
      }
      assert.equal((await recordedIn(setting)).length, before);
    },
  );

  test('has ids of its own on another stream, where the store cannot refuse it there', async () => {
    const setting = setUp({ idsUniqueIn: 'stream' });
    const { execute } = setting.open('n');
    const asked = ctx('x');
    const first = await execute(conference, conferenceId, create, asked);
    const elsewhere = randomUUID();
    const there = { ...create, data: { ...create.data, conferenceId: elsewhere } };
    const second = await execute(conference, elsewhere, there, asked);
    assert.notEqual(second.position, first.position);
    assert.deepEqual(await execute(conference, conferenceId, create, asked), first);
    assert.deepEqual(await execute(conference, elsewhere, there, asked), second);
    const [one, other] = (await Array.fromAsync(setting.store.readAll())).map(({ id }) => id);
    assert.ok(one && other && one !== other);
    assert.equal(commandHalf(one), commandHalf(other));
  });

  test('sent twice, by two nodes even, is recorded once and answered alike', async () => {
    const setting = setUp();
    const [one, two] = [setting.open('one'), setting.open('two')];
    await one.execute(conference, conferenceId, create, ctx('x'));
    const asked = ctx({ accountId: accounts[0] });
    const first = await one.execute(conference, conferenceId, invite(accounts[0]), asked);
    assert.deepEqual(await two.execute(conference, conferenceId, invite(accounts[0]), asked), first);
    assert.deepEqual(await one.execute(conference, conferenceId, invite(accounts[0]), asked), first);
    assert.equal((await recordedIn(setting)).length, 2);
  });

  test('under an id that served another payload or another actor is refused', async () => {
    const { execute } = setUp().open('n');
    await execute(conference, conferenceId, create, ctx('x'));
    const asked = ctx({ accountId: accounts[0] });
    await execute(conference, conferenceId, invite(accounts[0]), asked);
    await refused(
      execute(conference, conferenceId, invite(accounts[1]), { ...asked, asked: 'other' }),
      'command.id_reused',
    );
    const other = { kind: 'account' as const, id: randomUUID() };
    await refused(
      execute(conference, conferenceId, invite(accounts[0]), { ...asked, actor: other }),
      'command.id_reused',
    );
    const elsewhere = randomUUID();
    const there = { ...create, data: { ...create.data, conferenceId: elsewhere } };
    await refused(execute(conference, elsewhere, there, asked), 'command.id_reused');
  });

  test('decided on a stale state is decided again: racing nodes lose nothing', async () => {
    const setting = setUp();
    const nodes = [setting.open('one'), setting.open('two'), setting.open('three')];
    await nodes[0]?.execute(conference, conferenceId, create, ctx('x'));
    await Promise.all(
      accounts.map(async (id, index) => nodes[index % 3]?.execute(conference, conferenceId, invite(id), ctx(id))),
    );
    const events = await recordedIn(setting);
    assert.equal(events.length, accounts.length + 1);
    assert.deepEqual(
      events.map(({ revision }) => revision),
      [...events.keys()],
    );
  });

  test('whose revision was missed conflicts', async () => {
    const { execute } = setUp().open('n');
    await execute(conference, conferenceId, create, ctx('x'));
    await refused(
      execute(conference, conferenceId, invite(accounts[0]), ctx('y', { expectedRevision: 7 })),
      'command.conflict',
    );
    await execute(conference, conferenceId, invite(accounts[0]), ctx('y', { expectedRevision: 0 }));
  });

  test('run dry says what it would record, and records nothing', async () => {
    const setting = setUp();
    const { planned } = await setting.open('n').execute(conference, conferenceId, create, ctx('x', { dryRun: true }));
    assert.deepEqual(
      planned?.map(({ event }) => event.type),
      ['ConferenceCreated'],
    );
    assert.deepEqual(await recordedIn(setting), []);
  });

  test('is refused while the store is away, and goes through afterwards', async () => {
    let away = true;
    const { execute } = setUp({ fault: () => (away ? 'refused' : null) }).open('n');
    const asked = ctx('x');
    await refused(execute(conference, conferenceId, create, asked), 'event_store.unavailable');
    away = false;
    await execute(conference, conferenceId, create, asked);
  });

  test('without an answer has an unknown outcome; the same again finds out', async () => {
    let silent = true;
    const setting = setUp({ fault: () => (silent ? 'lost' : null) });
    const { execute } = setting.open('n');
    const asked = ctx('x');
    await refused(execute(conference, conferenceId, create, asked), 'command.outcome_unknown');
    silent = false;
    await execute(conference, conferenceId, create, asked);
    assert.equal((await recordedIn(setting)).length, 1);
  });

  test('that always loses the race gives up after a while', async () => {
    const calm = setUp();
    const rival = calm.open('rival');
    await rival.execute(conference, conferenceId, create, ctx('x'));
    const store: EventStore = {
      ...calm.store,
      append: async (stream, expected, events) => {
        const id = randomUUID(); // Somebody else is always faster.
        await rival.execute(conference, conferenceId, invite(id), ctx(id));
        return calm.store.append(stream, expected, events);
      },
    };
    let clock = 0;
    const now = () => new Date((clock += 300));
    const { execute } = executor({ store, codec: calm.codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) });
    await refused(execute(conference, conferenceId, invite(accounts[0]), ctx(0)), 'command.too_busy');
  });
});

describe('commands on a store with faults', () => {
  test.each(['log' as const, 'stream' as const])(
    'are each recorded exactly once, whatever answers get lost, with ids unique in the %s',
    async (idsUniqueIn) => {
      await fc.assert(
        fc.asyncProperty(
          fc.infiniteStream(
            fc.constantFrom<AppendFault | null>(null, null, null, 'refused', 'lost', 'answerLost', 'late'),
          ),
          async (faults) => {
            let healed = false;
            const setting = setUp({ fault: () => (healed ? null : (faults.next().value ?? null)), idsUniqueIn });
            const nodes = [setting.open('one'), setting.open('two')];
            const insist = async (n: number, act: () => Promise<unknown> | undefined): Promise<void> => {
              for (let tries = 0; tries < 200; tries += 1) {
                try {
                  await act();
                  return;
                } catch (error) {
                  const again =
                    error instanceof Refusal &&
                    ['event_store.unavailable', 'command.outcome_unknown', 'command.too_busy'].includes(error.code);
                  if (!again) throw error;
                }
                if (tries > 20) healed = true;
              }
              throw new Error(`command ${n} never went through`);
            };
            const made = ctx('x');
            await insist(-1, () => nodes[0]?.execute(conference, conferenceId, create, made));
            const some = accounts.slice(0, 12);
            await Promise.all(
              some.map((id, n) => {
                const asked = ctx(id);
                return insist(n, () => nodes[n % 2]?.execute(conference, conferenceId, invite(id), asked));
              }),
            );
            const invited = (await recordedIn(setting)).flatMap(({ type, data }) =>
              type === 'ConferenceMemberInvited' ? [(data as { accountId: string }).accountId] : [],
            );
            assert.deepEqual(invited.toSorted(), some.toSorted());
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});
