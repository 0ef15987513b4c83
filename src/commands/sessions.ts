// Sessions: coming in, being moderated, being ended; and the facts that media nodes report.
import { z } from 'zod';
import { type Conference, conference } from '../domain/conferences/conference.ts';
import { Refusal } from '../domain/kernel.ts';
import type { SessionRole } from '../domain/sessions/events.ts';
import { type SessionCommand, session } from '../domain/sessions/session.ts';
import { isInside, type Session } from '../domain/sessions/state.ts';
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
import { derivedId } from './canonical.ts';
import { moderatesConference } from './conferences.ts';
import type { Ctx } from './execute.ts';
import { placeSession } from './placement.ts';
import { signTicket } from './tickets.ts';

const participantsMax = 49; // Catalogue C2, all on screen.
const ticketLifetimeMs = 30_000;
const staleRunsMax = 3;

const source = z.enum(['microphone', 'camera', 'screen']);
const which = z.object({ sessionId: idInput });
const whom = which.extend({ participantId: idInput });

export type Joined = {
  sessionId: string;
  participantId: string;
  legId: string;
  ticket: string;
  /** The media node to present the ticket at; null where none took the session yet. */
  node: string | null;
  position: string;
};

const roleIn = (state: Extract<Conference, { status: 'planned' }>, accountId: string): SessionRole => {
  if (state.ownerId === accountId) return 'owner';
  return state.moderators.includes(accountId) ? 'moderator' : 'participant';
};

const planned = async ({ executor }: Needs, conferenceId: string) => {
  const { state } = await executor.load(conference, conferenceId);
  if (state.status !== 'planned') throw new Refusal('conference.not_found');
  return state;
};

/**
 * The running session of a conference: the present one, or one that a moderator starts by coming in. The run is
 * claimed in the conference's stream first, so that two who start at once meet in the same session.
 */
const runningSession = async (needs: Needs, conferenceId: string, caller: Caller, ctx: Ctx): Promise<string> => {
  const { executor } = needs;
  for (let tries = 0; tries < staleRunsMax; tries += 1) {
    const before = await planned(needs, conferenceId);
    if (before.runningSessionId === null) {
      if (!moderatesConference(before, caller.actor.id)) throw new Refusal('session.not_started');
      const sessionId = derivedId('session', conferenceId, caller.actor.id, ctx.commandId, String(tries));
      const begin = {
        type: 'BeginConferenceRun' as const,
        data: { conferenceId, sessionId, accountId: caller.actor.id },
      };
      await executor.execute(conference, conferenceId, begin, step(ctx, `begin ${tries}`));
    }
    const { runningSessionId: sessionId, title, ownerId } = await planned(needs, conferenceId);
    if (sessionId === null) continue; // It ended between two looks.
    const { state } = await executor.load(session, sessionId);
    if (state.status === 'running') return sessionId;
    if (state.status === 'ended') {
      await finishRun(needs, conferenceId, sessionId, step(ctx, `finish ${tries}`));
      continue;
    }
    const data = { sessionId, conferenceId, title, ownerId, startedBy: caller.actor.id };
    await startUnlessRunning(needs, data, step(ctx, `start ${tries}`));
    return sessionId;
  }
  throw new Refusal('command.too_busy');
};

type Start = Extract<SessionCommand, { type: 'StartSession' }>['data'];

/** Two who begin at once both start the claimed session; the second finds it running. */
const startUnlessRunning = async ({ executor }: Needs, data: Start, ctx: Ctx): Promise<void> => {
  try {
    await executor.execute(session, data.sessionId, { type: 'StartSession', data }, ctx);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'session.already_running')) throw error;
  }
};

/**
 * Starts the session of a run that somebody claimed and, killed just then, never started; nobody is in it, so it ends
 * by itself. A repeat does no harm.
 */
export const startClaimedRun = async (needs: Needs, conferenceId: string): Promise<void> => {
  const { state } = await needs.executor.load(conference, conferenceId);
  if (state.status !== 'planned' || state.runningSessionId === null) return;
  const { runningSessionId: sessionId, title, ownerId } = state;
  const { state: run } = await needs.executor.load(session, sessionId);
  if (run.status !== 'unborn') return;
  const ctx: Ctx = {
    actor: systemActor,
    origin: null,
    commandId: derivedId('start claimed run', sessionId),
    asked: null,
  };
  await startUnlessRunning(needs, { sessionId, conferenceId, title, ownerId, startedBy: ownerId }, ctx);
};

/** Frees the conference for its next run. */
export const finishRun = async (
  { executor }: Needs,
  conferenceId: string,
  sessionId: string,
  ctx: Ctx,
): Promise<void> => {
  const finish = { type: 'FinishConferenceRun' as const, data: { conferenceId, sessionId } };
  await executor.execute(conference, conferenceId, finish, step(ctx, `finish ${sessionId}`, systemActor));
};

/**
 * Lets the caller into a conference: starts its session where she may, admits a new leg, answers a ticket for it.
 * Refuses with `session.not_started`, `session.not_invited`, `session.removed` or `session.full`.
 */
export const joinConference = async (present: Needs, call: Call, input: unknown): Promise<Joined> => {
  allow(call.caller, 'joinConference');
  // What is acted upon is proved by the appends.
  const needs = asOfCaller(present, call.caller);
  const asked = parse(z.object({ conferenceId: idInput }), input);
  const ctx = ctxOf(call, asked);
  const participantId = call.caller.actor.id;
  const state = await planned(needs, asked.conferenceId);
  const role = roleIn(state, participantId);
  const invited = role !== 'participant' || state.joinWithoutInvitation || state.members.includes(participantId);
  if (!invited && !(await invitedToRun(needs, state.runningSessionId, participantId))) {
    throw new Refusal('session.not_invited');
  }
  const sessionId = await runningSession(needs, asked.conferenceId, call.caller, ctx);
  const node = (await placeSession(needs, sessionId))?.node ?? null;
  const legId = derivedId('leg', participantId, call.commandId);
  const { displayName } = call.caller.origin;
  const join = {
    type: 'JoinSession' as const,
    data: { sessionId, participantId, legId, role, displayName, participantsMax },
  };
  const { position } = await needs.executor.execute(session, sessionId, join, ctx);
  const expiresAt = new Date(needs.now().getTime() + ticketLifetimeMs);
  const ticket = { legId, sessionId, participantId, displayName, node, position: position ?? '', expiresAt };
  const signed = signTicket(await needs.vault.secret('ticket'), ticket);
  return { sessionId, participantId, legId, ticket: signed, node, position: ticket.position };
};

const invitedToRun = async ({ executor }: Needs, sessionId: string | null, accountId: string): Promise<boolean> => {
  if (sessionId === null) return false;
  const { state } = await executor.load(session, sessionId);
  return state.status === 'running' && state.invited.includes(accountId);
};

/** Whether the account was given a role in this session that moderates. */
export const moderatesByRole = (state: Session, accountId: string): boolean => {
  const role = state.status === 'unborn' ? undefined : state.participants[accountId]?.role;
  return role === 'owner' || role === 'moderator';
};

/** Whether the account moderates: by its conference, or by a role it was given in this session. */
const moderatesSession = async ({ executor }: Needs, state: Session, accountId: string): Promise<boolean> => {
  if (state.status === 'unborn') return false;
  if (moderatesByRole(state, accountId)) return true;
  return moderatesConference((await executor.load(conference, state.conferenceId)).state, accountId);
};

/**
 * Who with an account sees a session: people who are or were in it and may come back, its owner, and the moderators of
 * its conference. `mayRejoin`: of whoever was in it.
 */
export const seesSession = (
  { ownerId, mayRejoin }: { ownerId: string; mayRejoin: boolean | undefined },
  moderators: readonly string[],
  accountId: string,
): boolean => mayRejoin ?? (ownerId === accountId || moderators.includes(accountId));

const begun = async (needs: Needs, caller: Caller, verb: Verb, sessionId: string) => {
  allow(caller, verb, { moderates: true, inside: true }); // Strangers learn nothing about which sessions exist.
  const { state } = await asOfCaller(needs, caller).executor.load(session, sessionId);
  if (state.status === 'unborn') throw new Refusal('session.not_found');
  return state;
};

const moderate = async (
  needs: Needs,
  call: Call,
  verb: Verb,
  asked: { sessionId: string },
  ask: { type: SessionCommand['type']; data: SessionCommand['data'] },
): Promise<Done> => {
  const state = await begun(needs, call.caller, verb, asked.sessionId);
  const moderates = await moderatesSession(asOfCaller(needs, call.caller), state, call.caller.actor.id);
  if (!may(call.caller, verb, { moderates })) throw notModerating(call.caller);
  return doneOf(await needs.executor.execute(session, asked.sessionId, ask, ctxOf(call, asked)));
};

export const muteParticipant = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(whom.extend({ source }), input);
  return moderate(needs, call, 'muteParticipant', asked, { type: 'MuteParticipant', data: asked });
};

/** After a moderator's mute, only the person herself can speak again. */
export const unmuteSelf = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(which.extend({ source }), input);
  const participantId = call.caller.actor.id;
  const state = await begun(needs, call.caller, 'unmuteSelf', asked.sessionId);
  if (!may(call.caller, 'unmuteSelf', { inside: isInside(state, participantId) }))
    throw new Refusal('session.participant_not_found');
  const ask = { type: 'UnmuteParticipant' as const, data: { ...asked, participantId } };
  return doneOf(await needs.executor.execute(session, asked.sessionId, ask, ctxOf(call, asked)));
};

export const removeParticipant = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(whom.extend({ mayRejoin: z.boolean() }), input);
  return moderate(needs, call, 'removeParticipant', asked, { type: 'RemoveParticipant', data: asked });
};

export const giveSessionRole = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(whom.extend({ role: z.enum(['moderator', 'participant']) }), input);
  return moderate(needs, call, 'giveSessionRole', asked, { type: 'GiveSessionRole', data: asked });
};

/** Anybody inside may call in others; the invitation counts for this run. */
export const inviteToSession = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(which.extend({ accountId: idInput }), input);
  const state = await begun(needs, call.caller, 'inviteToSession', asked.sessionId);
  allow(call.caller, 'inviteToSession', { inside: isInside(state, call.caller.actor.id) });
  const data = { sessionId: asked.sessionId, participantId: asked.accountId };
  const ask = { type: 'InviteToSession' as const, data };
  return doneOf(await needs.executor.execute(session, asked.sessionId, ask, ctxOf(call, asked)));
};

/** Ends the session for everybody. */
export const endSession = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  const asked = parse(which, input);
  const state = await begun(needs, call.caller, 'endSession', asked.sessionId);
  const byModerator = await moderatesSession(asOfCaller(needs, call.caller), state, call.caller.actor.id);
  const cause = byModerator ? ('ended_by_moderator' as const) : ('ended_by_administrator' as const);
  const done = await moderate(needs, call, 'endSession', asked, { type: 'EndSession', data: { ...asked, cause } });
  if (!call.dryRun) await finishRun(needs, state.conferenceId, asked.sessionId, ctxOf(call, asked));
  return done;
};
