// Server processes that can be killed at any await, over one log and one vault that live on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Needs } from '../../src/commands/call.ts';
import { type Codec, codecOf } from '../../src/commands/codec.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import type { Passwords } from '../../src/commands/passwords.ts';
import { followTail, type Tail } from '../../src/commands/tail.ts';
import type { Vault } from '../../src/commands/vault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';

/** What outlives a process. */
export type Ground = {
  store: EventStore;
  vault: Vault;
  now: () => Date;
  serverId: string;
  /** How many turns of the event loop the database takes for an answer, and news of the log to come. */
  vaultTurns: () => number;
  newsTurns: () => number;
};

/** Settles once the process is dead. What it still awaited never comes. */
type Life = { isOver: () => boolean; over: Promise<void> };

export type SimulatedNode = {
  name: string;
  needs: Needs;
  store: EventStore;
  codec: Codec;
  life: Life;
  kill: () => void;
};

export const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
};

const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);

/** A promise that a dead process does not hear the end of. */
const heardBy = async <Result>({ isOver }: Life, answer: Promise<Result>): Promise<Result> => {
  try {
    const result = await answer;
    return isOver() ? await never() : result;
  } catch (error) {
    if (isOver()) return never();
    throw error;
  }
};

const atOnce = (): number => 0;

async function* readBy<Item>(
  life: Life,
  items: AsyncIterable<Item>,
  lateTurns = atOnce,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await heardBy(life, iterator.next());
      if (done) return;
      await turns(lateTurns());
      if (life.isOver()) await never();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

const storeOf = (life: Life, { store, newsTurns }: Ground): EventStore => ({
  logId: () => heardBy(life, store.logId()),
  positionsId: () => heardBy(life, store.positionsId()),
  idsUniqueIn: store.idsUniqueIn,
  append: (...given) => (life.isOver() ? never() : heardBy(life, store.append(...given))),
  readStream: (...given) => readBy(life, store.readStream(...given)),
  readAll: (...given) => readBy(life, store.readAll(...given)),
  subscribeAll: (given) => readBy(life, store.subscribeAll(given), newsTurns),
  head: () => heardBy(life, store.head()),
  close: () => Promise.resolve(),
});

type VaultCall = (...given: unknown[]) => Promise<unknown>;

const vaultOf = (life: Life, { vault, vaultTurns }: Ground): Vault =>
  new Proxy(vault, {
    get:
      (target, name) =>
      async (...given: unknown[]) => {
        await turns(vaultTurns());
        if (life.isOver()) return never();
        const call = Reflect.get(target, name) as VaultCall;
        return heardBy(life, call(...given));
      },
  });

const hashingTurns = 20;
export const hashOf = (password: string): string => `hash of ${password}`;

/** Argon2 is slow on purpose, and whether it is right is not the question here. */
const passwordsOf = (life: Life): Passwords => ({
  hash: (password) =>
    heardBy(
      life,
      turns(hashingTurns).then(() => hashOf(password)),
    ),
  verify: (stored, password) =>
    heardBy(
      life,
      turns(hashingTurns).then(() => stored === hashOf(password)),
    ),
});

const lifeOf = (): Life & { end: () => void } => {
  let dead = false;
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (ended = resolve));
  return {
    over,
    isOver: () => dead,
    end: () => {
      dead = true;
      ended();
    },
  };
};

/** Real time must not matter, or no life would be like another. */
const patienceMs = 60_000;

/** So few that most repeats come later. */
const rememberedMax = 2;

/** Starts a process that remembers nothing. */
export const startNode = async (name: string, ground: Ground): Promise<SimulatedNode> => {
  const { end, ...life } = lifeOf();
  const [store, vault] = [storeOf(life, ground), vaultOf(life, ground)];
  const codec = codecOf(vault, vocabularies);
  const { now, serverId } = ground;
  const tail: Tail = await followTail(store, patienceMs);
  const log = { store, codec, now, node: name, digestKey: Buffer.alloc(32, 7), tail, rememberedMax };
  const needs: Needs = {
    executor: executor(log),
    vault,
    passwords: passwordsOf(life),
    now,
    serverId,
    signInLifetimeMs: 30 * 86_400_000,
    media: noMediaNodes,
  };
  return { name, needs, store, codec, life, kill: end };
};
