// One life of a server, from its set-up to the rest after the storm; and what must be true of it.

import type { Needs } from '../../src/commands/call.ts';
import { sweepCid } from '../../src/commands/conferences.ts';
import { StoreUnavailable } from '../../src/commands/eventStore.ts';
import { openedSince } from '../../src/commands/feed.ts';
import { createAccount, setUpServer } from '../../src/commands/identity.ts';
import { sweepLogin } from '../../src/commands/logins.ts';
import { type Lookups, processCategories, react } from '../../src/commands/processes.ts';
import { startClaimedRun } from '../../src/commands/sessions.ts';
import { authenticate, signInWithPassword } from '../../src/commands/signIn.ts';
import type { Recorded } from '../../src/domain/kernel.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import { passwords } from './asks.ts';
import { atRest, told } from './invariants.ts';
import { noteSweep } from './model.ts';
import { type SimulatedNode, turns } from './nodes.ts';
import { guess, live, type Person, stranger } from './people.ts';
import { begin, observe, observed, type World, worldOf } from './world.ts';

const names = ['one', 'two', 'three'] as const;
const people = 4;
const commandsEach = 14;
const storms = 60;
const triesMax = 40;
const restTurnsMax = 20_000;
const sweepTurnsMax = 12;
const slowShare = 0.3;
const slowTurnsMax = 100;

const lookupsOf = (world: World, node: SimulatedNode): Lookups => ({
  signInsOf: async (accountId, position) => {
    await observed(world, position);
    return [...world.model.signIns].flatMap(([id, { accountId: of, open }]) => (open && of === accountId ? [id] : []));
  },
  liveSessionsOf: async (accountId, position) => {
    await observed(world, position);
    return [...world.model.sessions].flatMap(([id, { inside }]) => (inside.has(accountId) ? [id] : []));
  },
  eventsSince: openedSince(node.store, node.codec),
  messagesOf: async function* (accountId, position) {
    await observed(world, position);
    for (const message of [...world.model.messages.values()]) if (message.authorId === accountId) yield [message];
  },
  ledger: async (subjects) => {
    await turns(world.chance.int(3));
    for (const subject of subjects) world.ledger.add(subject);
  },
  eventAt: () => Promise.reject(new Error('Nothing is parked here')),
});

const reactTo = async (world: World, node: SimulatedNode, event: Recorded): Promise<void> => {
  const lookups = lookupsOf(world, node);
  for (let tries = 1; ; tries += 1) {
    try {
      return await react(node.needs, lookups, event);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof StoreUnavailable)) throw error;
      if (tries === triesMax) return void world.model.violations.push(`after ${event.type}: ${error.message}`);
      await turns(1 + world.chance.int(4));
    }
  }
};

/** Follows the log as the jobs of every process do; whoever was overtaken begins again where the other one is. */
const runProcesses = async (world: World, node: SimulatedNode): Promise<void> => {
  const { reactedTo, chance, over } = world;
  while (!over.signal.aborted && !node.life.isOver()) {
    const from = reactedTo.position;
    let position = from;
    const feed = node.store.subscribeAll({
      ...(from === null ? {} : { after: from }),
      filter: { categories: processCategories },
      signal: over.signal,
    });
    for await (const batch of feed) {
      for (const { event } of await node.codec.decode(batch.events)) await reactTo(world, node, event);
      await turns(chance.int(3));
      if (reactedTo.position !== position) break;
      reactedTo.position = position = batch.position;
    }
    await turns(1);
  }
};

/** Names that were reserved, and not confirmed in time. */
const lapsedNames = ({ model, clock }: World) =>
  [...model.names].filter(([, { taken, untilMs }]) => !taken && untilMs <= clock.ms);

/** Parts with which whoever looks at a stream takes its time before it acts on what it saw. */
const slowly = ({ chance, calm }: World, { needs }: SimulatedNode): Needs => {
  const { executor } = needs;
  const load: typeof executor.load = async (...asked) => {
    const found = await executor.load(...asked);
    if (!calm.is && chance.is(slowShare)) await turns(chance.int(slowTurnsMax));
    return found;
  };
  return { ...needs, executor: { ...executor, load } };
};

/** Settles what lapsed, as it is due. */
const sweep = async (world: World, node: SimulatedNode): Promise<void> => {
  const needs = slowly(world, node);
  for (const [stream, name] of lapsedNames(world)) {
    noteSweep(world.model, stream, name);
    const key = stream.slice(stream.indexOf('-') + 1);
    await (stream.startsWith('login-') ? sweepLogin(needs, key) : sweepCid(needs, key));
  }
};

/** Sweeps now and then; what fails is due again. */
const runSweeps = async (world: World, node: SimulatedNode): Promise<void> => {
  const { chance, over } = world;
  while (!over.signal.aborted && !node.life.isOver()) {
    await turns(1 + chance.int(sweepTurnsMax));
    await sweep(world, node).catch((error: unknown) => {
      if (!(error instanceof Refusal || error instanceof StoreUnavailable)) throw error;
    });
  }
};

const run = async (world: World, name: string): Promise<void> => {
  const node = await begin(world, name);
  void runProcesses(world, node);
  void runSweeps(world, node);
};

const minute = 60_000;

/** Kills processes, lets the clock jump, and starts again what was killed. */
const storm = async (world: World): Promise<void> => {
  const { chance, clock, nodes } = world;
  for (let left = storms; left > 0; left -= 1) {
    await turns(3 + chance.int(20));
    clock.ms += chance.int(40);
    if (chance.is(0.05)) clock.ms += minute;
    if (chance.is(0.02)) clock.ms += 16 * minute;
    if (!chance.is(0.12)) continue;
    const victim = chance.some([...nodes.values()]);
    if (!victim) continue;
    nodes.delete(victim.name);
    victim.kill();
    if (chance.is(0.4)) clock.ms += minute;
    await turns(chance.int(12));
    await run(world, victim.name);
  }
};

/** Waits until nothing more follows from anything. */
const rest = async ({ ground, reactedTo, model }: World): Promise<void> => {
  let still = 0;
  for (let turn = 0; turn < restTurnsMax; turn += 1) {
    const before = model.position;
    await turns(30);
    const head = await ground.store.head();
    const resting = head === before && model.position === head && reactedTo.position === head;
    still = resting ? still + 1 : 0;
    if (still === 3) return;
  }
  model.violations.push('it did not come to rest');
};

/** As the jobs do, a while later. */
const doWhatIsDue = async (world: World): Promise<void> => {
  const { nodes, model, clock } = world;
  clock.ms += 2 * minute;
  const [node] = nodes.values();
  for (const [id, { runningSessionId, deleted }] of model.conferences) {
    if (node && runningSessionId !== null && !deleted) await startClaimedRun(node.needs, id);
  }
  if (node) await sweep(world, node);
};

const administrator = 'root';
const others = ['anna', 'bela', 'zoe'] as const;
const victim = 'zoe';

/** Makes an administrator and a few accounts, in calm weather. */
const setUp = async (world: World): Promise<void> => {
  const { chance, used } = world;
  for (const name of names) await run(world, name);
  const [node] = world.nodes.values();
  if (!node) throw new Error('No process was started');
  const { needs } = node;
  const [password] = passwords;
  const call = () => ({ caller: stranger, commandId: chance.uuid() });
  const accountId = chance.uuid();
  await setUpServer(needs, call(), { accountId, login: administrator, password }, true);
  used.accounts.push(accountId);
  const { token } = await signInWithPassword(needs, call(), { login: administrator, password });
  const caller = await authenticate(needs, token, stranger.origin);
  if (!caller) throw new Error('The administrator was not let in');
  for (const login of others) {
    const id = chance.uuid();
    await createAccount(needs, { ...call(), caller }, { accountId: id, login, password, profile: {} });
    if (login !== victim) used.accounts.push(id);
  }
};

export type Report = { violations: readonly string[]; log: readonly string[] };

/** Plays one seed through. The log is told as streams, types and places, which repeat with the seed. */
export const simulate = async (seed: number): Promise<Report> => {
  const world = worldOf(seed);
  const { calm, model, ground, over, chance } = world;
  void observe(world);
  await setUp(world);
  calm.is = false;
  const lives: Promise<Person>[] = [];
  for (let person = 0; person < people; person += 1) {
    lives.push(live(world, chance.pick([administrator, administrator, 'anna', 'bela']), commandsEach));
  }
  const [persons] = await Promise.all([Promise.all(lives), storm(world), guess(world, victim)]);
  calm.is = true;
  await rest(world);
  await doWhatIsDue(world);
  await rest(world);
  for (const answer of persons.flatMap((person) => person.told)) told(model, answer);
  await atRest(world, persons);
  const all = await Array.fromAsync(ground.store.readAll());
  over.abort();
  await ground.store.close();
  for (const node of world.nodes.values()) node.kill();
  return {
    violations: model.violations,
    log: all.map(({ position, stream, revision, type }) => `${position} ${stream}/${revision} ${type}`),
  };
};
