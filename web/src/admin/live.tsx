// The server's figures, pushed once a second to the whole dashboard over one line, with the last minutes kept for
// graphs.
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { unmask } from '../gql/fragment-masking.ts';
import {
  type SummaryFieldsFragment,
  SummaryFieldsFragmentDoc,
  SummaryLiveDocument,
  type SummaryLiveSubscription,
} from '../gql/graphql.ts';
import { type Line, useLive } from '../live.ts';

export type Summary = SummaryFieldsFragment;
type Figures = { summary: Summary | null; past: readonly Summary[]; line: Line };

/** Ten minutes at one a second. */
const pastMax = 600;

const FiguresContext = createContext<Figures>({ summary: null, past: [], line: 'connecting' });

export const useFigures = () => useContext(FiguresContext);

export const Figures = ({ children }: { children: ReactNode }) => {
  const [summary, setSummary] = useState<Summary | null>(null);
  const past = useRef<Summary[]>([]);
  const next = ({ summary: raw }: SummaryLiveSubscription) => {
    const fresh = unmask(SummaryFieldsFragmentDoc, raw);
    past.current = [...past.current.slice(1 - pastMax), fresh];
    setSummary(fresh);
  };
  const line = useLive(SummaryLiveDocument, {}, next);
  const figures = useMemo(() => ({ summary, past: past.current, line }), [summary, line]);
  return <FiguresContext value={figures}>{children}</FiguresContext>;
};
