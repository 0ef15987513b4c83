// Conferences: made, edited, given an ID, moderators and members.
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { type Conference, conference } from '../domain/conferences/conference.ts';
import { conferenceId as conferenceIdName } from '../domain/conferences/conferenceId.ts';
import { account } from '../domain/identity/account.ts';
import { problem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import { allow, type Caller, may, notModerating, type Verb } from './access.ts';
import {
  asOfCaller,
  type Call,
  ctxOf,
  type Done,
  doneOf,
  idInput,
  type Needs,
  parse,
  step,
  systemActor,
} from './call.ts';
import type { Ctx } from './execute.ts';
import { holdName, isTaken, type Name, rehearse, releaseName, reserveName, sweepName } from './reserve.ts';
import { isVisible, oneLine, severalLines } from './text.ts';

const title = oneLine(200).refine(isVisible, problem('nothing_to_see'));
const description = severalLines(4_000);
// Catalogue C3.
const cid = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{3,64}$/, problem('cid_form'));
const which = z.object({ conferenceId: idInput });
const createInput = which.extend({
  kind: z.enum(['virtual_room', 'ad_hoc']),
  title,
  description: description.nullish(),
  cid: cid.nullish(),
  joinWithoutInvitation: z.boolean().nullish(),
});
const generatedCidDigits = 10; // QUALITY §2: at least ten digits when generated.
const generatedCidTries = 5;

const sameCid = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const nameOfCid = (
  { executor }: Needs,
  wanted: string,
): Name<ReturnType<typeof conferenceIdName.vocabulary.parse>> => ({
  decider: conferenceIdName,
  key: wanted.toLowerCase(),
  claimOf: async (ownerId) => {
    const { state } = await executor.load(conference, ownerId);
    const own = state.status === 'planned' && sameCid(state.cid, wanted);
    return own ? { acted: true } : { acted: false, blockedUntil: null };
  },
});

/** Settles the reservation of a conference ID that lapsed, if this one did. */
export const sweepCid = (needs: Needs, cid: string): Promise<void> => sweepName(needs, nameOfCid(needs, cid));

const generateCid = (): string =>
  Array.from({ length: generatedCidDigits }, (_, index) => String(randomInt(index === 0 ? 1 : 0, 10))).join('');

const reserveSome = async (needs: Needs, wanted: string | null, ownerId: string, ctx: Ctx): Promise<string> => {
  for (let tries = 1; ; tries += 1) {
    const candidate = wanted ?? generateCid();
    try {
      await reserveName(needs, nameOfCid(needs, candidate), ownerId, ctx);
      return candidate;
    } catch (error) {
      if (!isTaken(error) || wanted !== null || tries >= generatedCidTries) throw error;
    }
  }
};

type People = { ownerId: string; members?: readonly string[]; moderators?: readonly string[] };

const create = async (needs: Needs, asked: z.output<typeof createInput>, people: People, ctx: Ctx): Promise<Done> => {
  const { conferenceId } = asked;
  const { state } = await needs.executor.load(conference, conferenceId);
  const askWith = (chosen: string) => ({
    type: 'CreateConference' as const,
    data: {
      conferenceId,
      kind: asked.kind,
      cid: chosen,
      title: asked.title,
      description: asked.description ?? '',
      joinWithoutInvitation: asked.joinWithoutInvitation ?? true,
      ...people,
    },
  });
  await rehearse(needs, conference, conferenceId, askWith(asked.cid ?? ''), ctx);
  const chosen = state.status === 'unborn' ? await reserveSome(needs, asked.cid ?? null, conferenceId, ctx) : state.cid;
  const answer = await needs.executor.execute(conference, conferenceId, askWith(chosen), ctx);
  if (!ctx.dryRun) await settleCid(needs, conferenceId, chosen, null, ctx);
  return doneOf(answer);
};

/** Makes a conference owned by the caller; without a `cid` ten random digits are chosen. */
export const createConference = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'createConference');
  const asked = parse(createInput, input);
  return create(needs, asked, { ownerId: call.caller.actor.id }, ctxOf(call, asked));
};

/** Of one kind, that one append can hold with all else. */
export const peopleAtOnceMax = 200;
const atOnce = z.array(idInput).max(peopleAtOnceMax);
const restoreInput = createInput.extend({ cid, ownerId: idInput, members: atOnce, moderators: atOnce });

/** Makes a conference of somebody else's as it was elsewhere, with its people. */
export const restoreConference = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'restoreConfiguration');
  const { ownerId, members, moderators, ...asked } = parse(restoreInput, input);
  const people = { ownerId, members, moderators };
  return create(needs, asked, people, ctxOf(call, { ...asked, ...people }));
};

/** Whether the account owns the conference or was appointed its moderator. */
export const moderatesConference = (state: Conference, accountId: string): boolean =>
  state.status === 'planned' && (state.ownerId === accountId || state.moderators.includes(accountId));

type Listed = {
  ownerId: string;
  moderators: readonly string[];
  members: readonly string[];
  joinWithoutInvitation: boolean;
};

/** Who with an account knows of a conference: its people, and everybody where it takes all comers. */
export const seesConference = ({ ownerId, moderators, members, joinWithoutInvitation }: Listed, accountId: string) =>
  joinWithoutInvitation || ownerId === accountId || moderators.includes(accountId) || members.includes(accountId);

/** The conference as its stream says now, after the verb was allowed; refuses with `conference.not_found`. */
const allowed = async (needs: Needs, caller: Caller, verb: Verb, conferenceId: string) => {
  allow(caller, verb, { moderates: true }); // Strangers learn nothing, not even whether it exists.
  const { state } = await asOfCaller(needs, caller).executor.load(conference, conferenceId);
  if (state.status !== 'planned') throw new Refusal('conference.not_found');
  if (!may(caller, verb, { moderates: moderatesConference(state, caller.actor.id) })) throw notModerating(caller);
  return state;
};

const editInput = which.extend({
  title: title.nullish(),
  description: description.nullish(),
  joinWithoutInvitation: z.boolean().nullish(),
});

export const editConference = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(editInput, input);
  await allowed(needs, call.caller, 'editConference', asked.conferenceId);
  const data = {
    conferenceId: asked.conferenceId,
    title: asked.title ?? undefined,
    description: asked.description ?? undefined,
    joinWithoutInvitation: asked.joinWithoutInvitation ?? undefined,
  };
  const ask = { type: 'EditConference' as const, data };
  return doneOf(await needs.executor.execute(conference, asked.conferenceId, ask, ctxOf(call, asked)));
};

/** Gives the conference another ID, also while it runs; the old one is free again at once. */
export const reassignConferenceId = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(which.extend({ cid }), input);
  const { conferenceId } = asked;
  const before = await allowed(needs, call.caller, 'reassignConferenceId', conferenceId);
  const ctx = ctxOf(call, asked);
  const ask = { type: 'ReassignConferenceId' as const, data: { conferenceId, cid: asked.cid } };
  if (!(await rehearse(needs, conference, conferenceId, ask, ctx))) {
    await reserveName(needs, nameOfCid(needs, asked.cid), conferenceId, ctx);
  }
  const answer = await needs.executor.execute(conference, conferenceId, ask, ctx);
  if (ctx.dryRun) return doneOf(answer);
  await settleCid(needs, conferenceId, asked.cid, before.cid, ctx);
  await releaseUnheld(needs, conferenceId, ctx, before.cid);
  return doneOf(answer);
};

const memberVerbs = {
  inviteMember: 'InviteMember',
  uninviteMember: 'UninviteMember',
  appointModerator: 'AppointModerator',
  dismissModerator: 'DismissModerator',
} as const;

/** Invites or uninvites a member, appoints or dismisses a moderator. */
export const changeMembers = async (
  needs: Needs,
  call: Call,
  verb: keyof typeof memberVerbs,
  input: unknown,
): Promise<Done> => {
  const asked = parse(which.extend({ accountId: idInput }), input);
  await allowed(needs, call.caller, verb, asked.conferenceId);
  const { state } = await needs.executor.load(account, asked.accountId);
  if (state.status === 'unborn') throw new Refusal('account.not_found');
  const ask = { type: memberVerbs[verb], data: asked };
  return doneOf(await needs.executor.execute(conference, asked.conferenceId, ask, ctxOf(call, asked)));
};

export const deleteConference = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(which, input);
  const { conferenceId } = asked;
  const ctx = ctxOf(call, asked);
  const ask = { type: 'DeleteConference' as const, data: { conferenceId, cause: 'asked' as const } };
  const { state } = await needs.executor.load(conference, conferenceId);
  // The conference is gone by now for everybody but the command that deleted it and asks again.
  const again = state.status === 'deleted' && (await rehearse(needs, conference, conferenceId, ask, ctx));
  if (!again) await allowed(needs, call.caller, 'deleteConference', conferenceId);
  const answer = await needs.executor.execute(conference, conferenceId, ask, ctx);
  if (!ctx.dryRun) await releaseUnheld(needs, conferenceId, step(ctx, 'deleted'));
  return doneOf(answer);
};

/** Whether there is nothing left that needs an ID; false where somebody has come in already. */
const takenBack = async ({ executor }: Needs, conferenceId: string, ctx: Ctx): Promise<boolean> => {
  const ask = { type: 'DeleteConference' as const, data: { conferenceId, cause: 'cid_taken' as const } };
  try {
    await executor.execute(conference, conferenceId, ask, step(ctx, 'delete'));
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conference.running') return false;
    throw error;
  }
};

/**
 * Gives an ID up that is another's. A conference that never had one before is deleted; others get theirs from before
 * back, or any where that is another's by now. It is reserved first, or it would be given up in its turn.
 */
const giveUpCid = async (needs: Needs, conferenceId: string, from: string | null, ctx: Ctx): Promise<void> => {
  if (from === null && (await takenBack(needs, conferenceId, ctx))) return;
  const cid = await reserveSome(needs, from, conferenceId, ctx).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    return reserveSome(needs, null, conferenceId, ctx);
  });
  try {
    const ask = { type: 'ReassignConferenceId' as const, data: { conferenceId, cid } };
    await needs.executor.execute(conference, conferenceId, ask, ctx);
  } catch (error) {
    // It was deleted meanwhile, and holds no ID at all.
    if (!(error instanceof Refusal && error.code === 'conference.not_found')) throw error;
  }
};

/**
 * Confirms the ID that a conference was given. Where the reservation had lapsed and another conference took the ID
 * before that, this one gives it up, and `conference.cid_taken` is refused. A repeat does no harm.
 */
export const settleCid = async (
  needs: Needs,
  conferenceId: string,
  cid: string,
  from: string | null,
  ctx: Ctx,
): Promise<void> => {
  const { state } = await needs.executor.load(conference, conferenceId);
  if (state.status === 'deleted' && state.cause === 'cid_taken') throw new Refusal('conference.cid_taken');
  if (state.status !== 'planned' || !sameCid(state.cid, cid)) return; // It has another one by now.
  if (await holdName(needs, nameOfCid(needs, cid), conferenceId, ctx)) return;
  await giveUpCid(needs, conferenceId, from, step(ctx, 'give up', systemActor));
  throw new Refusal('conference.cid_taken');
};

/** Frees the ID of a deleted conference or, with `from`, the one it had before. A repeat does no harm. */
export const releaseUnheld = async (needs: Needs, conferenceId: string, ctx: Ctx, from?: string): Promise<void> => {
  const { state } = await needs.executor.load(conference, conferenceId);
  if (state.status === 'unborn') return;
  const held = state.status === 'planned' ? state.cid.toLowerCase() : null;
  const unheld = from ?? state.cid;
  if (unheld.toLowerCase() !== held) await releaseName(needs, nameOfCid(needs, unheld), conferenceId, null, ctx);
};
