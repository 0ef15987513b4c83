// Reports → Events: every event of the server, newest first, and word of new ones without moving what is being read.
import { useCallback, useMemo } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  type EventFilter,
  type EventLineFragment,
  EventLineFragmentDoc,
  EventListDocument,
  type EventSort,
} from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { type EventsSearch, readEvents } from '../addresses.ts';
import { DeleteRows } from '../reports/DeleteRows.tsx';
import { ExportReport } from '../reports/ExportReport.tsx';
import { ReportCount } from '../reports/News.tsx';
import { EventDetail } from './EventDetail.tsx';
import { EventFilters } from './EventFilters.tsx';
import { SeverityMark, useEventWords } from './EventWords.tsx';
import { momentOf } from './moments.ts';

type Words = ReturnType<typeof useEventWords>;

const columnsOf = (t: Translate, { dateTime }: Format, { told, kind, who }: Words): Column<EventLineFragment>[] => [
  {
    id: 'when',
    header: t('admin.event.when'),
    track: '156px',
    sort: 'time',
    cell: ({ occurredAt }) => dateTime(occurredAt),
  },
  { id: 'what', header: t('admin.event.what'), track: 'minmax(150px, 1.3fr)', sort: 'type', cell: told },
  {
    id: 'severity',
    header: t('admin.events.severity'),
    track: '104px',
    sort: 'severity',
    cell: ({ severity }) => <SeverityMark severity={severity} />,
  },
  {
    id: 'object',
    header: t('admin.event.object'),
    track: 'minmax(140px, 1.4fr)',
    optional: true,
    cell: ({ objectType, objectName }) => `${kind(objectType)}: ${objectName}`,
  },
  {
    id: 'source',
    header: t('admin.events.source'),
    track: '116px',
    optional: true,
    cell: ({ source }) => t(`source.${source}`),
  },
  { id: 'who', header: t('admin.event.who'), track: 'minmax(110px, 1fr)', optional: true, cell: who },
  {
    id: 'ip',
    header: t('admin.event.ip'),
    track: '130px',
    optional: true,
    cell: ({ ip }) => <span className={classes.mono}>{ip}</span>,
  },
  {
    id: 'number',
    header: t('admin.event.number'),
    track: '84px',
    sort: 'number',
    optional: true,
    cell: ({ number }) => <span className={classes.mono}>#{number}</span>,
  },
];

/** The filter as the server wants it; relative times are counted from now. */
const filterOf = (search: EventsSearch, timeZone: string): EventFilter => ({
  search: search.q ?? null,
  types: search.types ?? null,
  severities: search.severity ?? null,
  sources: search.sources ?? null,
  objectTypes: search.objects ?? null,
  objectName: search.name ?? null,
  ip: search.ip ?? null,
  actorId: search.actor ?? null,
  objectId: search.object ?? null,
  from: momentOf(search.from, timeZone),
  to: momentOf(search.to, timeZone),
});

const sortKeys = new Map<string, EventSort['by']>([
  ['time', 'TIME'],
  ['type', 'TYPE'],
  ['severity', 'SEVERITY'],
  ['number', 'NUMBER'],
]);
const newestFirst = '-time';

const sortOf = (asked: string): EventSort => {
  const [, minus, name = ''] = /^(-?)(\w+)$/.exec(asked) ?? [];
  const by = sortKeys.get(name);
  return { by: by ?? 'TIME', direction: by && !minus ? 'ASCENDING' : 'DESCENDING' };
};

/** Strips what is not a question: which row is open. */
const questionOf = ({ event: _, ...search }: EventsSearch) => JSON.stringify(search);

const useEvents = (search: EventsSearch, timeZone: string) => {
  const question = questionOf(search);
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const asked = JSON.parse(question) as EventsSearch;
      const filter = filterOf(asked, timeZone);
      const sort = sortOf(asked.sort ?? newestFirst);
      const answer = await ask(EventListDocument, { first, after, filter, sort, counted: after === null, minPosition });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.events);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(EventLineFragmentDoc, node)) } };
    },
    [question, timeZone, minPosition],
  );
  return usePages(question + timeZone, fetchPage);
};

/** Whether what comes goes on top, and lies in the period. */
const isOpen = ({ sort, to }: EventsSearch): boolean =>
  [newestFirst, '-number', undefined].includes(sort) && to === undefined;

export const EventsPage = () => {
  const t = useT();
  const format = useFormat();
  const words = useEventWords();
  const [search, change] = useSearchState(readEvents);
  const pages = useEvents(search, format.timeZone);
  // The words are made anew at every render, but only with the language do they change.
  const columns = useMemo(() => columnsOf(t, format, words), [t, format]);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.events')}</h1>
        <ReportCount
          report="events"
          pages={pages}
          idOf={({ eventId }) => eventId}
          asked={() => ({ events: filterOf(search, format.timeZone) })}
          question={questionOf(search) + format.timeZone}
          open={isOpen(search)}
        />
        <ExportReport selection={() => ({ events: filterOf(search, format.timeZone) })} />
        <DeleteRows
          report={t('admin.events')}
          total={pages.totalCount}
          selection={() => ({ events: filterOf(search, format.timeZone) })}
        />
      </div>
      <EventFilters search={search} change={change} />
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.events')}
          columns={columns}
          pages={pages}
          idOf={({ number }) => number}
          selected={search.event}
          sorting={{ by: search.sort ?? newestFirst, change: (sort) => change({ sort }) }}
          select={(event) => change({ event }, true)}
          empty={<Empty title={t('admin.events.none')} text={t('admin.events.none.text')} />}
          detail={(event) => (
            <EventDetail
              event={event}
              onlyActor={() => change({ actor: event.actorId, event: undefined })}
              onlyObject={() => change({ object: event.objectId, event: undefined })}
            />
          )}
        />
      </div>
    </>
  );
};
