// The text channel of a session.
import { hasId, type IdSet, noIds, withId } from '../idSet.ts';
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
export type Channel = { messageIds: IdSet };

export const channel: Decider<Channel, ChannelCommand, ChatEvent> = {
  category: 'channel',
  initial: { messageIds: noIds },
  vocabulary: chatEvents,
  decide: ({ data, meta }, { messageIds }) => {
    const { channelId, messageId, contentId, sessionId, authorId, displayName, text, authorInSession } = data;
    if (!authorInSession) throw new Refusal('chat.not_a_member');
    if (hasId(messageIds, messageId)) throw new Refusal('chat.message_exists');
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
  evolve: ({ messageIds }, { data }) => ({ messageIds: withId(messageIds, data.messageId) }),
};
