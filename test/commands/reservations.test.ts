import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, test } from 'vitest';
import type { Caller } from '../../src/commands/access.ts';
import type { Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { createConference, reassignConferenceId } from '../../src/commands/conferences.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { createAccount, deleteAccount } from '../../src/commands/identity.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { react as reactTo } from '../../src/commands/processes.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { conference as conferenceDecider } from '../../src/domain/conferences/conference.ts';
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
  const serverId = randomUUID();
  const codec = codecOf(vault, vocabularies);

  /** A process whose n-th append (from 0) waits for what is given for it. */
  const interrupted = (before: (append: number) => Promise<void>): Needs => {
    let appends = -1;
    const mortal: EventStore = {
      ...store,
      append: async (...args) => {
        appends += 1;
        await before(appends);
        return store.append(...args);
      },
    };
    return {
      executor: executor({ store: mortal, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) }),
      vault,
      passwords: { hash: (password) => Promise.resolve(`hash of ${password}`), verify: () => Promise.resolve(true) },
      now,
      serverId,
      signInLifetimeMs: 1_000,
      media: noMediaNodes,
    };
  };
  /** A process that is killed when it is about to append for the `appendsMax`-th time after that. */
  const boot = (appendsMax = Number.POSITIVE_INFINITY): Needs =>
    interrupted((append) => (append < appendsMax ? Promise.resolve() : Promise.reject(new Killed())));
  let checkpoint: string | null = null;
  /** What the jobs process makes of all that was recorded since it last got to the end of an event. */
  const react = async (needs = boot()): Promise<void> => {
    const nothing = {
      signInsOf: () => Promise.resolve([]),
      liveSessionsOf: () => Promise.resolve([]),
      eventsSince: () => Readable.from([]),
      eventAt: () => Promise.reject(new Error('Nothing is parked')),
      messagesOf: () => Readable.from([]),
      ledger: () => Promise.resolve(),
    };
    const after = checkpoint === null ? {} : { after: checkpoint };
    for (const { event } of await codec.decode(await Array.fromAsync(store.readAll(after)))) {
      if (/^(conference|account)-/.test(event.stream)) await reactTo(needs, nothing, event);
      checkpoint = event.position;
    }
  };
  const recorded = async () => (await Array.fromAsync(store.readAll())).map(({ stream, type }) => ({ stream, type }));
  return {
    boot,
    interrupted,
    react,
    recorded,
    later: (ms: number) => (clock.now = new Date(clock.now.getTime() + ms)),
  };
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

/** Sends a command until somebody knows what came of it, as clients do. */
const settled = async (send: () => Promise<unknown>): Promise<boolean> => {
  for (;;) {
    try {
      return await done(send());
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'command.too_busy')) throw error;
    }
  }
};

for (const [what, act, lives, dies] of [
  ['an account', account, /^AccountCreated$/, /^AccountDeleted$/],
  ['a conference', conference, /^ConferenceCreated$/, /^ConferenceDeleted$/],
] as const) {
  describe(`${what} whose server stands still for longer than the reservation, between any two steps`, () => {
    test('is not made beside another one under the same name', async () => {
      const steps = await appendsOf(act);
      for (let pause = 0; pause < steps; pause += 1) {
        const here = world();
        const [mine, others] = [randomUUID(), randomUUID()];
        const [myCommand, othersCommand] = [randomUUID(), randomUUID()];
        let other: boolean | null = null;
        const slow = here.interrupted(async (append) => {
          if (append !== pause || other !== null) return;
          here.later(lapsedMs);
          other = await settled(() => act(here.boot(), others, othersCommand));
        });
        const first = await settled(() => act(slow, mine, myCommand));
        assert.equal(Number(first) + Number(other), 1, `paused before append ${pause}`);
        const left = async () => (await ends(here, lives)) - (await ends(here, dies));
        assert.equal(await left(), 1, `paused before append ${pause}`);
        await here.react();
        assert.equal(await left(), 1, `after the processes, paused before append ${pause}`);
        assert.equal(await settled(() => act(here.boot(), mine, myCommand)), first);
        assert.equal(await settled(() => act(here.boot(), others, othersCommand)), other);
      }
    });

    test('is undone by the processes where its server is killed as well', async () => {
      const steps = await appendsOf(act);
      let undone = 0;
      for (let kill = 1; kill <= steps; kill += 1) {
        const here = world();
        const [mine, others] = [randomUUID(), randomUUID()];
        const slow = here.interrupted(async (append) => {
          if (append >= kill) throw new Killed();
          if (append !== kill - 1) return;
          here.later(lapsedMs);
          await settled(() => act(here.boot(), others, randomUUID()));
        });
        await act(slow, mine, randomUUID()).catch((error: unknown) => {
          if (!(error instanceof Killed || error instanceof Refusal)) throw error;
        });
        await here.react();
        await here.react();
        assert.equal((await ends(here, lives)) - (await ends(here, dies)), 1, `killed before append ${kill}`);
        undone += await ends(here, dies);
        assert.equal(await done(act(here.boot(), randomUUID(), randomUUID())), false);
      }
      assert.ok(undone > 0, 'nothing was ever undone, so this proves nothing');
    });
  });
}

describe('a conference whose new ID was taken while its server stood still', () => {
  test('has its ID from before back, and nobody else can get that', async () => {
    const steps = await appendsOf(renamed);
    for (let pause = 3; pause < steps; pause += 1) {
      const here = world();
      const [mine, others] = [randomUUID(), randomUUID()];
      const seen: { other: boolean | null } = { other: null };
      const slow = here.interrupted(async (append) => {
        if (append !== pause || seen.other !== null) return;
        here.later(lapsedMs);
        seen.other = await settled(() => conference(here.boot(), others, randomUUID()));
      });
      const first = await done(renamed(slow, mine, randomUUID())).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'command.too_busy') return null;
        throw error;
      });
      await here.react();
      await here.react();
      const { state } = await here.boot().executor.load(conferenceDecider, mine);
      assert.equal(state.status === 'planned' && state.cid, seen.other ? `old-${mine}` : 'board');
      if (first !== null) assert.equal(first, !seen.other, `paused before append ${pause}`);
      const wantsOld: Act = (needs, conferenceId, commandId) =>
        createConference(
          needs,
          { caller, commandId },
          { conferenceId, kind: 'ad_hoc', title: 'X', cid: `old-${mine}` },
        );
      assert.equal(await done(wantsOld(here.boot(), randomUUID(), randomUUID())), !seen.other);
    }
  });
});

describe('the login of an account whose deletion is killed between any two steps', () => {
  const blockedMs = 90 * 86_400_000;
  const remove: Act = (needs, accountId, commandId) => deleteAccount(needs, { caller, commandId }, { accountId });
  const madeIn = async (here: World): Promise<string> => {
    const accountId = randomUUID();
    await account(here.boot(), accountId, randomUUID());
    await here.react();
    return accountId;
  };

  /** As a vault and a log that are cut off after so many writes of either. */
  const dying = (here: World, writesMax: number): Needs => {
    let left = writesMax;
    const write = <Result>(act: () => Promise<Result>): Promise<Result> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Killed()) : act();
    };
    const needs = here.interrupted(() => write(() => Promise.resolve()));
    const { vault } = needs;
    const dropTokens: typeof vault.dropTokens = (of) => write(() => vault.dropTokens(of));
    const dropPasswords: typeof vault.dropPasswords = (...of) => write(() => vault.dropPasswords(...of));
    return { ...needs, vault: { ...vault, dropTokens, dropPasswords } };
  };

  test('is free after 90 days all the same, and not before', async () => {
    const writes = 4; // Two events, tokens, passwords.
    for (let kill = 1; kill <= writes; kill += 1) {
      for (let again = 0; again <= writes; again += 1) {
        const here = world();
        const accountId = await madeIn(here);
        const whole = await remove(dying(here, kill), accountId, randomUUID()).then(
          () => true,
          (error: unknown) => (error instanceof Killed ? false : Promise.reject(error as Error)),
        );
        assert.equal(whole, kill === writes, `${writes} writes`);
        // The process that finishes it is killed as well, and started again.
        await here.react(dying(here, again)).catch((error: unknown) => assert.ok(error instanceof Killed));
        await here.react();
        assert.equal(await ends(here, /^LoginReleased$/), 1);
        here.later(blockedMs - 60_000);
        assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), false);
        here.later(120_000);
        assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), true, `killed at ${kill}`);
      }
    }
  });

  test('is freed by the command itself when that is sent again', async () => {
    for (const commandId of [randomUUID(), null]) {
      const here = world();
      const accountId = await madeIn(here);
      const first = commandId ?? randomUUID();
      await assert.rejects(remove(dying(here, 1), accountId, first), Killed);
      await remove(here.boot(), accountId, commandId ?? randomUUID());
      assert.equal(await ends(here, /^LoginReleased$/), 1);
      here.later(blockedMs + 1);
      assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), true);
    }
  });
});

/** How many events the log has where nothing was ever killed. */
const wholeLog = async (act: Act): Promise<number> => {
  const here = world();
  await act(here.boot(), randomUUID(), randomUUID());
  return (await here.recorded()).length;
};
