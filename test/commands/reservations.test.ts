import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import type { Caller } from '../../src/commands/access.ts';
import type { Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { createConference, reassignConferenceId } from '../../src/commands/conferences.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { createAccount } from '../../src/commands/identity.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { react as reactTo } from '../../src/commands/processes.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import { memoryVault } from '../support/memoryVault.ts';

const caller: Caller = {
  actor: { kind: 'account', id: randomUUID() },
  role: 'admin',
  signInId: randomUUID(),
  origin: { displayName: 'Admin', ip: '192.0.2.1', userAgent: 'test' },
};
const lapsedMs = 61_000;

class Killed extends Error {}

/** One log and one vault that outlive their processes. */
const world = () => {
  const clock = { now: new Date('2026-03-01T12:00:00Z') };
  const now = () => clock.now;
  const store = memoryEventStore({ now });
  const vault = memoryVault();
  const codec = codecOf(vault, vocabularies);

  /** A process that is killed when it is about to append for the `appendsMax`-th time after that. */
  const boot = (appendsMax = Number.POSITIVE_INFINITY): Needs => {
    let left = appendsMax;
    const mortal: EventStore = {
      ...store,
      append: (...args) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Killed()) : store.append(...args);
      },
    };
    return {
      executor: executor({ store: mortal, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) }),
      vault,
      passwords: { hash: (password) => Promise.resolve(`hash of ${password}`), verify: () => Promise.resolve(true) },
      now,
      serverId: randomUUID(),
      signInLifetimeMs: 1_000,
    };
  };
  /** What the jobs process makes of all that is recorded. */
  const react = async (): Promise<void> => {
    const nothing = { signInsOf: () => Promise.resolve([]), liveSessionsOf: () => Promise.resolve([]) };
    for (const { event } of await codec.decode(await Array.fromAsync(store.readAll()))) {
      if (/^(conference|account)-/.test(event.stream)) await reactTo(boot(), nothing, event);
    }
  };
  const recorded = async () => (await Array.fromAsync(store.readAll())).map(({ stream, type }) => ({ stream, type }));
  return { boot, react, recorded, later: (ms: number) => (clock.now = new Date(clock.now.getTime() + ms)) };
};

type World = ReturnType<typeof world>;
type Act = (needs: Needs, id: string, commandId: string) => Promise<unknown>;

const account: Act = (needs, accountId, commandId) =>
  createAccount(needs, { caller, commandId }, { accountId, login: 'anna', password: 'long enough', profile: {} });
const conference: Act = (needs, conferenceId, commandId) =>
  createConference(needs, { caller, commandId }, { conferenceId, kind: 'ad_hoc', title: 'X', cid: 'board' });
const renamed: Act = async (needs, conferenceId, commandId) => {
  await createConference(
    { ...needs },
    { caller, commandId: conferenceId },
    { conferenceId, kind: 'ad_hoc', title: 'X', cid: `old-${conferenceId}` },
  );
  await reassignConferenceId(needs, { caller, commandId }, { conferenceId, cid: 'board' });
};

/** Whether it was done; false when the name is taken. */
const done = async (act: Promise<unknown>): Promise<boolean> => {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof Refusal && /taken$/.test(error.code)) return false;
    throw error;
  }
};

const appendsOf = async (act: Act): Promise<number> => {
  let appends = 0;
  for (; ; appends += 1) {
    const killed = await act(world().boot(appends), randomUUID(), randomUUID()).then(
      () => false,
      (error: unknown) => error instanceof Killed || Promise.reject(error as Error),
    );
    if (!killed) return appends;
  }
};

const ends = ({ recorded }: World, type: RegExp) =>
  recorded().then((events) => events.filter((event) => type.test(event.type)).length);

for (const [what, act, whole] of [
  ['an account', account, /^AccountCreated$/],
  ['a conference', conference, /^ConferenceCreated$/],
  ['a conference under a new ID', renamed, /^ConferenceIdReassigned$/],
] as const) {
  describe(`${what}, with the server killed between any two steps`, () => {
    test('becomes whole when the command is sent again', async () => {
      const steps = await appendsOf(act);
      assert.ok(steps >= 3, `${steps} steps`);
      for (let kill = 0; kill < steps; kill += 1) {
        const here = world();
        const [id, commandId] = [randomUUID(), randomUUID()];
        await assert.rejects(act(here.boot(kill), id, commandId), Killed);
        await act(here.boot(), id, commandId);
        await here.react();
        await act(here.boot(), id, commandId);
        await here.react();
        assert.equal((await here.recorded()).length, await wholeLog(act), `killed before append ${kill}`);
        assert.equal(await ends(here, whole), 1);
      }
    });

    test('leaves its name to others once the reservation lapsed, or keeps it whole', async () => {
      const steps = await appendsOf(act);
      for (let kill = 0; kill < steps; kill += 1) {
        const here = world();
        const [id, commandId] = [randomUUID(), randomUUID()];
        await assert.rejects(act(here.boot(kill), id, commandId), Killed);
        here.later(lapsedMs);
        const made = await ends(here, whole);
        assert.equal(
          await done(act(here.boot(), randomUUID(), randomUUID())),
          made === 0,
          `killed before append ${kill}`,
        );
        assert.equal(await ends(here, whole), 1);
        // The first, coming back late, finds its name gone or its work done.
        assert.equal(await done(act(here.boot(), id, commandId)), made === 1);
        assert.equal(await ends(here, whole), 1);
      }
    });
  });
}

/** How many events the log has where nothing was ever killed. */
const wholeLog = async (act: Act): Promise<number> => {
  const here = world();
  await act(here.boot(), randomUUID(), randomUUID());
  return (await here.recorded()).length;
};
