// Erasing: of a person, or of a single message. Keys are destroyed; the log, its numbers and its proof stay.
import { z } from 'zod';
import { erasure } from '../domain/erasure/erasure.ts';
import type { ErasedContent, ErasureCause } from '../domain/erasure/events.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { ErasureCounts } from '../domain/identity/events.ts';
import { Refusal } from '../domain/kernel.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, step } from './call.ts';
import { derivedId } from './canonical.ts';
import { contentIdOf } from './chat.ts';
import type { Ctx } from './execute.ts';
import { forgetSecrets, loginBlockedUntil } from './identity.ts';
import { isAdministrator, nameOfLogin, settleLogin } from './logins.ts';

export type HoldName = { id: string; name: string };

/** What the read models know, proved to be of now. */
export type ErasureFacts = {
  /** The legal holds that keep something of this person. */
  holds: () => Promise<HoldName[]>;
  counts: () => Promise<ErasureCounts>;
};

const reasonInput = z.object({ reason: z.string().trim().min(1) });

/** What cannot be taken back has to be justified. */
const assertReason = ({ reason, dryRun }: Call): void => {
  if (dryRun !== true) parse(reasonInput, { reason: reason ?? '' }, 'command');
};

const assertNotHeld = (holds: readonly HoldName[]): void => {
  if (holds.length > 0) throw new Refusal('legal_hold.keeps', { holds: holds.slice(0, 20) });
};

/** Nobody who is erased administers; the last administrator stays. */
const dismiss = async (needs: Needs, accountId: string, ctx: Ctx): Promise<NonNullable<Done['planned']>> => {
  if (!(await isAdministrator(needs, accountId))) return [];
  const ask = { type: 'DismissAdministrator' as const, data: { accountId } };
  return doneOf(await needs.executor.execute(administration, needs.serverId, ask, step(ctx, 'dismiss'))).planned ?? [];
};

/**
 * Erases a person: she is dismissed as administrator, her account is deleted, her key is destroyed and her name reads
 * `erased-…` wherever it stood. What takes longer, a process does (`completeErasure`), whoever is killed. Refuses with
 * `legal_hold.keeps`, `account.last_administrator`, `account.not_found`. A dry run says what there is of her.
 */
export const erasePerson = async (needs: Needs, call: Call, input: unknown, facts: ErasureFacts): Promise<Done> => {
  allow(call.caller, 'erasePerson');
  const { accountId } = parse(z.object({ accountId: idInput }), input);
  assertReason(call);
  const ctx = ctxOf(call, { accountId });
  const { state } = await needs.executor.load(account, accountId);
  if (state.status === 'unborn') throw new Refusal('account.not_found');
  const isNew = state.status !== 'deleted' || state.erasure === 'none';
  if (isNew) assertNotHeld(await facts.holds());
  const login = 'person' in state ? state.person?.login : undefined;
  const data = {
    accountId,
    isAdministrator: false,
    cause: 'asked' as const,
    loginKey: login === undefined ? null : (await nameOfLogin(needs, login)).key,
    loginBlockedUntil: loginBlockedUntil(needs.now()),
    counts: await facts.counts(),
  };
  const dismissed = await dismiss(needs, accountId, ctx);
  const answer = doneOf(await needs.executor.execute(account, accountId, { type: 'ErasePerson', data }, ctx));
  if (ctx.dryRun) return { ...answer, planned: [...dismissed, ...(answer.planned ?? [])] };
  await forgetSecrets(needs, accountId);
  await needs.vault.erase(accountId);
  await settleLogin(needs, accountId, ctx);
  return answer;
};

/** Tells what was destroyed to whoever keeps it apart from the database, before it is said to be done. */
export type ErasureLedger = (subjects: readonly string[]) => Promise<void>;

export type WrittenMessage = { sessionId: string; messageId: string };

/** Does the rest of what was ordered. A repeat does no harm. `written`: all messages of hers, page by page. */
export const completeErasure = async (
  needs: Needs,
  accountId: string,
  written: AsyncIterable<readonly WrittenMessage[]>,
  ledger: ErasureLedger,
  ctx: Ctx,
): Promise<void> => {
  await forgetSecrets(needs, accountId);
  await needs.vault.erase(accountId);
  await ledger([accountId]);
  let contents = 0;
  for await (const messages of written) {
    const ids = messages.map(({ sessionId, messageId }) => contentIdOf(sessionId, messageId));
    await needs.vault.erase(...ids);
    await ledger(ids);
    contents += ids.length;
  }
  const ask = { type: 'NotePersonErased' as const, data: { accountId, contents } };
  await needs.executor.execute(account, accountId, ask, ctx);
};

/** Records that these contents are erased, and destroys their keys. */
export const eraseContent = async (
  needs: Needs,
  erasureId: string,
  cause: ErasureCause,
  messages: readonly WrittenMessage[],
  ctx: Ctx,
): Promise<Done> => {
  const contents = messages.map(
    ({ sessionId, messageId }): ErasedContent => ({
      sessionId,
      messageId,
      contentId: contentIdOf(sessionId, messageId),
    }),
  );
  const ask = { type: 'EraseContent' as const, data: { erasureId, cause, messages: contents } };
  const answer = doneOf(await needs.executor.execute(erasure, erasureId, ask, ctx));
  if (!ctx.dryRun) await destroyContent(needs, contents);
  return answer;
};

/** A repeat does no harm. */
export const destroyContent = async ({ vault }: Needs, messages: readonly ErasedContent[]): Promise<void> =>
  vault.erase(...messages.map(({ contentId }) => contentId));

const messageInput = z.object({ sessionId: idInput, messageId: idInput });

/**
 * Erases the text of one message; who wrote it when, and that there was one, stays. `found`: whether there is such a
 * message with a text. Refuses with `chat.message_not_found` or `legal_hold.keeps`.
 */
export const eraseChatMessage = async (
  needs: Needs,
  call: Call,
  input: unknown,
  facts: (message: WrittenMessage) => Promise<{ found: boolean; holds: HoldName[] }>,
): Promise<Done> => {
  allow(call.caller, 'eraseChatMessage');
  const message = parse(messageInput, input);
  assertReason(call);
  const ctx = ctxOf(call, message);
  const erasureId = derivedId('erasure', ctx.actor.id, call.commandId);
  const before = await needs.executor.load(erasure, erasureId);
  if (!before.state.done) {
    const { found, holds } = await facts(message);
    if (!found) throw new Refusal('chat.message_not_found');
    assertNotHeld(holds);
  }
  return eraseContent(needs, erasureId, 'asked', [message], ctx);
};
