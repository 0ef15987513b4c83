// "12 new": what came into a report since it was read is counted, and shown when somebody asks for it; until then
// nothing moves under the reader.
import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type FollowedReport, ReportNewsDocument } from '../../gql/graphql.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { useLive } from '../../live.ts';
import type { Pages } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { useAsOf } from '../past/useAsOf.ts';

type Props<Node> = {
  report: 'events' | 'calls' | 'chat' | 'endpoints' | 'changes';
  pages: Pages<Node>;
  /** As `reportNews` names the rows. */
  idOf: (node: Node) => string;
  /** What is asked of the report; made anew whenever the server is asked, as moments are relative to now. */
  asked: () => FollowedReport;
  /** Stands for it: the count begins again when this changes. */
  question: string;
  /** Whether what comes goes on top of the list, and may come at all. */
  open: boolean;
};

/** After so many nobody counts any more. */
const newsMax = 1_000;
const none: ReadonlySet<string> = new Set();

/** How many rows came that are not on the screen. */
const useNews = <Node,>({ pages, idOf, asked, question, open }: Props<Node>): number => {
  const { nodes, upTo } = pages;
  const [ids, setIds] = useState(none);
  const asOf = useAsOf();
  const after = useRef(upTo);
  const key = JSON.stringify([question, upTo]);
  useEffect(() => {
    after.current = upTo;
    setIds(none);
  }, [key, upTo]);
  const paused = !open || asOf !== null || upTo == null || ids.size >= newsMax;
  // After a break it goes on where it was: what came meanwhile is told then.
  const variables = () => ({ report: asked(), after: after.current ?? null });
  const next = ({ reportNews }: { reportNews: { ids: string[]; upTo: string } }) => {
    after.current = reportNews.upTo;
    setIds((before) => new Set([...before, ...reportNews.ids]));
  };
  useLive(ReportNewsDocument, variables, next, { key, paused });
  // A row can come to both the page and the news, where it was recorded between the two.
  return useMemo(() => {
    const shown = new Set(nodes.map(idOf));
    return [...ids].filter((id) => !shown.has(id)).length;
    // How a row is named never changes.
  }, [ids, nodes]);
};

const told = (report: Props<unknown>['report'], word: 'count' | 'news'): MessageId => `admin.${report}.${word}`;

/** How many rows there are, or how many came since, which a click shows. */
export const ReportCount = <Node,>(props: Props<Node>) => {
  const t = useT();
  const count = useNews(props);
  const { report, pages } = props;
  const many = count >= newsMax;
  return (
    <span role="status" className={classes.count}>
      {count > 0 ? (
        <Button variant="light" onClick={pages.showNewest}>
          {many ? t('admin.news.many', { count: newsMax }) : t(told(report, 'news'), { count })}
        </Button>
      ) : (
        t(told(report, 'count'), { count: pages.totalCount })
      )}
    </span>
  );
};
