import { useRef } from 'react';
import { ErasuresDocument } from '../gql/graphql.ts';
import { movedTo } from '../graphql.ts';
import { useLive } from '../live.ts';

/** What is erased goes from open pages, too: whatever reads with a position is read again. */
export const useErasures = (): void => {
  const seen = useRef<string | null>(null);
  useLive(ErasuresDocument, {}, ({ erasures }) => {
    // The first tells where the page began; after a break nobody knows what was missed.
    if (seen.current !== null && seen.current !== erasures) movedTo(erasures);
    seen.current = erasures;
  });
};
