// The text channel of a session.
import type { Command, Decider } from '../kernel.ts';
import { Refusal } from '../kernel.ts';
import { type ChatEvent, chatEvents } from './events.ts';

export type ChannelCommand = Command<
  'PostChatMessage',
  {
    channelId: string;
    messageId: string;
    sessionId: string;
    authorId: string;
    displayName: string;
    text: string;
    authorInSession: boolean;
  }
>;
export type Channel = { messages: number };

export const channel: Decider<Channel, ChannelCommand, ChatEvent> = {
  category: 'channel',
  initial: { messages: 0 },
  vocabulary: chatEvents,
  decide: ({ data, meta }) => {
    const { channelId, messageId, sessionId, authorId, displayName, text, authorInSession } = data;
    if (!authorInSession) throw new Refusal('chat.not_a_member');
    return [
      {
        type: 'ChatMessagePosted',
        data: {
          channelId,
          messageId,
          sessionId,
          authorId,
          author: { displayName },
          content: { text },
          postedAt: meta.now.toISOString(),
        },
      },
    ];
  },
  evolve: ({ messages }) => ({ messages: messages + 1 }),
};
