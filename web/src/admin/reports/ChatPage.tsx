// Reports → Chat messages: what was written in all sessions, by whom and where.

import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type ChatFilter, ChatReportDocument, type ChatReportQuery } from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { type ChatSearch, readChat } from '../addresses.ts';
import { momentOf } from '../events/moments.ts';
import { Chip } from './Chip.tsx';
import { DeleteRows } from './DeleteRows.tsx';
import { EraseMessage } from './EraseMessage.tsx';
import { ExportReport } from './ExportReport.tsx';
import { ReportCount } from './News.tsx';
import { NoneFound } from './NoneFound.tsx';
import { Period } from './Period.tsx';
import { PersonLink } from './PersonLink.tsx';
import own from './Reports.module.css';
import { sortOf } from './sorting.ts';
import { TextFilter } from './TextFilter.tsx';

type Message = ChatReportQuery['chatReport']['edges'][number]['node'];

const sortKeys = [
  ['time', 'TIME'],
  ['sender', 'SENDER'],
] as const;

const columnsOf = (t: Translate, { dateTime }: Format): Column<Message>[] => [
  {
    id: 'when',
    header: t('admin.event.when'),
    track: '156px',
    sort: 'time',
    cell: ({ postedAt }) => dateTime(postedAt),
  },
  {
    id: 'sender',
    header: t('admin.chat.sender'),
    track: 'minmax(110px, 1fr)',
    sort: 'sender',
    cell: ({ senderName }) => senderName,
  },
  {
    id: 'recipient',
    header: t('admin.chat.recipient'),
    track: 'minmax(120px, 1fr)',
    optional: true,
    cell: ({ sessionId, sessionTitle }) => (
      <Link to="/reports/call" search={{ id: sessionId }}>
        {sessionTitle}
      </Link>
    ),
  },
  {
    id: 'message',
    header: t('admin.chat.message'),
    track: 'minmax(180px, 3fr)',
    cell: ({ text }) => text ?? <span className={classes.muted}>{t('admin.chat.erased')}</span>,
  },
];

const Detail = ({ message }: { message: Message }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { messageId, sender, senderName, sessionId, sessionTitle, text, postedAt } = message;
  return (
    <>
      <Facts
        facts={[
          [t('admin.event.when'), dateTime(postedAt)],
          [t('admin.chat.sender'), <PersonLink key="sender" person={{ ...sender, displayName: senderName }} />],
          [
            t('admin.chat.recipient'),
            <Link key="session" to="/reports/call" search={{ id: sessionId }}>
              {sessionTitle}
            </Link>,
          ],
          [
            t('admin.chat.message'),
            <span key="text" className={own.text}>
              {text ?? t('admin.chat.erased')}
            </span>,
          ],
        ]}
      />
      {text !== null && <EraseMessage sessionId={sessionId} messageId={messageId} />}
    </>
  );
};

const filterOf = (search: ChatSearch, timeZone: string): ChatFilter => ({
  search: search.q ?? null,
  sender: search.sender ?? null,
  recipient: search.recipient ?? null,
  sessionId: search.session ?? null,
  from: momentOf(search.from, timeZone),
  to: momentOf(search.to, timeZone),
});

/** Strips what is not a question: which row is open. */
const questionOf = ({ message: _, ...search }: ChatSearch) => JSON.stringify(search);
const newestFirst = '-time';

const useMessages = (search: ChatSearch, timeZone: string) => {
  const question = questionOf(search);
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const wanted = JSON.parse(question) as ChatSearch;
      const [filter, sort] = [filterOf(wanted, timeZone), sortOf(wanted.sort, sortKeys)];
      const answer = await ask(ChatReportDocument, {
        first,
        after,
        filter,
        sort,
        counted: after === null,
        minPosition,
      });
      return 'data' in answer ? { data: page(answer.data.chatReport) } : answer;
    },
    [question, timeZone, minPosition],
  );
  return usePages(question + timeZone, fetchPage);
};

export const ChatPage = () => {
  const t = useT();
  const format = useFormat();
  const [search, change] = useSearchState(readChat);
  const pages = useMessages(search, format.timeZone);
  const columns = useMemo(() => columnsOf(t, format), [t, format]);
  const { session } = search;
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.chat')}</h1>
        <ReportCount
          report="chat"
          pages={pages}
          idOf={({ id }) => id}
          asked={() => ({ chat: filterOf(search, format.timeZone) })}
          question={questionOf(search) + format.timeZone}
          open={(search.sort ?? newestFirst) === newestFirst && search.to === undefined}
        />
        <ExportReport selection={() => ({ chat: filterOf(search, format.timeZone) })} />
        <DeleteRows
          report={t('admin.chat')}
          total={pages.totalCount}
          selection={() => ({ chat: filterOf(search, format.timeZone) })}
        />
      </div>
      <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
        <TextFilter label={t('admin.chat.message')} width={240} value={search.q} change={(q) => change({ q }, true)} />
        <TextFilter
          label={t('admin.chat.sender')}
          value={search.sender}
          change={(sender) => change({ sender }, true)}
        />
        <TextFilter
          label={t('admin.chat.recipient')}
          value={search.recipient}
          change={(recipient) => change({ recipient }, true)}
        />
        <Period search={search} change={change} />
        {session && (
          <Chip
            label={t('admin.chat.sessionChip', { id: session.slice(-8) })}
            clear={() => change({ session: undefined })}
          />
        )}
      </div>
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.chat')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.message}
          sorting={{ by: search.sort ?? newestFirst, change: (sort) => change({ sort }) }}
          select={(message) => change({ message }, true)}
          detail={(message) => <Detail message={message} />}
          empty={<NoneFound report="chat" filter={filterOf(search, format.timeZone)} />}
        />
      </div>
    </>
  );
};
