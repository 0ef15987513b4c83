// Reports → Configuration changes: who changed what, field by field, and Revert.

import { useCallback, useMemo } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  type ChangeLineFragment,
  ChangeLineFragmentDoc,
  type ConfigurationChangeFilter,
  ConfigurationChangeListDocument,
} from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { page, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { type ChangesSearch, readChanges } from '../addresses.ts';
import { useEventWords } from '../events/EventWords.tsx';
import { momentOf } from '../events/moments.ts';
import { ReportCount } from '../reports/News.tsx';
import { NoneFound } from '../reports/NoneFound.tsx';
import { ChangeDetail } from './ChangeDetail.tsx';
import { ChangeFilters } from './ChangeFilters.tsx';
import { fieldName, useObjectName } from './ChangeWords.tsx';

const filterOf = (search: ChangesSearch, timeZone: string): ConfigurationChangeFilter => ({
  search: search.q ?? null,
  actions: search.actions ?? null,
  objectTypes: search.objects ?? null,
  actorId: search.actor ?? null,
  objectId: search.object ?? null,
  from: momentOf(search.from, timeZone),
  to: momentOf(search.to, timeZone),
});

/** Strips what is not a question: which row is open. */
const questionOf = ({ change: _, ...search }: ChangesSearch) => JSON.stringify(search);

const useChanges = (search: ChangesSearch, timeZone: string) => {
  const minPosition = useMinPosition();
  const question = questionOf(search);
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const filter = filterOf(JSON.parse(question) as ChangesSearch, timeZone);
      const answer = await ask(ConfigurationChangeListDocument, {
        ...{ first, after, filter, minPosition },
        counted: after === null,
      });
      if (!('data' in answer)) return answer;
      const found = page(answer.data.configurationChanges);
      return { data: { ...found, nodes: found.nodes.map((node) => unmask(ChangeLineFragmentDoc, node)) } };
    },
    [question, timeZone, minPosition],
  );
  return usePages(question + timeZone, fetchPage);
};

const useColumns = (): Column<ChangeLineFragment>[] => {
  const t = useT();
  const { dateTime } = useFormat();
  const { who } = useEventWords();
  const told = useObjectName();
  return useMemo(
    () => [
      { id: 'when', header: t('admin.event.when'), track: '156px', cell: ({ occurredAt }) => dateTime(occurredAt) },
      { id: 'action', header: t('admin.changes.action'), track: '100px', cell: ({ action }) => t(`action.${action}`) },
      { id: 'object', header: t('admin.event.object'), track: 'minmax(150px, 1.4fr)', cell: told },
      {
        id: 'fields',
        header: t('admin.changes.fields'),
        track: 'minmax(140px, 1.6fr)',
        optional: true,
        cell: ({ changes }) => changes.map(({ field }) => fieldName(t, field)).join(', '),
      },
      { id: 'who', header: t('admin.event.who'), track: 'minmax(110px, 1fr)', cell: who },
      {
        id: 'ip',
        header: t('admin.event.ip'),
        track: '130px',
        optional: true,
        cell: ({ ip }) => <span className={classes.mono}>{ip}</span>,
      },
    ],
    // The words are made anew at every render, but only with the language do they change.
    [t, dateTime],
  );
};

export const ChangesPage = () => {
  const t = useT();
  const { timeZone } = useFormat();
  const [search, change] = useSearchState(readChanges);
  const pages = useChanges(search, timeZone);
  const columns = useColumns();
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.changes')}</h1>
        <ReportCount
          report="changes"
          pages={pages}
          idOf={({ eventId }) => eventId}
          asked={() => ({ changes: filterOf(search, timeZone) })}
          question={questionOf(search) + timeZone}
          open={search.to === undefined}
        />
      </div>
      <ChangeFilters search={search} change={change} />
      <div className={classes.list} data-fill>
        <DataTable
          label={t('admin.changes')}
          columns={columns}
          pages={pages}
          idOf={({ eventId }) => eventId}
          selected={search.change}
          select={(chosen) => change({ change: chosen }, true)}
          empty={<NoneFound report="changes" filter={filterOf(search, timeZone)} />}
          detail={(line) => (
            <ChangeDetail
              change={line}
              onlyActor={() => change({ actor: line.actorId, change: undefined })}
              onlyObject={() => change({ object: line.objectId, change: undefined })}
              reverted={() => change({ change: undefined }, true)}
            />
          )}
        />
      </div>
    </>
  );
};
