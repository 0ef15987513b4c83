// A list as of an event: its count, a search, and the card of the chosen one beside it.
import { TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { type ReactNode, useCallback } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/PageState.tsx';
import { type FetchPage, usePages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { useTyped } from '../useTyped.ts';
import { Beside } from './Beside.tsx';
import { useAsked } from './useAsOf.ts';

type Asked = { search: string | null } & ReturnType<typeof useAsked>;

/** Reads a page of those that the search finds. */
export type PastRead<Node> = (asked: Asked, ...page: Parameters<FetchPage<Node>>) => ReturnType<FetchPage<Node>>;

type Props<Node> = {
  of: 'accounts' | 'conferences';
  columns: Column<Node>[];
  /** The same function from render to render. */
  read: PastRead<Node>;
  search: string | undefined;
  changeSearch: (search: string | undefined) => void;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
  /** What the card is of. */
  title: string;
  card: (id: string) => ReactNode;
};

export const PastList = <Node extends { id: string }>(props: Props<Node>) => {
  const { of, columns, read, search, changeSearch, chosen, choose, title, card } = props;
  const t = useT();
  const { number } = useFormat();
  const asked = useAsked();
  const fetchPage: FetchPage<Node> = useCallback(
    (first, after) => read({ search: search ?? null, ...asked }, first, after),
    [read, search, asked],
  );
  const pages = usePages(`${search ?? ''} ${asked.asOf.number}`, fetchPage);
  const typed = useTyped(search, changeSearch);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t(`admin.${of}`)}</h1>
        <span className={classes.count} role="status">
          {t(`admin.${of}.count`, { count: pages.totalCount, shown: number(pages.totalCount) })}
        </span>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label={t(`admin.${of}.search`)}
          placeholder={t(`admin.${of}.search`)}
          leftSection={<IconSearch size={15} />}
          {...typed}
        />
      </div>
      <Beside
        list={
          <DataTable
            label={t(`admin.${of}`)}
            columns={columns}
            pages={pages}
            idOf={({ id }) => id}
            selected={chosen}
            select={choose}
            empty={<Empty title={t(search ? 'state.nothingFound' : 'past.none')} />}
          />
        }
        title={title}
        card={chosen ? card(chosen) : null}
        close={() => choose(undefined)}
      />
    </>
  );
};
