// Reports → Calls: every session there was or is, each leading to its own page.

import { Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import { type CallFilter, type CallLineFragment, CallLineFragmentDoc, CallListDocument } from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { type CallsSearch, readCalls } from '../addresses.ts';
import { momentOf } from '../events/moments.ts';
import { CallFacts } from './CallFacts.tsx';
import { Chip } from './Chip.tsx';
import { DeleteRows } from './DeleteRows.tsx';
import { ExportReport } from './ExportReport.tsx';
import { ReportCount } from './News.tsx';
import { NoneFound } from './NoneFound.tsx';
import { Period } from './Period.tsx';
import { sortOf } from './sorting.ts';
import { TextFilter } from './TextFilter.tsx';
import '../../ui/overlayStyles.ts';

const sortKeys = [
  ['start', 'START'],
  ['end', 'END'],
  ['duration', 'DURATION'],
  ['people', 'PEOPLE'],
  ['title', 'TITLE'],
] as const;

const durationOf = ({ startedAt, endedAt }: CallLineFragment, { duration }: Format) =>
  endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '';

const columnsOf = (t: Translate, format: Format): Column<CallLineFragment>[] => [
  {
    id: 'start',
    header: t('admin.calls.start'),
    track: '156px',
    sort: 'start',
    cell: ({ startedAt }) => format.dateTime(startedAt),
  },
  {
    id: 'end',
    header: t('admin.calls.end'),
    track: '156px',
    sort: 'end',
    cell: ({ endedAt }) => (endedAt ? format.dateTime(endedAt) : <Mark tone="ok">{t('conference.running')}</Mark>),
  },
  {
    id: 'duration',
    header: t('admin.calls.duration'),
    track: '96px',
    sort: 'duration',
    optional: true,
    cell: (call) => durationOf(call, format),
  },
  {
    id: 'title',
    header: t('admin.calls.title'),
    track: 'minmax(140px, 1.4fr)',
    sort: 'title',
    cell: ({ id, title }) => (
      <Link to="/reports/call" search={{ id }}>
        {title}
      </Link>
    ),
  },
  {
    id: 'people',
    header: t('admin.calls.people'),
    track: '104px',
    sort: 'people',
    optional: true,
    cell: ({ people }) => people,
  },
  {
    id: 'owner',
    header: t('conference.owner'),
    track: 'minmax(110px, 1fr)',
    optional: true,
    cell: ({ owner }) => owner.displayName || owner.login,
  },
  {
    id: 'cid',
    header: t('admin.calls.cid'),
    track: 'minmax(90px, 0.8fr)',
    optional: true,
    cell: ({ cid }) => <span className={classes.mono}>{cid}</span>,
  },
];

const filterOf = (search: CallsSearch, timeZone: string): CallFilter => ({
  search: search.q ?? null,
  conference: search.conference ?? null,
  owner: search.owner ?? null,
  participantId: search.person ?? null,
  running: search.state ? search.state[0] === 'running' : null,
  from: momentOf(search.from, timeZone),
  to: momentOf(search.to, timeZone),
});

/** Strips what is not a question: which row is open. */
const questionOf = ({ call: _, ...search }: CallsSearch) => JSON.stringify(search);
const newestFirst = '-start';

const useCalls = (search: CallsSearch, timeZone: string) => {
  const question = questionOf(search);
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const wanted = JSON.parse(question) as CallsSearch;
      const [filter, sort] = [filterOf(wanted, timeZone), sortOf(wanted.sort, sortKeys)];
      const answer = await ask(CallListDocument, { first, after, filter, sort, counted: after === null, minPosition });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.calls);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(CallLineFragmentDoc, node)) } };
    },
    [question, timeZone, minPosition],
  );
  return usePages(question + timeZone, fetchPage);
};

type Change = (patch: { [key in keyof CallsSearch]?: CallsSearch[key] | undefined }, replace?: boolean) => void;

const Filters = ({ search, change }: { search: CallsSearch; change: Change }) => {
  const t = useT();
  const { person } = search;
  return (
    <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
      <TextFilter label={t('admin.calls.title')} width={200} value={search.q} change={(q) => change({ q }, true)} />
      <TextFilter
        label={t('admin.conference')}
        value={search.conference}
        change={(conference) => change({ conference }, true)}
      />
      <TextFilter label={t('conference.owner')} value={search.owner} change={(owner) => change({ owner }, true)} />
      <Select
        w={150}
        label={t('admin.state')}
        value={search.state?.[0] ?? 'any'}
        onChange={(state) => change({ state: state === 'running' || state === 'over' ? [state] : undefined })}
        data={[
          { value: 'any', label: t('admin.events.all') },
          { value: 'running', label: t('conference.running') },
          { value: 'over', label: t('admin.calls.over') },
        ]}
      />
      <Period search={search} change={change} />
      {person && (
        <Chip
          label={t('admin.calls.personChip', { id: person.slice(-8) })}
          clear={() => change({ person: undefined })}
        />
      )}
    </div>
  );
};

export const CallsPage = () => {
  const t = useT();
  const format = useFormat();
  const [search, change] = useSearchState(readCalls);
  const pages = useCalls(search, format.timeZone);
  const columns = useMemo(() => columnsOf(t, format), [t, format]);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.calls')}</h1>
        <ReportCount
          report="calls"
          pages={pages}
          idOf={({ id }) => id}
          asked={() => ({ calls: filterOf(search, format.timeZone) })}
          question={questionOf(search) + format.timeZone}
          open={(search.sort ?? newestFirst) === newestFirst && search.to === undefined}
        />
        <ExportReport selection={() => ({ calls: filterOf(search, format.timeZone) })} />
        <DeleteRows
          report={t('admin.calls')}
          total={pages.totalCount}
          selection={() => ({ calls: filterOf(search, format.timeZone) })}
        />
      </div>
      <Filters search={search} change={change} />
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.calls')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.call}
          sorting={{ by: search.sort ?? newestFirst, change: (sort) => change({ sort }) }}
          select={(call) => change({ call }, true)}
          detail={(call) => <CallFacts call={call} />}
          empty={<NoneFound report="calls" filter={filterOf(search, format.timeZone)} />}
        />
      </div>
    </>
  );
};
