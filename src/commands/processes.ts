// What follows by itself from an event: commands of the server's own, each with an id made from that event.
import { chatEvents } from '../domain/chat/events.ts';
import { conferenceEvents } from '../domain/conferences/events.ts';
import { erasureEvents } from '../domain/erasure/events.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { accountEvents, administrationEvents, signInEvents } from '../domain/identity/events.ts';
import { type SignOutCause, signIn } from '../domain/identity/signIn.ts';
import { type Fact, type Recorded, Refusal } from '../domain/kernel.ts';
import { sessionEvents } from '../domain/sessions/events.ts';
import { session } from '../domain/sessions/session.ts';
import { type Needs, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import { releaseUnheld, settleCid } from './conferences.ts';
import { completeErasure, destroyContent, type ErasureLedger, eraseContent, type WrittenMessage } from './erasure.ts';
import type { Ctx } from './execute.ts';
import { forgetFormerPasswords, forgetSecrets } from './identity.ts';
import { settleLogin } from './logins.ts';
import { afterParked } from './parking.ts';
import { finishRun } from './sessions.ts';
import { endSignIn } from './signIn.ts';

/** What processes must look up; answered from read models that have reached the event's position. */
export type Lookups = {
  signInsOf: (accountId: string, position: string) => Promise<string[]>;
  liveSessionsOf: (accountId: string, position: string) => Promise<string[]>;
  /** Events of a stream that stand after a position, the newest first. */
  eventsSince: (stream: string, position: string) => AsyncIterable<Recorded<Fact>>;
  /** All messages that an account wrote, page by page. */
  messagesOf: (accountId: string, position: string) => AsyncIterable<readonly WrittenMessage[]>;
  ledger: ErasureLedger;
  /** One event of the log. */
  eventAt: (stream: string, revision: number) => Promise<Recorded<Fact>>;
};

export const processCategories = [
  'account',
  'administration',
  'signIn',
  'session',
  'channel',
  'conference',
  'parkedEvent',
  'erasure',
] as const;

const ctxAfter = (event: Recorded, name: string): Ctx => ({
  actor: systemActor,
  origin: null,
  commandId: derivedId('process', event.eventId, name),
  asked: null,
  correlationId: event.meta.correlationId,
  causationId: event.eventId,
});

/** Refusals that say the matter has settled itself. */
const settled: ReadonlySet<string> = new Set([
  'session.ended',
  'session.participant_not_found',
  'session.not_found',
  'conference.not_found',
  'sign_in.not_found',
  'account.login_taken',
  'conference.cid_taken',
]);

const unlessSettled = async (act: Promise<unknown>): Promise<void> => {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof Refusal && settled.has(error.code))) throw error;
  }
};

type Cause = 'devices_disconnected' | 'account_deactivated' | 'account_deleted';

/** The legs by which somebody was in a session at a position, whether or not they have ended since. */
const legsThen = async (
  { executor }: Needs,
  { eventsSince }: Lookups,
  sessionId: string,
  participantId: string,
  position: string,
): Promise<string[]> => {
  const { state, position: newest } = await executor.load(session, sessionId);
  const known = state.status === 'unborn' ? {} : (state.participants[participantId]?.legs ?? {});
  const legIds = new Set(Object.keys(known));
  if (newest === null || newest <= position) return [...legIds];
  for await (const event of eventsSince(`session-${sessionId}`, position)) {
    const fact = sessionEvents.parse(event);
    if (fact.type === 'ParticipantJoined') legIds.delete(fact.data.legId);
  }
  return [...legIds];
};

/** Out of every session she was in, and out of the devices she had: not of what she has come back to since. */
const disconnect = async (
  needs: Needs,
  lookups: Lookups,
  event: Recorded,
  accountId: string,
  cause: Cause,
): Promise<void> => {
  const signedOut = {
    devices_disconnected: 'disconnected',
    account_deactivated: 'deactivated',
    account_deleted: 'deleted',
  } as const;
  for (const sessionId of await lookups.liveSessionsOf(accountId, event.position)) {
    const legIds = await legsThen(needs, lookups, sessionId, accountId, event.position);
    const data = { sessionId, participantId: accountId, legIds, cause };
    const ask = { type: 'DisconnectParticipant' as const, data };
    await unlessSettled(needs.executor.execute(session, sessionId, ask, ctxAfter(event, `disconnect ${sessionId}`)));
  }
  await signOutEverywhere(needs, lookups, event, accountId, signedOut[cause]);
};

const signOutEverywhere = async (
  needs: Needs,
  lookups: Lookups,
  event: Recorded,
  accountId: string,
  cause: SignOutCause,
  keptSignInId: string | null = null,
): Promise<void> => {
  for (const signInId of await lookups.signInsOf(accountId, event.position)) {
    if (signInId === keptSignInId) continue;
    // One that was opened since is not meant: the person has come back, with what is valid now.
    const { position } = await needs.executor.load(signIn, signInId);
    if (position !== null && position > event.position) continue;
    await unlessSettled(endSignIn(needs, signInId, cause, ctxAfter(event, `sign out ${signInId}`)));
  }
};

/**
 * Whoever is not active does not administer. Each of the two commands looks whether the other was given, which misses
 * one that is given just then. Where nobody else administers, the account is active again: somebody has to.
 */
const dismissUnlessActive = async (needs: Needs, event: Recorded, accountId: string): Promise<void> => {
  const { executor, serverId } = needs;
  const { state } = await executor.load(account, accountId);
  if (state.status === 'active' || state.status === 'unborn') return;
  const dismiss = { type: 'DismissAdministrator' as const, data: { accountId } };
  try {
    await executor.execute(administration, serverId, dismiss, ctxAfter(event, 'dismiss'));
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'account.last_administrator')) throw error;
    if (state.status === 'deleted') throw error;
    const activate = { type: 'ActivateAccount' as const, data: { accountId } };
    await executor.execute(account, accountId, activate, ctxAfter(event, 'activate'));
  }
};

const afterAccount = async (needs: Needs, lookups: Lookups, event: Recorded): Promise<void> => {
  const { type, data } = accountEvents.parse(event);
  switch (type) {
    case 'AccountDevicesDisconnected':
      return disconnect(needs, lookups, event, data.accountId, 'devices_disconnected');
    case 'AccountDeactivated':
      await dismissUnlessActive(needs, event, data.accountId);
      return disconnect(needs, lookups, event, data.accountId, 'account_deactivated');
    case 'AccountDeleted':
      await dismissUnlessActive(needs, event, data.accountId);
      await forgetSecrets(needs, data.accountId);
      await unlessSettled(settleLogin(needs, data.accountId, ctxAfter(event, 'login')));
      return disconnect(needs, lookups, event, data.accountId, 'account_deleted');
    case 'AccountCreated':
      return unlessSettled(settleLogin(needs, data.accountId, ctxAfter(event, 'login')));
    case 'AccountPasswordSet':
      await forgetFormerPasswords(needs, data.accountId);
      return signOutEverywhere(needs, lookups, event, data.accountId, 'password_set', data.keptSignInId);
    case 'PersonErasureOrdered': {
      const written = lookups.messagesOf(data.accountId, event.position);
      return completeErasure(needs, data.accountId, written, lookups.ledger, ctxAfter(event, 'erased'));
    }
    case 'AccountProfileEdited':
    case 'AccountActivated':
    case 'PersonErased':
  }
};

const afterErasure = async (needs: Needs, { ledger }: Lookups, event: Recorded): Promise<void> => {
  const { messages } = erasureEvents.parse(event).data;
  await destroyContent(needs, messages);
  await ledger(messages.map(({ contentId }) => contentId));
};

/** Erases a message that was on its way while its author was being erased. */
const eraseIfAuthorErased = async (needs: Needs, event: Recorded): Promise<void> => {
  const { sessionId, messageId, authorId } = chatEvents.parse(event).data;
  const { state } = await needs.executor.load(account, authorId);
  if (state.status !== 'deleted' || state.erasure === 'none') return;
  const ctx = { ...ctxAfter(event, 'author erased'), reason: 'Its author is erased' };
  await eraseContent(needs, derivedId('erasure', event.eventId), 'asked', [{ sessionId, messageId }], ctx);
};

/** IDs are confirmed and released by the commands themselves, unless the server died just then. */
const afterConference = async (needs: Needs, event: Recorded): Promise<void> => {
  const { type, data } = conferenceEvents.parse(event);
  if (type === 'ConferenceDeleted') await releaseUnheld(needs, data.conferenceId, ctxAfter(event, 'release'));
  if (type !== 'ConferenceCreated' && type !== 'ConferenceIdReassigned') return;
  const from = type === 'ConferenceIdReassigned' ? data.from : null;
  await unlessSettled(settleCid(needs, data.conferenceId, data.cid, from, ctxAfter(event, 'confirm')));
  if (from !== null) await releaseUnheld(needs, data.conferenceId, ctxAfter(event, 'release'), from);
};

/** Ends a device session that was opened just after its account was switched off. */
const endUnlessActive = async (
  needs: Needs,
  event: Recorded,
  { accountId, signInId }: { accountId: string; signInId: string },
): Promise<void> => {
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'active') return;
  const cause = state.status === 'deleted' ? 'deleted' : 'deactivated';
  await unlessSettled(endSignIn(needs, signInId, cause, ctxAfter(event, 'not active')));
};

/** Puts out somebody who came into a session just after her account was switched off. */
const putOutUnlessActive = async (
  needs: Needs,
  event: Recorded,
  { sessionId, participantId, legId }: { sessionId: string; participantId: string; legId: string },
): Promise<void> => {
  const { status } = (await needs.executor.load(account, participantId)).state;
  if (status !== 'inactive' && status !== 'deleted') return;
  const cause = status === 'deleted' ? ('account_deleted' as const) : ('account_deactivated' as const);
  const ask = { type: 'DisconnectParticipant' as const, data: { sessionId, participantId, legIds: [legId], cause } };
  await unlessSettled(needs.executor.execute(session, sessionId, ask, ctxAfter(event, 'not active')));
};

/** Reacts to one event. A repeat does no harm; what rejects is to be tried again, then parked. */
export const react = async (needs: Needs, lookups: Lookups, event: Recorded<Fact>): Promise<void> => {
  if (event.stream.startsWith('account-')) return afterAccount(needs, lookups, event);
  if (event.stream.startsWith('channel-')) return eraseIfAuthorErased(needs, event);
  if (event.stream.startsWith('erasure-')) return afterErasure(needs, lookups, event);
  if (event.stream.startsWith('parkedEvent-')) {
    return afterParked(needs, event, async ({ stream, revision }) =>
      react(needs, lookups, await lookups.eventAt(stream, revision)),
    );
  }
  if (event.stream.startsWith('conference-')) return afterConference(needs, event);
  if (event.stream.startsWith('administration-')) {
    const { type, data } = administrationEvents.parse(event);
    return type === 'AdministratorAppointed' ? dismissUnlessActive(needs, event, data.accountId) : undefined;
  }
  if (event.stream.startsWith('signIn-')) {
    const { type, data } = signInEvents.parse(event);
    if (type === 'SignedIn') return endUnlessActive(needs, event, data);
    // Who signed out herself may ask again; her token opens nothing, and goes when it expires.
    if (data.cause !== 'signed_out') await needs.vault.dropTokens({ signInId: data.signInId });
    return;
  }
  const fact = sessionEvents.parse(event);
  if (fact.type === 'ParticipantJoined') return putOutUnlessActive(needs, event, fact.data);
  if (fact.type !== 'SessionEnded') return;
  const { state } = await needs.executor.load(session, fact.data.sessionId);
  if (state.status === 'unborn') return;
  await unlessSettled(finishRun(needs, state.conferenceId, fact.data.sessionId, ctxAfter(event, 'finish')));
};

/** How long nobody must have been in a session before it ends by itself. */
export const emptyGraceMs = 60_000;

/** Ends a session nobody has been in for a minute; whether it is so is decided on its own stream. */
export const endIfEmpty = async ({ executor, now }: Needs, sessionId: string): Promise<void> => {
  const minute = Math.floor(now().getTime() / emptyGraceMs);
  const ctx: Ctx = {
    actor: systemActor,
    origin: null,
    commandId: derivedId('end if empty', sessionId, String(minute)),
    asked: null,
  };
  const ask = { type: 'EndSessionIfEmpty' as const, data: { sessionId, graceMs: emptyGraceMs } };
  await executor.execute(session, sessionId, ask, ctx);
};
