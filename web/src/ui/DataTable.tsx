// The one table of the dashboard: columns by TanStack Table, only the visible rows in the document, more on scrolling.
import { type ColumnDef, type Row, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useT } from '../i18n/locale.tsx';
import classes from './DataTable.module.css';
import { Failed, Loading } from './PageState.tsx';
import type { Pages } from './pages.ts';

const features = tableFeatures({});
type Features = typeof features;

export type Column<Node> = {
  id: string;
  header: string;
  /** A CSS grid track: `160px`, `minmax(120px, 2fr)`. */
  track: string;
  cell: (node: Node) => ReactNode;
  /** Left out where there is little room. */
  optional?: boolean;
  /** The name under which the list can be sorted by this column. */
  sort?: string;
};

/** `-` before the name means descending. */
export type Sorting = { by: string; change: (by: string) => void };

type Props<Node> = {
  label: string;
  columns: Column<Node>[];
  pages: Pages<Node>;
  empty: ReactNode;
  idOf: (node: Node) => string;
  selected?: string | undefined;
  select: (id: string | undefined) => void;
  /** Shown below the selected row. Without it selecting opens something elsewhere. */
  detail?: (node: Node) => ReactNode;
  sorting?: Sorting | undefined;
};

const rowHeight = 34;

const definitions = <Node extends object>(columns: Column<Node>[]): ColumnDef<Features, Node>[] =>
  columns.map(({ id, header, cell }) => ({
    id,
    header,
    cell: ({ row }: { row: Row<Features, Node> }) => cell(row.original),
  }));

const step = (pressed: KeyboardEvent<HTMLElement>) => {
  if (pressed.target === pressed.currentTarget && pressed.key === 'ArrowDown') {
    pressed.preventDefault();
    return pressed.currentTarget.querySelector<HTMLElement>('[data-index="0"] button')?.focus();
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[pressed.key];
  const row = by && document.activeElement?.closest('[data-index]');
  if (!row || !(document.activeElement instanceof HTMLButtonElement)) return;
  const next = pressed.currentTarget.querySelector<HTMLElement>(
    `[data-index="${Number(row.getAttribute('data-index')) + by}"] button`,
  );
  if (next) pressed.preventDefault();
  next?.focus();
};

type LineProps<Node extends object> = Props<Node> & { row: Row<Features, Node>; index: number };

/** Brings the details of a row into sight where somebody has opened it, and not where it scrolls by. */
const useInSight = (chosen: boolean) => {
  const line = useRef<HTMLDivElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (chosen && asked.current) line.current?.closest('[data-index]')?.scrollIntoView({ block: 'nearest' });
    asked.current = false;
  }, [chosen]);
  return { line, ask: () => (asked.current = true) };
};

const Line = <Node extends object>({ row, index, columns, idOf, selected, select, detail }: LineProps<Node>) => {
  const id = idOf(row.original);
  const chosen = id === selected;
  const { line, ask } = useInSight(chosen);
  const toggle = () => {
    ask();
    select(chosen ? undefined : id);
  };
  return (
    <>
      {/* The first cell holds the button for keyboards and readers; the row is a larger target for pointers. */}
      <div
        ref={line}
        role="row"
        aria-rowindex={index + 2}
        className={classes.row}
        data-chosen={chosen || undefined}
        onClick={(clicked) => {
          const target = clicked.target as Element;
          if (!target.closest('a, button') && !getSelection()?.toString()) toggle();
        }}
      >
        {columns.map(({ id: name, cell, optional }, place) => (
          <div key={name} role="cell" className={classes.cell} data-optional={optional}>
            {place === 0 ? (
              <button type="button" className={classes.open} aria-expanded={chosen} onClick={toggle}>
                {cell(row.original)}
              </button>
            ) : (
              cell(row.original)
            )}
          </div>
        ))}
      </div>
      {chosen && detail && (
        <div role="row" className={classes.detail}>
          <div role="cell" aria-colspan={columns.length}>
            {detail(row.original)}
          </div>
        </div>
      )}
    </>
  );
};

const HeadCell = <Node,>({ column, sorting }: { column: Column<Node>; sorting: Sorting | undefined }) => {
  const { header, optional, sort } = column;
  const descending = sorting?.by === `-${sort}`;
  const ascending = sorting?.by === sort;
  const sortable = sorting !== undefined && sort !== undefined;
  return (
    <div
      role="columnheader"
      className={classes.cell}
      data-optional={optional}
      aria-sort={sortable ? (descending ? 'descending' : ascending ? 'ascending' : 'none') : undefined}
    >
      {sortable ? (
        <button type="button" className={classes.sort} onClick={() => sorting.change(descending ? sort : `-${sort}`)}>
          {header}
          <span aria-hidden>{descending ? '↓' : ascending ? '↑' : ''}</span>
        </button>
      ) : (
        header
      )}
    </div>
  );
};

const Head = <Node,>({ columns, sorting }: { columns: Column<Node>[]; sorting: Sorting | undefined }) => (
  <div role="rowgroup" className={classes.head}>
    <div role="row" aria-rowindex={1} className={classes.row}>
      {columns.map((column) => (
        <HeadCell key={column.id} column={column} sorting={sorting} />
      ))}
    </div>
  </div>
);

const useRows = <Node extends object>({ columns, pages, idOf }: Props<Node>) => {
  const scroller = useRef<HTMLDivElement>(null);
  const table = useTable({ features, columns: definitions(columns), data: pages.nodes, getRowId: idOf });
  const { rows } = table.getRowModel();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { more, hasMore, reading } = pages;
  const wanted = hasMore && !reading && last >= rows.length - 15;
  const latest = useRef(more);
  latest.current = more;
  useEffect(() => {
    if (wanted) latest.current();
  }, [wanted]);
  return { scroller, rows, virtualizer, items };
};

/** Once the newest rows are there that were asked for: whoever asked stands above them. */
const useTop = (scroller: RefObject<HTMLDivElement | null>, { newest, reading }: Pages<unknown>) => {
  const seen = useRef(newest);
  useEffect(() => {
    if (reading || seen.current === newest) return;
    seen.current = newest;
    scroller.current?.scrollTo({ top: 0 });
    scroller.current?.focus({ preventScroll: true });
  }, [scroller, newest, reading]);
};

export const DataTable = <Node extends object>(props: Props<Node>) => {
  const t = useT();
  const { label, columns, pages, empty, sorting } = props;
  const { scroller, rows, virtualizer, items } = useRows(props);
  useTop(scroller, pages);
  if (pages.failure && rows.length === 0) return <Failed failure={pages.failure} readAgain={pages.readAgain} />;
  if (rows.length === 0) return pages.reading ? <Loading /> : empty;
  return (
    // Arrow keys only move between the buttons of the rows, and onto the first.
    <div
      ref={scroller}
      tabIndex={-1}
      className={classes.scroller}
      role="table"
      aria-label={label}
      aria-rowcount={pages.totalCount + 1}
      aria-busy={pages.reading}
      onKeyDown={step}
      style={
        {
          '--tracks': columns.map(({ track }) => track).join(' '),
          '--tracks-narrow': columns
            .filter(({ optional }) => !optional)
            .map(({ track }) => track)
            .join(' '),
        } as React.CSSProperties
      }
    >
      <Head columns={columns} sorting={sorting} />
      <div className={classes.body} style={{ height: virtualizer.getTotalSize() }} role="presentation">
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <div
                key={item.key}
                role="rowgroup"
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={classes.item}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line {...props} row={row} index={item.index} />
              </div>
            )
          );
        })}
      </div>
      {pages.reading && <p className={classes.more}>{t('state.loading')}</p>}
      {pages.failure && <Failed failure={pages.failure} readAgain={pages.readAgain} />}
    </div>
  );
};
