// All conferences, the running ones on top, and the card of the chosen one.
import { Button, Drawer, TextInput } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useCallback, useMemo, useState } from 'react';
import { CreateConference } from '../../conferences/CreateConference.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  ConferenceListDocument,
  type ConferenceSummaryFragment,
  ConferenceSummaryFragmentDoc,
  ConferencesChangedDocument,
  PersonNameFragmentDoc,
} from '../../gql/graphql.ts';
import { ask, useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { useLive } from '../../live.ts';
import { isInside } from '../../moderation/isInside.ts';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { type Pages, page, usePages } from '../../ui/pages.ts';
import { useQuestionAbove } from '../../ui/questions.ts';
import classes from '../Admin.module.css';
import { readConferences } from '../addresses.ts';
import { useThrottled } from '../useThrottled.ts';
import { useTyped } from '../useTyped.ts';
import { ConferenceDrawer } from './ConferenceDrawer.tsx';
import '../../ui/overlayStyles.ts';

type Row = ConferenceSummaryFragment;

const ownerOf = ({ owner }: Row) => {
  const { displayName, login } = unmask(PersonNameFragmentDoc, owner);
  return displayName || login;
};

const State = ({ conference }: { conference: Row }) => {
  const t = useT();
  const { running } = conference;
  if (!running) return <Mark tone="off">{t('conference.notRunning')}</Mark>;
  return (
    <Mark tone="ok">{t('conference.running.count', { count: running.participants.filter(isInside).length })}</Mark>
  );
};

const columnsOf = (t: Translate, dateTime: (iso: string) => string): Column<Row>[] => [
  { id: 'title', header: t('conference.title'), track: 'minmax(150px, 2fr)', cell: ({ title }) => title },
  { id: 'state', header: t('admin.state'), track: 'minmax(150px, 220px)', cell: (row) => <State conference={row} /> },
  {
    id: 'cid',
    header: t('conference.cid'),
    track: 'minmax(110px, 150px)',
    optional: true,
    cell: ({ cid }) => <span className={classes.mono}>{cid}</span>,
  },
  { id: 'owner', header: t('conference.owner'), track: 'minmax(110px, 1fr)', optional: true, cell: ownerOf },
  {
    id: 'kind',
    header: t('conference.kind'),
    track: '120px',
    optional: true,
    cell: ({ kind }) => t(`conference.kind.${kind}`),
  },
  {
    id: 'created',
    header: t('admin.createdAt'),
    track: '160px',
    optional: true,
    cell: ({ createdAt }) => dateTime(createdAt),
  },
];

const runningMax = 100;

/** The list in its own order with everything that runs put before it, however far down it would be. */
const useConferences = (search: string | undefined) => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(ConferenceListDocument, { first, after, search: search ?? null, minPosition });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.conferences);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(ConferenceSummaryFragmentDoc, node)) } };
    },
    [search, minPosition],
  );
  const pages = usePages(search ?? '', fetchPage);
  const running = useRead(ConferenceListDocument, {
    first: runningMax,
    after: null,
    search: search ?? null,
    runningOnly: true,
    minPosition,
  });
  const [changes, setChanges] = useState({ ids: [] as string[], version: 0 });
  const readSoon = useThrottled(() => {
    pages.readAgain();
    running.readAgain();
  });
  useLive(ConferencesChangedDocument, {}, ({ conferencesChanged: ids }) => {
    setChanges(({ version }) => ({ ids, version: version + 1 }));
    readSoon();
  });
  const onTop = (running.data?.conferences.edges ?? []).map(({ node }) => unmask(ConferenceSummaryFragmentDoc, node));
  const ids = new Set(onTop.map(({ id }) => id));
  const merged: Pages<Row> = { ...pages, nodes: [...onTop, ...pages.nodes.filter(({ id }) => !ids.has(id))] };
  return { pages: merged, changes };
};

export const ConferencesPage = () => {
  const t = useT();
  const asked = useQuestionAbove();
  const { number, dateTime } = useFormat();
  const [search, change] = useSearchState(readConferences);
  const { pages, changes } = useConferences(search.q);
  const columns = useMemo(() => columnsOf(t, dateTime), [t, dateTime]);
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const closed = () => change({ conference: undefined });
  const version = search.conference && changes.ids.includes(search.conference) ? changes.version : 0;
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.conferences')}</h1>
        <span className={classes.count} role="status">
          {t('admin.conferences.count', { count: pages.totalCount, shown: number(pages.totalCount) })}
        </span>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label={t('admin.conferences.search')}
          placeholder={t('admin.conferences.search')}
          leftSection={<IconSearch size={15} />}
          {...typed}
        />
        <Button leftSection={<IconPlus size={16} />} onClick={() => change({ new: ['room'] })}>
          {t('conference.create.title')}
        </Button>
      </div>
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.conferences')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          selected={search.conference}
          select={(conference) => change({ conference })}
          empty={<Empty title={t(search.q ? 'state.nothingFound' : 'admin.conferences.none')} />}
        />
      </div>
      <CreateConference
        opened={Boolean(search.new)}
        close={() => change({ new: undefined })}
        created={(conference) => change({ new: undefined, conference })}
      />
      <Drawer
        closeOnEscape={!asked}
        opened={Boolean(search.conference)}
        onClose={closed}
        size="lg"
        title={t('admin.conference')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {search.conference && (
          <ConferenceDrawer key={search.conference} id={search.conference} version={version} deleted={closed} />
        )}
      </Drawer>
    </>
  );
};
