import { ActionIcon, Textarea } from '@mantine/core';
import IconSend from '@tabler/icons-react/dist/esm/icons/IconSend.mjs';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useCommand } from '../commands.ts';
import { PostChatMessageDocument } from '../gql/graphql.ts';
import { useFormat } from '../i18n/format.ts';
import { useT } from '../i18n/locale.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { newId } from '../uuid.ts';
import classes from './ChatPanel.module.css';
import { Side } from './Side.tsx';
import type { Chat, ChatMessage } from './useChat.ts';

const textMax = 4000;

const Message = ({ message, own }: { message: ChatMessage; own: boolean }) => {
  const t = useT();
  const { time } = useFormat();
  return (
    <li className={classes.message} data-own={own || undefined}>
      <p className={classes.who}>
        <span>{own ? t('moderation.you') : message.authorName}</span>
        <time dateTime={message.postedAt}>{time(message.postedAt)}</time>
      </p>
      <p className={classes.text}>{message.text ?? <em>{t('room.chat.erased')}</em>}</p>
    </li>
  );
};

const Compose = ({ sessionId }: { sessionId: string }) => {
  const t = useT();
  const [text, setText] = useState('');
  const messageId = useRef(newId());
  const { run, busy, refused } = useCommand(PostChatMessageDocument);
  const post = async () => {
    if (!text.trim() || busy) return;
    if (!(await run({ sessionId, messageId: messageId.current, text: text.trim() }))) return;
    messageId.current = newId();
    setText('');
  };
  const press = (pressed: KeyboardEvent) => {
    if (pressed.key !== 'Enter' || pressed.shiftKey || pressed.nativeEvent.isComposing) return;
    pressed.preventDefault();
    void post();
  };
  return (
    <>
      <RefusalNotice refused={refused} />
      <form
        className={classes.compose}
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void post();
        }}
      >
        <Textarea
          aria-label={t('room.chat.write')}
          placeholder={t('room.chat.write')}
          autosize
          minRows={1}
          maxRows={5}
          maxLength={textMax}
          value={text}
          autoFocus
          onChange={(change) => setText(change.currentTarget.value)}
          onKeyDown={press}
        />
        <ActionIcon
          type="submit"
          variant="filled"
          color="brand"
          size={36}
          loading={busy}
          aria-label={t('room.chat.send')}
        >
          <IconSend size={17} />
        </ActionIcon>
      </form>
    </>
  );
};

type Props = { chat: Chat; sessionId: string; ownId: string; close: () => void };

export const ChatPanel = ({ chat, sessionId, ownId, close }: Props) => {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  const { messages } = chat;
  const last = messages.at(-1)?.id;
  useEffect(() => {
    if (last) list.current?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [last]);
  return (
    <Side title={t('room.chat')} close={close} foot={<Compose sessionId={sessionId} />}>
      {messages.length === 0 && <p className={classes.none}>{t('room.chat.none')}</p>}
      <div role="log" aria-label={t('room.chat.messages')}>
        <ul ref={list} className={classes.messages}>
          {messages.map((message) => (
            <Message key={message.id} message={message} own={message.authorId === ownId} />
          ))}
        </ul>
      </div>
    </Side>
  );
};
