// Events whose consequences failed: why, and a button that has them tried again.
import { useCallback, useEffect, useMemo } from 'react';
import { ParkedEventListDocument } from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { readParked } from '../addresses.ts';
import { useEventWords } from '../events/EventWords.tsx';
import { useFigures } from '../live.tsx';
import { ParkedDetail, type ParkedEvent } from './ParkedDetail.tsx';

type What = ReturnType<typeof useEventWords>['what'];

const columnsOf = (t: Translate, { dateTime }: Format, what: What): Column<ParkedEvent>[] => [
  { id: 'what', header: t('admin.event.what'), track: 'minmax(150px, 1fr)', cell: ({ type }) => what(type) },
  { id: 'when', header: t('admin.parked.since'), track: '156px', cell: ({ parkedAt }) => dateTime(parkedAt) },
  { id: 'reason', header: t('admin.event.reason'), track: 'minmax(160px, 2fr)', cell: ({ reason }) => reason },
  {
    id: 'number',
    header: t('admin.event.number'),
    track: '84px',
    optional: true,
    cell: ({ number }) => number !== null && <span className={classes.mono}>#{number}</span>,
  },
];

const useParked = () => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(ParkedEventListDocument, { first, after, minPosition });
      return 'data' in answer ? { data: page(answer.data.parkedEvents) } : answer;
    },
    [minPosition],
  );
  const pages = usePages('', fetchPage);
  const { readAgain } = pages;
  const parked = useFigures().summary?.services.find(({ name }) => name === 'processes')?.detail;
  // A retry that went well, or one more that was parked, changes the count.
  useEffect(() => readAgain(), [parked, readAgain]);
  return pages;
};

export const ParkedPage = () => {
  const t = useT();
  const format = useFormat();
  const { what } = useEventWords();
  const [search, change] = useSearchState(readParked);
  const pages = useParked();
  // The words are made anew at every render, but only with the language do they change.
  const columns = useMemo(() => columnsOf(t, format, what), [t, format]);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.parked')}</h1>
        <span className={classes.count} role="status">
          {t('admin.parked.count', { count: pages.totalCount })}
        </span>
      </div>
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.parked')}
          columns={columns}
          pages={pages}
          idOf={({ eventId }) => eventId}
          selected={search.event}
          select={(event) => change({ event }, true)}
          empty={<Empty title={t('admin.parked.none')} text={t('admin.parked.none.text')} />}
          detail={(event) => <ParkedDetail event={event} />}
        />
      </div>
    </>
  );
};
