// The messages of the session, as they are recorded; after a break it goes on after the last one seen.
import { useEffect, useRef, useState } from 'react';
import { ChatLiveDocument, type ChatLiveSubscription } from '../gql/graphql.ts';
import { useLive } from '../live.ts';

export type ChatMessage = ChatLiveSubscription['chatMessages'][number];
export type Chat = { messages: readonly ChatMessage[]; unread: number };

export const useChat = (sessionId: string, reading: boolean): Chat => {
  const [messages, setMessages] = useState<ChatMessage[]>([]);
  const [seen, setSeen] = useState(0);
  const after = useRef<string | null>(null);
  const next = ({ chatMessages }: ChatLiveSubscription) => {
    const last = chatMessages.at(-1);
    if (!last) return;
    after.current = last.number;
    setMessages((before) => {
      const known = new Set(before.map(({ id }) => id));
      return [...before, ...chatMessages.filter(({ id }) => !known.has(id))];
    });
  };
  useLive(ChatLiveDocument, () => ({ sessionId, after: after.current }), next, { key: sessionId });
  const count = messages.length;
  useEffect(() => {
    if (reading) setSeen(count);
  }, [reading, count]);
  return { messages, unread: reading ? 0 : count - seen };
};
