import { useRef, useState } from 'react';
import { ErasuresDocument } from '../gql/graphql.ts';
import { movedTo } from '../graphql.ts';
import { useLive } from '../live.ts';

/**
 * What is erased goes from open pages, too: whatever reads with a position is read again. Answers how often that was
 * so, for those that read without one.
 */
export const useErasures = (): number => {
  const [count, setCount] = useState(0);
  const seen = useRef<string | null>(null);
  useLive(ErasuresDocument, {}, ({ erasures }, missed) => {
    // The first tells where the page began, unless it comes late; after a break nobody knows what was missed.
    if (seen.current === null ? missed : seen.current !== erasures) {
      movedTo(erasures);
      setCount((before) => before + 1);
    }
    seen.current = erasures;
  });
  return count;
};
