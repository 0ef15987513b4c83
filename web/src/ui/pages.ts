// A list that grows as the reader scrolls: pages by cursor, never by offset.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '../graphql.ts';

export type Page<Node> = {
  nodes: Node[];
  endCursor: string | null;
  hasNextPage: boolean;
  totalCount?: number;
  upTo?: string | null;
};
type Answer<Node> = { data: Page<Node> } | { failure: Failure };
export type FetchPage<Node> = (first: number, after: string | null) => Promise<Answer<Node>>;

export type Pages<Node> = {
  nodes: Node[];
  totalCount: number;
  /** Of a report: the number of the last event that what is shown heeds. */
  upTo?: string | null;
  hasMore: boolean;
  reading: boolean;
  failure?: Failure;
  more: () => void;
  readAgain: () => void;
  /** Reads again, and goes to the top of the table. */
  showNewest: () => void;
  /** How often that was asked for. */
  newest: number;
};

type Acts = 'more' | 'readAgain' | 'showNewest' | 'newest';
type State<Node> = Omit<Pages<Node>, Acts> & { endCursor: string | null };

const pageSize = 50;
const rereadMax = 100;

/** Flattens a Relay connection; the total and `upTo` may be asked for with the first page alone. */
export const page = <Node>(connection: {
  edges: { node: Node }[];
  totalCount?: number;
  upTo?: string | null;
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}): Page<Node> => ({
  nodes: connection.edges.map(({ node }) => node),
  ...(connection.totalCount === undefined ? {} : { totalCount: connection.totalCount }),
  ...(connection.upTo === undefined ? {} : { upTo: connection.upTo }),
  endCursor: connection.pageInfo.endCursor,
  hasNextPage: connection.pageInfo.hasNextPage,
});

const nothing = { nodes: [], totalCount: 0, hasMore: false, endCursor: null };

/**
 * Reads the first page now, and again whenever `fetchPage` changes (memoise it on what it asks for). What is on the
 * screen stays there until the new answer comes; a changed question (`question`) starts with an empty list.
 */
export const usePages = <Node>(question: string, fetchPage: FetchPage<Node>): Pages<Node> => {
  const [state, setState] = useState<State<Node>>({ ...nothing, reading: true });
  const [turn, setTurn] = useState(0);
  const [newest, setNewest] = useState(0);
  const running = useRef(0);
  const asked = useRef(question);
  const shown = useRef(0);
  shown.current = state.nodes.length;

  const take = useCallback(
    async (first: number, after: string | null) => {
      running.current += 1;
      const mine = running.current;
      setState(({ failure: _, ...before }) => ({ ...before, reading: true }));
      const answer = await fetchPage(first, after);
      if (mine !== running.current) return;
      setState((before) => {
        if ('failure' in answer) return { ...before, failure: answer.failure, reading: false };
        const { nodes, hasNextPage, ...rest } = answer.data;
        return {
          totalCount: before.totalCount,
          ...(before.upTo === undefined ? {} : { upTo: before.upTo }),
          ...rest,
          nodes: after === null ? nodes : [...before.nodes, ...nodes],
          hasMore: hasNextPage,
          reading: false,
        };
      });
    },
    [fetchPage],
  );

  useEffect(() => {
    if (asked.current !== question) setState({ ...nothing, reading: true });
    const again = asked.current === question ? shown.current : 0;
    asked.current = question;
    void take(Math.min(Math.max(pageSize, again), rereadMax), null);
    return () => {
      running.current += 1;
    };
    // `turn` asks for the same pages once more.
  }, [question, take, turn]);

  const { endCursor, ...visible } = state;
  const more = () => {
    if (!state.reading && state.hasMore && endCursor !== null) void take(pageSize, endCursor);
  };
  const readAgain = useCallback(() => setTurn((before) => before + 1), []);
  const showNewest = useCallback(() => {
    setState((before) => ({ ...before, reading: true }));
    setNewest((before) => before + 1);
    readAgain();
  }, [readAgain]);
  return { ...visible, more, readAgain, showNewest, newest };
};
