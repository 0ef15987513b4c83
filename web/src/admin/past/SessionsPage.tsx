// The runs of all conferences and the room of the chosen one, as of an event or now.
import { useCallback, useMemo } from 'react';
import { SessionsThenDocument, type SessionsThenQuery } from '../../gql/graphql.ts';
import { ask } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { isInside } from '../../moderation/isInside.ts';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { readSessions } from '../addresses.ts';
import { Beside } from './Beside.tsx';
import { Room } from './Room.tsx';
import { useAsOf } from './useAsOf.ts';

type Session = SessionsThenQuery['sessions']['edges'][number]['node'];

const columnsOf = (t: Translate, dateTime: (iso: string) => string): Column<Session>[] => [
  { id: 'title', header: t('conference.title'), track: 'minmax(150px, 2fr)', cell: ({ title }) => title },
  {
    id: 'state',
    header: t('admin.state'),
    track: 'minmax(190px, 220px)',
    cell: ({ endedAt, participants }) =>
      endedAt ? (
        <Mark tone="off">{t('past.session.over')}</Mark>
      ) : (
        <Mark tone="ok">{t('conference.running.count', { count: participants.filter(isInside).length })}</Mark>
      ),
  },
  {
    id: 'start',
    header: t('admin.calls.start'),
    track: '160px',
    optional: true,
    cell: ({ startedAt }) => dateTime(startedAt),
  },
  {
    id: 'end',
    header: t('admin.calls.end'),
    track: '160px',
    optional: true,
    cell: ({ endedAt }) => endedAt && dateTime(endedAt),
  },
];

const SessionsPage = () => {
  const t = useT();
  const { dateTime, number: shown } = useFormat();
  const number = useAsOf();
  const [search, change] = useSearchState(readSessions);
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(SessionsThenDocument, { first, after, asOf: number === null ? null : { number } });
      return 'data' in answer ? { data: page(answer.data.sessions) } : answer;
    },
    [number],
  );
  const pages = usePages(number ?? '', fetchPage);
  const columns = useMemo(() => columnsOf(t, dateTime), [t, dateTime]);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('past.sessions')}</h1>
        <span className={classes.count} role="status">
          {t('past.sessions.count', { count: pages.totalCount, shown: shown(pages.totalCount) })}
        </span>
      </div>
      <Beside
        list={
          <DataTable
            label={t('past.sessions')}
            columns={columns}
            pages={pages}
            idOf={({ id }) => id}
            selected={search.session}
            select={(session) => change({ session })}
            empty={<Empty title={t('past.none')} />}
          />
        }
        title={t('past.room')}
        card={search.session ? <Room key={search.session} id={search.session} number={number} /> : null}
        close={() => change({ session: undefined })}
      />
    </>
  );
};
export default SessionsPage;
