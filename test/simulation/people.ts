// People at their programs: they ask, are cut off, ask again under the same id, and believe what they are told.
import type { Caller } from '../../src/commands/access.ts';
import { StoreUnavailable } from '../../src/commands/eventStore.ts';
import { authenticate, signInWithPassword, signOut } from '../../src/commands/signIn.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import { type Ask, anyAsk, passwords } from './asks.ts';
import { traceKey } from './model.ts';
import { type SimulatedNode, turns } from './nodes.ts';
import type { World } from './world.ts';

type Answered = { position: string | null };
/** What became of a command in the end. `certain`: it was sent once, and heard of once. */
export type Outcome = { commandId: string; accepted: Answered | null; refusal: string | null; certain: boolean };
/** `sentAgain`: on purpose, after it was answered. */
export type Told = Outcome & { ask: Ask; actorId: string | null; sentAgain: boolean };

export type Person = {
  token: string | null;
  signInId: string | null;
  /** When she last set out to sign in. */
  cameAt: number;
  oldTokens: string[];
  told: Told[];
};

const origin = { displayName: '', ip: '192.0.2.1', userAgent: 'simulation' };
export const stranger: Caller = {
  actor: { kind: 'anonymous', id: 'anonymous' },
  role: null,
  signInId: null,
  origin,
};

const again: ReadonlySet<string> = new Set(['event_store.unavailable', 'command.outcome_unknown', 'command.too_busy']);
const triesMax = 2_000;

/** As the API tells it. */
const codeOf = (error: unknown): string => {
  if (error instanceof StoreUnavailable) return 'event_store.unavailable';
  if (error instanceof Refusal) return error.code;
  throw error;
};

/** Insists on an answer, from whichever process is there. */
const insist = async <Result>(
  { chance, nodes, model }: World,
  attempt: (node: SimulatedNode) => Promise<Result>,
): Promise<{ result: Result | null; refusal: string | null; certain: boolean }> => {
  for (let tries = 1; tries < triesMax; tries += 1) {
    const node = chance.some([...nodes.values()]);
    if (!node) {
      await turns(1);
      continue;
    }
    const certain = tries === 1;
    const answer = await Promise.race([
      attempt(node).then(
        (result) => ({ result, refusal: null, certain }),
        (error: unknown) => {
          return { result: null, refusal: codeOf(error), certain };
        },
      ),
      node.life.over.then(() => null),
    ]);
    if (answer && !(answer.refusal !== null && again.has(answer.refusal))) return answer;
    await turns(1 + chance.int(6));
  }
  model.violations.push('a command was never answered');
  return { result: null, refusal: null, certain: false };
};

/** Who the token stands for; notes where it lets somebody in who must not get in. */
const callerOf = async (
  { barred, dismissed, model }: World,
  { needs }: SimulatedNode,
  { token, oldTokens }: Pick<Person, 'token' | 'oldTokens'>,
): Promise<Caller> => {
  if (token === null) return stranger;
  const accounts = [...model.accounts.keys()];
  const shut = new Set(accounts.filter((id) => barred.isOff(id)));
  const powerless = new Set(accounts.filter((id) => dismissed.isOff(id)));
  const isOld = oldTokens.includes(token);
  const caller = await authenticate(needs, token, origin);
  if (!caller) return stranger;
  const { id } = caller.actor;
  if (shut.has(id)) model.violations.push(`${id} got in, whose account was switched off or deleted`);
  if (powerless.has(id) && caller.role) model.violations.push(`${id} administers, who was dismissed`);
  if (isOld) model.violations.push(`${id} got in with a token that was signed out`);
  return caller;
};

const switchesOff: ReadonlySet<string> = new Set(['deactivateAccount', 'deleteAccount', 'eraseSomebody']);

/** Notes what an answered command promises of those it is about. */
const promised = ({ barred, dismissed }: World, { name, about }: Ask): ((accepted: boolean) => void) => {
  if (name === 'revertChange') {
    const on = [barred.turningOn(about), dismissed.turningOn(about)];
    return () => {
      for (const each of on) each();
    };
  }
  if (name === 'activateAccount') return barred.turningOn(about);
  if (name === 'appointAdministrator') return dismissed.turningOn(about);
  const off = switchesOff.has(name)
    ? barred.turningOff(about)
    : name === 'dismissAdministrator'
      ? dismissed.turningOff(about)
      : () => undefined;
  return (accepted) => {
    if (accepted) off();
  };
};

const send = async (world: World, person: Person, commandId: string, ask: Ask): Promise<Told> => {
  let actorId: string | null = null;
  const { result, refusal, certain } = await insist(world, async (node) => {
    const caller = await callerOf(world, node, person);
    actorId = caller.actor.id;
    return ask.run(node, { caller, commandId });
  });
  return { commandId, ask, actorId, accepted: result, refusal, certain, sentAgain: false };
};

const askOnce = async (world: World, person: Person): Promise<void> => {
  const ask = anyAsk(world.used, world.chance);
  const keep = promised(world, ask);
  const cuts = ask.name === 'disconnectDevices' || ask.name === 'deactivateAccount';
  if (cuts) world.cutOff.set(ask.about, Number.POSITIVE_INFINITY);
  const told = await send(world, person, world.chance.uuid(), ask);
  if (cuts) world.cutOff.set(ask.about, world.tick());
  keep(told.accepted !== null);
  person.told.push(told);
};

/** The same again: who is let in is told what she was told, where there was anything to record (decision 7). */
const askAgain = async (world: World, person: Person): Promise<void> => {
  const before = world.chance.some(person.told.filter(({ accepted }) => accepted !== null));
  if (!before) return;
  before.sentAgain = true;
  const { ask, commandId, accepted, actorId } = before;
  const keep = promised(world, ask);
  const told = await send(world, person, commandId, ask);
  keep(false);
  if (told.actorId !== actorId || told.accepted === null || accepted === null) return;
  const recorded = world.model.traces.get(traceKey(actorId ?? '', commandId))?.position === accepted.position;
  if (recorded && told.accepted.position !== accepted.position) {
    world.model.violations.push(`${ask.name} ${commandId} was answered with two positions`);
  }
};

const comeIn = async (world: World, person: Person, login: string): Promise<void> => {
  const { chance, openedWith } = world;
  const cameAt = world.tick();
  const commandId = chance.uuid();
  const password = chance.is(0.8) ? passwords[0] : passwords[1];
  const { result } = await insist(world, ({ needs }) =>
    signInWithPassword(needs, { caller: stranger, commandId }, { login, password }),
  );
  if (!result) return;
  Object.assign(person, { token: result.token, signInId: result.signInId, cameAt });
  openedWith.set(result.signInId, password);
};

const goOut = async (world: World, person: Person): Promise<void> => {
  const { token } = person;
  const commandId = world.chance.uuid();
  const { result } = await insist(world, async (node) => {
    const caller = await callerOf(world, node, person);
    return signOut(node.needs, { caller, commandId }, token);
  });
  if (result && token !== null) person.oldTokens.push(token);
  if (!result || world.chance.is(0.7)) person.token = null; // Or tries what she has a little longer.
};

/** Lives for so many commands; answers what has become of her. */
export const live = async (world: World, first: string, commands: number): Promise<Person> => {
  const { chance, model } = world;
  const person: Person = { token: null, signInId: null, cameAt: 0, oldTokens: [], told: [] };
  await comeIn(world, person, first);
  for (let done = 0; done < commands; done += 1) {
    await turns(chance.int(12));
    const login = chance.some([...model.accounts.values()])?.login ?? first;
    if (person.token === null || chance.is(0.06)) await comeIn(world, person, chance.is(0.5) ? first : login);
    else if (chance.is(0.05)) await goOut(world, person);
    else if (chance.is(0.15)) await askAgain(world, person);
    else await askOnce(world, person);
  }
  return person;
};

const guesses = 25;
const guessesMax = 20; // Ten in each of two quarters of an hour, should one begin in between.

/** Guesses a password many times at once. */
export const guess = async (world: World, login: string): Promise<void> => {
  const { chance, model } = world;
  const answers = await Promise.all(
    Array.from({ length: guesses }, async () => {
      await turns(chance.int(4));
      const call = { caller: stranger, commandId: chance.uuid() };
      return insist(world, ({ needs }) => signInWithPassword(needs, call, { login, password: 'wrong' }));
    }),
  );
  const evaluated = answers.filter(({ refusal }) => refusal === 'sign_in.failed').length;
  if (evaluated > guessesMax) model.violations.push(`${evaluated} guesses of a password were looked at`);
  if (answers.some(({ result }) => result)) model.violations.push('a wrong password was taken');
};
