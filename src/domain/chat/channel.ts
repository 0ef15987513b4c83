// The text channel of a session.
import type { Command, Decider } from '../kernel.ts';
import { Refusal } from '../kernel.ts';
import { type ChatEvent, chatEvents } from './events.ts';

export type ChannelCommand = Command<
  'PostChatMessage',
  {
    channelId: string;
    messageId: string;
    contentId: string;
    sessionId: string;
    authorId: string;
    displayName: string;
    text: string;
    authorInSession: boolean;
  }
>;
export type Channel = { messageIds: Record<string, true> };

export const channel: Decider<Channel, ChannelCommand, ChatEvent> = {
  category: 'channel',
  initial: { messageIds: {} },
  vocabulary: chatEvents,
  decide: ({ data, meta }, { messageIds }) => {
    const { channelId, messageId, contentId, sessionId, authorId, displayName, text, authorInSession } = data;
    if (!authorInSession) throw new Refusal('chat.not_a_member');
    if (messageIds[messageId]) throw new Refusal('chat.message_exists');
    return [
      {
        type: 'ChatMessagePosted',
        data: {
          channelId,
          messageId,
          sessionId,
          authorId,
          contentId,
          author: { displayName },
          content: { text },
          postedAt: meta.now.toISOString(),
        },
      },
    ];
  },
  evolve: ({ messageIds }, { data }) => ({ messageIds: { ...messageIds, [data.messageId]: true } }),
};
