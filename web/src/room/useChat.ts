// The messages of the session, as they are recorded; after a break it goes on after the last one seen.
// What is erased goes from the page, too.
import { useEffect, useRef, useState } from 'react';
import { ChatLiveDocument, type ChatLiveSubscription } from '../gql/graphql.ts';
import { useLive } from '../live.ts';

export type ChatMessage = ChatLiveSubscription['chatMessages'][number];
export type Chat = { messages: readonly ChatMessage[]; unread: number };

const newer = (one: string | null, other: string) => (one !== null && BigInt(one) > BigInt(other) ? one : other);

export const useChat = (sessionId: string, reading: boolean): Chat => {
  const [messages, setMessages] = useState<ChatMessage[]>([]);
  const [seen, setSeen] = useState(0);
  const after = useRef<string | null>(null);
  const next = ({ chatMessages }: ChatLiveSubscription) => {
    const fresh = new Map(chatMessages.map((message) => [message.id, message]));
    for (const { number } of chatMessages) after.current = newer(after.current, number);
    setMessages((before) => {
      // One that is there already comes again when its text was erased.
      const kept = before.map((message) => fresh.get(message.id) ?? message);
      const known = new Set(before.map(({ id }) => id));
      return [...kept, ...chatMessages.filter(({ id }) => !known.has(id))];
    });
  };
  useLive(ChatLiveDocument, () => ({ sessionId, after: after.current }), next, { key: sessionId });
  const count = messages.length;
  useEffect(() => {
    if (reading) setSeen(count);
  }, [reading, count]);
  return { messages, unread: reading ? 0 : count - seen };
};
