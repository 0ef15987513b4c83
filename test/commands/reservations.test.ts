import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import type { Needs } from '../../src/commands/call.ts';
import { createConference, sweepCid } from '../../src/commands/conferences.ts';
import { deleteAccount } from '../../src/commands/identity.ts';
import { nameOfLogin, sweepLogin } from '../../src/commands/logins.ts';
import { conference as conferenceDecider } from '../../src/domain/conferences/conference.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import {
  type Act,
  account,
  appendsOf,
  caller,
  conference,
  done,
  ends,
  Killed,
  lapsedMs,
  renamed,
  settled,
  type World,
  world,
} from './killedProcesses.ts';

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

const sweepAnna = async (needs: Needs): Promise<void> => sweepLogin(needs, (await nameOfLogin(needs, 'anna')).key);
const sweepBoard = (needs: Needs): Promise<void> => sweepCid(needs, 'board');

for (const [what, act, whole, sweep, stream] of [
  ['the login of an account', account, /^AccountCreated$/, sweepAnna, /^login-/],
  ['the ID of a conference', conference, /^ConferenceCreated$/, sweepBoard, /^cid-board$/],
  ['the new ID of a conference', renamed, /^ConferenceIdReassigned$/, sweepBoard, /^cid-board$/],
] as const) {
  const ofName = async (here: World) => (await here.recorded()).filter((event) => stream.test(event.stream));
  /** Reserved, and no more: its server was killed, and the reservation has lapsed. */
  const lapsed = async () => {
    const [here, id, commandId] = [world(), randomUUID(), randomUUID()];
    const reservedAfter = act === renamed ? 4 : 1;
    await assert.rejects(act(here.boot(reservedAfter), id, commandId), Killed);
    here.later(lapsedMs);
    assert.equal((await ofName(here)).length, 1);
    return { here, send: (needs: Needs) => act(needs, id, commandId) };
  };

  describe(`${what}, swept after its server was killed between any two steps`, () => {
    test('is free at once where nobody acted on it, and confirmed where somebody did, once', async () => {
      const steps = await appendsOf(act);
      const seen = new Set<string>();
      for (let kill = 0; kill <= steps; kill += 1) {
        const here = world();
        await act(here.boot(kill), randomUUID(), randomUUID()).catch((error: unknown) =>
          assert.ok(error instanceof Killed),
        );
        const before = await ofName(here);
        await sweep(here.boot());
        assert.deepEqual(await ofName(here), before, 'it has not lapsed');
        here.later(lapsedMs);
        await Promise.all([sweep(here.boot()), sweep(here.boot())]);
        await sweep(here.boot());
        const swept = (await ofName(here)).slice(before.length);
        const acted = (await ends(here, whole)) === 1;
        if (before.length === 1) {
          assert.deepEqual(
            swept.map(({ type, by }) => [/[A-Z][a-z]+$/.exec(type)?.[0], by]),
            [[acted ? 'Confirmed' : 'Released', 'system']],
          );
        } else assert.deepEqual(swept, []);
        seen.add(swept[0]?.type ?? 'nothing');
        assert.equal(await done(act(here.boot(), randomUUID(), randomUUID())), !acted, `killed before append ${kill}`);
      }
      assert.equal(seen.size, 3, [...seen].join());
    });

    test('is left alone where its owner came back after it was looked at', async () => {
      for (const appends of [1, Number.POSITIVE_INFINITY]) {
        const { here, send } = await lapsed();
        const slow = here.interrupted(() =>
          send(here.boot(appends)).then(null, (error) => assert.ok(error instanceof Killed)),
        );
        await sweep(slow);
        assert.equal(await ends(here, /Released$/), act === renamed && appends > 1 ? 1 : 0);
        await send(here.boot());
        assert.equal(await ends(here, whole), 1);
        assert.equal(await done(act(here.boot(), randomUUID(), randomUUID())), false);
      }
    });

    test('is swept once by two of whom one stands still', async () => {
      const { here } = await lapsed();
      await sweep(here.interrupted(() => sweep(here.boot())));
      assert.deepEqual((await ofName(here)).length, 2);
    });

    test("is its owner's after all who only stood still, unless another has it by then", async () => {
      const steps = await appendsOf(act);
      for (const takes of [false, true]) {
        for (let pause = 0; pause < steps; pause += 1) {
          const [here, mine, others] = [world(), randomUUID(), randomUUID()];
          const [myCommand, othersCommand] = [randomUUID(), randomUUID()];
          let other: boolean | null = null;
          const slow = here.interrupted(async (append) => {
            if (append !== pause || other !== null) return;
            here.later(lapsedMs);
            await sweep(here.boot());
            other = takes && (await settled(() => act(here.boot(), others, othersCommand)));
          });
          const first = await settled(() => act(slow, mine, myCommand));
          assert.equal(first, !other, `paused before append ${pause}`);
          await here.react();
          if (!takes) assert.equal(await settled(() => act(here.boot(), mine, myCommand)), true);
          assert.equal(await done(act(here.boot(), randomUUID(), randomUUID())), false);
        }
      }
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

  test('is not free before that where it was never confirmed, and swept', async () => {
    const here = world();
    const accountId = randomUUID();
    await assert.rejects(account(here.boot(2), accountId, randomUUID()), Killed);
    await assert.rejects(remove(dying(here, 1), accountId, randomUUID()), Killed);
    here.later(lapsedMs);
    await sweepAnna(here.boot());
    await here.react();
    assert.equal(await ends(here, /^LoginReleased$/), 1);
    here.later(blockedMs - lapsedMs - 60_000);
    assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), false);
    here.later(120_000);
    assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), true);
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

describe('the login of an account that a busy server refuses to make', () => {
  const busy = (needs: Needs): Needs => ({
    ...needs,
    passwords: { ...needs.passwords, hash: () => Promise.reject(new Refusal('command.too_busy')) },
  });

  test('is free at once, for whoever tries again', async () => {
    const here = world();
    await assert.rejects(account(busy(here.boot()), randomUUID(), randomUUID()), { code: 'command.too_busy' });
    assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), true);
    const ofName = (await here.recorded()).filter(({ stream }) => stream.startsWith('login-'));
    assert.deepEqual(
      ofName.map(({ type }) => type),
      ['LoginReserved', 'LoginReleased', 'LoginReserved', 'LoginConfirmed'],
    );
  });

  test('is its own where the same command is sent again, however often', async () => {
    const here = world();
    const [accountId, commandId] = [randomUUID(), randomUUID()];
    for (const needs of [busy(here.boot()), busy(here.boot())]) {
      await assert.rejects(account(needs, accountId, commandId), { code: 'command.too_busy' });
    }
    assert.equal(await done(account(here.boot(), accountId, commandId)), true);
    assert.equal(await done(account(here.boot(), randomUUID(), randomUUID())), false);
  });
});

/** How many events the log has where nothing was ever killed. */
const wholeLog = async (act: Act): Promise<number> => {
  const here = world();
  await act(here.boot(), randomUUID(), randomUUID());
  return (await here.recorded()).length;
};
