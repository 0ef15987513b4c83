// Writing in the chat of a session.
import { z } from 'zod';
import { channel } from '../domain/chat/channel.ts';
import { problem } from '../domain/inputProblems.ts';
import { session } from '../domain/sessions/session.ts';
import { isInside } from '../domain/sessions/state.ts';
import { allow } from './access.ts';
import { asOfCaller, type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse } from './call.ts';
import { derivedId } from './canonical.ts';
import { isVisible, severalLines } from './text.ts';

const postInput = z.object({
  sessionId: idInput,
  messageId: idInput,
  text: severalLines(4_000).refine(isVisible, problem('nothing_to_see')),
});

/** Subject of the key of a message's text; made from session and message, so that no other message can share it. */
export const contentIdOf = (sessionId: string, messageId: string): string => derivedId('content', sessionId, messageId);

/** Posts a message; only people who are in the session may, others are refused with `chat.not_a_member`. */
export const postChatMessage = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'postChatMessage', { inside: true });
  const { sessionId, messageId, text } = parse(postInput, input);
  const authorId = call.caller.actor.id;
  const { state } = await asOfCaller(needs, call.caller).executor.load(session, sessionId);
  const data = {
    channelId: sessionId,
    sessionId,
    messageId,
    contentId: contentIdOf(sessionId, messageId),
    authorId,
    displayName: call.caller.origin.displayName,
    text,
    authorInSession: isInside(state, authorId),
  };
  // The text stays out of the digest: it may be erased, and a keyed hash of it would remain.
  const ctx = ctxOf(call, { sessionId, messageId });
  return doneOf(await needs.executor.execute(channel, sessionId, { type: 'PostChatMessage', data }, ctx));
};
