// Text written in a session. Each message has a content key of its own, so that it can be erased alone.
import { z } from 'zod';
import { fact, sealed, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const message = { channelId: z.uuid(), messageId: z.uuid() };

export const chatEvents = vocabulary([
  fact('ChatMessagePosted', {
    ...message,
    sessionId: z.uuid(),
    authorId: z.uuid(),
    /** Subject of the content's key; made from session and message, so that no other message can share it. */
    contentId: z.uuid(),
    author: sealed('authorId', { displayName: z.string() }),
    content: sealed('contentId', { text: z.string() }),
    postedAt: at,
  }),
]);
export type ChatEvent = ReturnType<typeof chatEvents.parse>;
