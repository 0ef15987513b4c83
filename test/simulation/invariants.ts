// What must be true once nothing more follows from anything.
import { authenticate } from '../../src/commands/signIn.ts';
import { type Model, traceKey } from './model.ts';
import { hashOf } from './nodes.ts';
import { type Person, stranger, type Told } from './people.ts';
import type { World } from './world.ts';

const makes: ReadonlySet<string> = new Set(['createAccount', 'createConference', 'joinConference', 'postChatMessage']);

/** What no repeat is told: what stands in its way is the same command before. */
const unknown: ReadonlySet<string> = new Set(['account.exists', 'conference.exists', 'chat.message_exists']);

/** Another one got the name just then, and what was recorded has been undone. */
const givenBack: ReadonlySet<string> = new Set(['account.login_taken', 'conference.cid_taken']);

/** What a person was told is what the log says. */
export const told = ({ traces, violations }: Model, answer: Told): void => {
  const { ask, commandId, accepted, refusal, certain, actorId, sentAgain } = answer;
  const trace = traces.get(traceKey(actorId ?? '', commandId));
  const what = `${ask.name} ${commandId}`;
  // What recorded nothing at first is decided anew when it is sent again (decision 7).
  const later = sentAgain && accepted?.position && trace && trace.position > accepted.position;
  if (accepted && !trace && makes.has(ask.name)) violations.push(`${what} was accepted, and is not on the record`);
  if (accepted && trace && !later && accepted.position !== trace.position) {
    violations.push(`${what} was answered with ${accepted.position}, and stands at ${trace.position}`);
  }
  if (refusal !== null && trace && unknown.has(refusal)) {
    violations.push(`${what} was refused (${refusal}), by what it had done itself`);
  }
  if (refusal !== null && certain && trace && !givenBack.has(refusal))
    violations.push(`${what} was refused (${refusal}), and is on the record`);
};

type Living = { id: string; name: string };

const livingOf = ({ accounts, conferences }: Model): Record<'login' | 'cid', Living[]> => ({
  login: [...accounts].flatMap(([id, { login, status }]) => (status === 'deleted' ? [] : [{ id, name: login }])),
  cid: [...conferences].flatMap(([id, { cid, deleted }]) => (deleted ? [] : [{ id, name: cid.toLowerCase() }])),
});

/** Every living thing has its name for itself, and nothing else has one; none is reserved without end. */
const namesFit = (model: Model): string[] => [
  ...[...model.names].flatMap(([stream, { ownerId, taken }]) =>
    taken ? [] : [`${stream} is still reserved for ${ownerId}`],
  ),
  ...Object.entries(livingOf(model)).flatMap(([category, living]) => {
    const held = [...model.names].flatMap(([stream, { ownerId, taken }]) =>
      taken && stream.startsWith(`${category}-`) ? [ownerId] : [],
    );
    const twice = living.filter(({ name }, index) => living.findIndex((other) => other.name === name) !== index);
    return [
      ...twice.map(({ name }) => `${category} ${name} belongs to two`),
      ...living.flatMap(({ id, name }) => {
        const count = held.filter((ownerId) => ownerId === id).length;
        return count === 1 ? [] : [`${category} ${name}: ${count} names are held for ${id}`];
      }),
      ...held.flatMap((ownerId) =>
        living.some(({ id }) => id === ownerId) ? [] : [`a name (${category}) is held for ${ownerId}, which is gone`],
      ),
    ];
  }),
];

/** Who is switched off is out, everywhere. */
const outIsOut = ({ accounts, signIns, sessions, admins }: Model): string[] => {
  const isActive = (id: string) => accounts.get(id)?.status === 'active';
  return [
    ...[...signIns].flatMap(([id, { accountId, open }]) =>
      open && !isActive(accountId) ? [`sign-in ${id} of ${accountId} is open, whose account is not active`] : [],
    ),
    ...[...sessions].flatMap(([id, { inside }]) =>
      [...inside.keys()]
        .filter((who) => !isActive(who))
        .map((who) => `${who} is in session ${id}, with no active account`),
    ),
    ...[...admins].filter((id) => !isActive(id)).map((id) => `${id} administers, with no active account`),
    ...([...admins].some(isActive) ? [] : ['nobody is left to administer']),
  ];
};

/** Whose devices were disconnected is in no session she came into before. */
const cutIsOut = ({ cuts, sessions }: Model): string[] =>
  [...sessions].flatMap(([id, { inside }]) =>
    [...cuts.values()].flatMap(({ accountId, position }) =>
      (inside.get(accountId) ?? position) < position ? [`${accountId} is still in session ${id}`] : [],
    ),
  );

const runsFit = ({ conferences, sessions }: Model): string[] => [
  ...[...conferences].flatMap(([id, { runningSessionId, deleted }]) =>
    runningSessionId === null || deleted || sessions.get(runningSessionId)?.running
      ? []
      : [`conference ${id} is taken up by ${runningSessionId}, which is over`],
  ),
  ...[...sessions].flatMap(([id, { running, conferenceId }]) =>
    running && conferences.get(conferenceId)?.deleted ? [`session ${id} runs, whose conference was deleted`] : [],
  ),
];

/** Who came in with a password that is no longer valid was signed out, but for whoever changed it herself. */
const passwordsFit = async ({ model, ground, openedWith }: World): Promise<string[]> => {
  const wrong: string[] = [];
  for (const [id, { passwordId, status }] of model.accounts) {
    const stored = await ground.vault.passwordOf(passwordId);
    if ((stored === null) !== (status === 'deleted')) wrong.push(`${id}, ${status}: its password is ${stored}`);
  }
  for (const [id, { accountId, open }] of model.signIns) {
    const [owner, used] = [model.accounts.get(accountId), openedWith.get(id)];
    if (!open || !owner || used === undefined || owner.keptSignInId === id) continue;
    const stored = await ground.vault.passwordOf(owner.passwordId);
    if (stored !== hashOf(used)) wrong.push(`sign-in ${id} is open, with a password that is not valid any more`);
  }
  return wrong;
};

/** Whose sign-in is open, on an active account, gets in with what she was given. */
const insideIsIn = async ({ nodes, model, cutOff }: World, persons: readonly Person[]): Promise<string[]> => {
  const wrong: string[] = [];
  const [node] = nodes.values();
  for (const { token, signInId, oldTokens, cameAt } of persons) {
    const known = model.signIns.get(signInId ?? '');
    if (!node || token === null || oldTokens.includes(token) || !known?.open) continue;
    // Who comes while her devices are being cut off may be cut off with them, and comes again.
    if (cameAt < (cutOff.get(known.accountId) ?? 0)) continue;
    const caller = await authenticate(node.needs, token, stranger.origin);
    if (!caller) wrong.push(`sign-in ${signInId} of ${known.accountId} is open, and lets nobody in`);
  }
  return wrong;
};

/** No key is left of what was erased, none will be made again, and a backup of before is told. */
const erasedIsGone = async ({ model, ground, ledger }: World): Promise<string[]> => {
  const { erasedPeople, erasedContents, messages } = model;
  const written = [...messages].flatMap(([id, { authorId }]) => (erasedPeople.has(authorId) ? [id] : []));
  const wrong = [...erasedPeople].flatMap(([id, state]) => (state === 'done' ? [] : [`${id} was never wholly erased`]));
  for (const subject of [...erasedPeople.keys(), ...erasedContents, ...written]) {
    if ((await ground.vault.keyFor(subject)) !== null) wrong.push(`${subject} was erased, and can be read`);
    if (!ledger.has(subject)) wrong.push(`${subject} was erased, and a restore does not know`);
  }
  return wrong;
};

/** Looks at everything once more; what is wrong goes to the model. */
export const atRest = async (world: World, persons: readonly Person[]): Promise<void> => {
  const { model } = world;
  model.violations.push(...(await insideIsIn(world, persons)), ...(await erasedIsGone(world)));
  model.violations.push(
    ...namesFit(model),
    ...outIsOut(model),
    ...cutIsOut(model),
    ...runsFit(model),
    ...(await passwordsFit(world)),
  );
};
