// Reports → Endpoints: the devices people sign in and join with, as they were last heard of.

import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import { type EndpointFilter, EndpointListDocument, type EndpointListQuery } from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { readEndpoints } from '../addresses.ts';
import { DeleteOldEndpoints } from './DeleteRows.tsx';
import { ReportCount } from './News.tsx';
import { NoneFound } from './NoneFound.tsx';
import { PersonLink } from './PersonLink.tsx';
import { sortOf } from './sorting.ts';
import { TextFilter } from './TextFilter.tsx';

type Endpoint = EndpointListQuery['endpoints']['edges'][number]['node'];

const sortKeys = [
  ['seen', 'LAST_SEEN'],
  ['person', 'PERSON'],
  ['application', 'APPLICATION'],
  ['ip', 'IP'],
] as const;

const columnsOf = (t: Translate, { dateTime }: Format): Column<Endpoint>[] => [
  {
    id: 'id',
    header: t('admin.endpoints.one'),
    track: '150px',
    cell: ({ id }) => <span className={classes.mono}>{id.slice(0, 18)}</span>,
  },
  {
    id: 'person',
    header: t('admin.endpoints.person'),
    track: 'minmax(110px, 1fr)',
    sort: 'person',
    cell: ({ account }) => account.displayName || account.login,
  },
  {
    id: 'application',
    header: t('admin.endpoints.application'),
    track: 'minmax(140px, 1.4fr)',
    sort: 'application',
    cell: ({ userAgent }) => shortUserAgent(userAgent) || t('devices.unknown'),
  },
  {
    id: 'ip',
    header: t('admin.event.ip'),
    track: '130px',
    sort: 'ip',
    optional: true,
    cell: ({ ip }) => <span className={classes.mono}>{ip}</span>,
  },
  {
    id: 'seen',
    header: t('admin.endpoints.lastSeen'),
    track: '156px',
    sort: 'seen',
    optional: true,
    cell: ({ lastSeenAt }) => dateTime(lastSeenAt),
  },
];

const Detail = ({ endpoint }: { endpoint: Endpoint }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { id, account, userAgent, ip, firstSeenAt, lastSeenAt, signIns, connections } = endpoint;
  return (
    <Facts
      facts={[
        [t('admin.endpoints.one'), <code key="id">{id}</code>],
        [t('admin.endpoints.person'), <PersonLink key="person" person={account} />],
        [t('admin.endpoints.userAgent'), userAgent],
        [t('admin.event.ip'), ip && <code>{ip}</code>],
        [t('admin.endpoints.firstSeen'), dateTime(firstSeenAt)],
        [t('admin.endpoints.lastSeen'), dateTime(lastSeenAt)],
        [t('admin.endpoints.signIns'), signIns],
        [t('admin.calls.connections'), connections],
        [
          t('admin.endpoints.lastConference'),
          endpoint.lastSessionId && (
            <Link to="/reports/call" search={{ id: endpoint.lastSessionId }}>
              {endpoint.lastSessionTitle ?? endpoint.lastSessionId}
            </Link>
          ),
        ],
        [
          t('admin.calls'),
          <Link key="calls" to="/reports/calls" search={{ person: account.id }}>
            {t('admin.endpoints.calls')}
          </Link>,
        ],
      ]}
    />
  );
};

const newestFirst = '-seen';
const filterOf = (q: string | undefined): EndpointFilter => ({ search: q ?? null });

const useEndpoints = (q: string | undefined, sort: string | undefined) => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const asked = { filter: filterOf(q), sort: sortOf(sort, sortKeys) };
      const answer = await ask(EndpointListDocument, { first, after, ...asked, counted: after === null, minPosition });
      return 'data' in answer ? { data: page(answer.data.endpoints) } : answer;
    },
    [q, sort, minPosition],
  );
  return usePages(JSON.stringify([q, sort]), fetchPage);
};

export const EndpointsPage = () => {
  const t = useT();
  const format = useFormat();
  const [search, change] = useSearchState(readEndpoints);
  const pages = useEndpoints(search.q, search.sort);
  const columns = useMemo(() => columnsOf(t, format), [t, format]);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.endpoints')}</h1>
        <ReportCount
          report="endpoints"
          pages={pages}
          idOf={({ id }) => id}
          asked={() => ({ endpoints: filterOf(search.q) })}
          question={search.q ?? ''}
          open={(search.sort ?? newestFirst) === newestFirst}
        />
        <DeleteOldEndpoints />
      </div>
      <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
        <TextFilter
          label={t('admin.events.search')}
          placeholder={t('admin.endpoints.search.hint')}
          width={300}
          value={search.q}
          change={(q) => change({ q }, true)}
        />
      </div>
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.endpoints')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.endpoint}
          sorting={{ by: search.sort ?? newestFirst, change: (sort) => change({ sort }) }}
          select={(endpoint) => change({ endpoint }, true)}
          detail={(endpoint) => <Detail endpoint={endpoint} />}
          empty={<NoneFound report="endpoints" filter={filterOf(search.q)} />}
        />
      </div>
    </>
  );
};
