// One organisation's server under simulation: a log with faults, processes that are killed, a clock that jumps.

import { codecOf } from '../../src/commands/codec.ts';
import { type AppendFault, memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import type { Vault } from '../../src/commands/vault.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import type { Recorded } from '../../src/domain/kernel.ts';
import { memoryVault } from '../support/memoryVault.ts';
import type { Used } from './asks.ts';
import { type Chance, chanceOf } from './chance.ts';
import { emptyModel, hear, type Model } from './model.ts';
import { type Ground, type SimulatedNode, startNode, turns } from './nodes.ts';
import { type Switches, switches } from './switches.ts';

export type World = {
  chance: Chance;
  ground: Ground;
  model: Model;
  used: Used;
  /** Absent while it is being started again. */
  nodes: Map<string, SimulatedNode>;
  /** What the files beside the database say was erased. */
  ledger: Set<string>;
  /** How far the processes have reacted. */
  reactedTo: { position: string | null };
  clock: { ms: number };
  /** No more faults and no more kills from now on. */
  calm: { is: boolean };
  over: AbortController;
  /** Accounts that must not get in, and accounts that must not administer. */
  barred: Switches;
  dismissed: Switches;
  /** Which password people were let in with, by sign-in. */
  openedWith: Map<string, string>;
  /** When all devices of an account were last cut off at once, by a count that grows; infinite while it is done. */
  cutOff: Map<string, number>;
  tick: () => number;
};

const start = Date.UTC(2026, 10, 22, 9);
const faultShare = 0.08;
const readFaultShare = 0.02;
const faults: readonly [AppendFault, ...AppendFault[]] = ['refused', 'lost', 'answerLost', 'late'];

/** Names of streams are made with secrets, which have to repeat as well. */
const secrets = ['login', 'address', 'ticket'] as const;

const vaultOf = (): Vault => {
  const vault = memoryVault();
  for (const name of secrets) void vault.putSecret(name, Buffer.alloc(32, name));
  return vault;
};

export const worldOf = (seed: number): World => {
  const chance = chanceOf(seed);
  const [clock, calm] = [{ ms: start }, { is: true }];
  const now = () => new Date(clock.ms);
  const store = memoryEventStore({
    now,
    pageEventsMax: 1 + chance.int(20),
    faults: {
      append: () => (!calm.is && chance.is(faultShare) ? chance.pick(faults) : null),
      read: () => (!calm.is && chance.is(readFaultShare) ? 'refused' : null),
      subscription: () => (!calm.is && chance.is(faultShare) ? 'torn' : null),
    },
  });
  let ticks = 0;
  const ground: Ground = {
    store,
    vault: vaultOf(),
    now,
    serverId: chance.uuid(),
    vaultTurns: () => chance.int(3),
    newsTurns: () => chance.int(8),
  };
  return {
    chance,
    ground,
    clock,
    calm,
    model: emptyModel(),
    used: { accounts: [], conferences: [], sessions: [], people: [], messages: [], holds: [], changes: [] },
    ledger: new Set(),
    nodes: new Map(),
    reactedTo: { position: null },
    over: new AbortController(),
    barred: switches(),
    dismissed: switches(),
    openedWith: new Map(),
    cutOff: new Map(),
    tick: () => (ticks += 1),
  };
};

const ofConfiguration = /^(account|administration|conference|settings|preferences|legalHold)-/;

/** Tells the model of every event, for as long as there is a world. */
export const observe = async ({ ground, model, used, over }: World): Promise<void> => {
  const codec = codecOf(ground.vault, vocabularies);
  for await (const { events } of ground.store.subscribeAll({ signal: over.signal })) {
    const opened: { event: Recorded }[] = await codec.decode(events);
    for (const { event } of opened) {
      hear(model, event);
      const { stream, revision, eventId } = event;
      const about = 'accountId' in event.data ? String(event.data.accountId) : stream;
      if (ofConfiguration.test(stream)) used.changes.push({ stream, revision, eventId, about });
    }
  }
};

/** Starts a process under this name, if need be after a few failures. */
export const begin = async (world: World, name: string): Promise<SimulatedNode> => {
  for (;;) {
    const node = await startNode(name, world.ground).catch(() => null);
    if (!node) {
      await turns(1);
      continue;
    }
    world.nodes.set(name, node);
    return node;
  }
};

/** Waits until the observer has heard of everything up to a position. */
export const observed = async ({ model }: World, position: string): Promise<void> => {
  while (model.position === null || model.position < position) await turns(1);
};
