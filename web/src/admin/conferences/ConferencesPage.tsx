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
} from '../../gql/graphql.ts';
import { ask, useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useChanges } from '../../live.ts';
import { useSearchState } from '../../search.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { type Pages, page, usePages } from '../../ui/pages.ts';
import { useQuestionAbove } from '../../ui/questions.ts';
import classes from '../Admin.module.css';
import { readConferences } from '../addresses.ts';
import { useThrottled } from '../useThrottled.ts';
import { useTyped } from '../useTyped.ts';
import { ConferenceDrawer } from './ConferenceDrawer.tsx';
import { conferenceColumns } from './conferenceColumns.tsx';
import '../../ui/overlayStyles.ts';

type Row = ConferenceSummaryFragment;

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
  const [changes, setChanges] = useState({ ids: [] as readonly string[], version: 0 });
  const readSoon = useThrottled(() => {
    pages.readAgain();
    running.readAgain();
  });
  useChanges(
    ConferencesChangedDocument,
    ({ conferencesChanged }) => conferencesChanged,
    (ids) => {
      setChanges(({ version }) => ({ ids, version: version + 1 }));
      readSoon();
    },
  );
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
  const columns = useMemo(() => conferenceColumns(t, dateTime), [t, dateTime]);
  const typed = useTyped(search.q, (q) => change({ q }, true));
  const closed = () => change({ conference: undefined });
  const { ids } = changes;
  const version = search.conference && (ids.length === 0 || ids.includes(search.conference)) ? changes.version : 0;
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
