// The server log: what the processes say of themselves, filtered, followed, downloaded.
import { Button, MultiSelect, Switch } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useCommand } from '../../commands.ts';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  DiagnosticSettingsDocument,
  EditDiagnosticSettingsDocument,
  NewServerLogLinesDocument,
  type ServerLogLineFieldsFragment,
  ServerLogLineFieldsFragmentDoc,
  ServerLogLinesDocument,
} from '../../gql/graphql.ts';
import { ask, useMinPosition, useRead } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useLive } from '../../live.ts';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { type Pages, usePages } from '../../ui/pages.ts';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import classes from '../Admin.module.css';
import { logLevels, logRoles, readServerLog } from '../addresses.ts';
import { TextFilter } from '../reports/TextFilter.tsx';
import '../../ui/overlayStyles.ts';

type Line = Omit<ServerLogLineFieldsFragment, ' $fragmentName'>;
type Search = ReturnType<typeof readServerLog>;

const tones: Record<Line['level'], Tone> = { DEBUG: 'off', INFO: 'ok', WARN: 'warn', ERROR: 'bad' };
const followedMax = 1_000;

const columnsOf = (t: Translate, { dateTime }: Format): Column<Line>[] => [
  { id: 'time', header: t('serverLog.time'), track: '166px', cell: ({ at }) => dateTime(at) },
  {
    id: 'level',
    header: t('serverLog.level'),
    track: '120px',
    cell: ({ level }) => <Mark tone={tones[level]}>{t(`serverLog.level.${level}`)}</Mark>,
  },
  {
    id: 'node',
    header: t('serverLog.node'),
    track: 'minmax(210px, 0.6fr)',
    optional: true,
    cell: ({ node, roles }) => <span className={classes.mono}>{`${node} ${roles.join(',')}`}</span>,
  },
  { id: 'message', header: t('serverLog.message'), track: 'minmax(200px, 2fr)', cell: ({ message }) => message },
];

const filterOf = ({ q, levels, roles }: Search) => ({
  search: q ?? null,
  levels: levels ?? null,
  roles: roles ?? null,
});

/** Pages of older lines, and before them what came since they were read. */
const useLines = (search: Search): Pages<Line> => {
  const key = JSON.stringify(filterOf(search));
  const [fresh, setFresh] = useState<Line[]>([]);
  const filter = useMemo(() => JSON.parse(key) as ReturnType<typeof filterOf>, [key]);
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(ServerLogLinesDocument, { filter, first, after });
      if (!('data' in answer)) return answer;
      const { next, lines } = answer.data.serverLog;
      const nodes = [...unmask(ServerLogLineFieldsFragmentDoc, lines)];
      return { data: { nodes, endCursor: next, hasNextPage: next !== null } };
    },
    [filter],
  );
  const pages = usePages<Line>(key, fetchPage);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other lines
  useEffect(() => setFresh([]), [key]);
  useLive(
    NewServerLogLinesDocument,
    { filter },
    ({ serverLog }, missed) => {
      const came = [...unmask(ServerLogLineFieldsFragmentDoc, serverLog)].reverse();
      setFresh((before) => [...came, ...(missed ? [] : before)].slice(0, followedMax));
      // Only the last seconds come again; whatever else was written meanwhile is on the pages.
      if (missed) pages.readAgain();
    },
    { key, paused: search.follow === undefined },
  );
  const known = new Set(pages.nodes.map(({ id }) => id));
  const newer = fresh.filter(({ id }) => !known.has(id));
  return { ...pages, nodes: [...newer, ...pages.nodes].toSorted((a, b) => (a.id < b.id ? 1 : -1)) };
};

/** Whether details are logged; an administrator can switch it. */
const Detail = () => {
  const t = useT();
  const { server } = useKnown();
  const reading = useRead(DiagnosticSettingsDocument, { minPosition: useMinPosition() });
  const { run, busy, refused } = useCommand(EditDiagnosticSettingsDocument);
  if (!reading.data) return null;
  const { detailedLog, revision } = reading.data.diagnosticSettings;
  if (server.roleHere !== 'ADMIN') return detailedLog ? <Mark tone="info">{t('serverLog.detailed.on')}</Mark> : null;
  return (
    <>
      <Switch
        label={t('serverLog.detailed')}
        title={t('serverLog.detailed.text')}
        checked={detailedLog}
        disabled={busy}
        onChange={(change) =>
          void run({ values: { detailedLog: change.currentTarget.checked } }, { expectedRevision: revision })
        }
      />
      <RefusalNotice refused={refused} />
    </>
  );
};

const Filters = ({ search, change }: { search: Search; change: ReturnType<typeof useSearchState<Search>>[1] }) => {
  const t = useT();
  const none = <Value,>(values: Value[]) => (values.length > 0 ? values : undefined);
  return (
    <div className={classes.filters} role="search" aria-label={t('admin.events.filters')}>
      <TextFilter label={t('serverLog.search')} width={260} value={search.q} change={(q) => change({ q }, true)} />
      <MultiSelect
        miw={150}
        label={t('serverLog.level')}
        placeholder={search.levels ? '' : t('serverLog.all')}
        data={logLevels.map((level) => ({ value: level, label: t(`serverLog.level.${level}`) }))}
        value={search.levels ?? []}
        onChange={(picked) => change({ levels: none(logLevels.filter((each) => picked.includes(each))) })}
      />
      <MultiSelect
        miw={150}
        label={t('serverLog.role')}
        placeholder={search.roles ? '' : t('serverLog.all')}
        data={[...logRoles]}
        value={search.roles ?? []}
        onChange={(picked) => change({ roles: none(logRoles.filter((each) => picked.includes(each))) })}
      />
    </div>
  );
};

export const ServerLogPage = () => {
  const t = useT();
  const format = useFormat();
  const [search, change] = useSearchState(readServerLog);
  const pages = useLines(search);
  const columns = useMemo(() => columnsOf(t, format), [t, format]);
  const follow = (wanted: boolean) => {
    change({ follow: wanted ? ['yes'] : undefined });
    // Only the last seconds are told when following begins.
    if (wanted) pages.readAgain();
  };
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('serverLog.title')}</h1>
        <Detail />
        <Switch
          label={t('serverLog.follow')}
          checked={search.follow !== undefined}
          onChange={(switched) => follow(switched.currentTarget.checked)}
        />
        <Button component="a" variant="default" href="/server-log" download>
          {t('serverLog.download')}
        </Button>
      </div>
      <p className={classes.count}>{t('serverLog.text')}</p>
      <Filters search={search} change={change} />
      <div className={classes.list} data-fill>
        <DataTable
          label={t('serverLog.title')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.line}
          select={(line) => change({ line }, true)}
          empty={<Empty title={t('serverLog.none')} text={t('serverLog.none.text')} />}
          detail={({ fields }) => <pre className={classes.mono}>{JSON.stringify(fields, null, 2)}</pre>}
        />
      </div>
    </>
  );
};
