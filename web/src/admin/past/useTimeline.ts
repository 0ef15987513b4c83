// The moments of a session from its start to its end, or to now.
import { useCallback, useEffect, useState } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import { type MomentLineFragment, MomentLineFragmentDoc, TimelineOfDocument } from '../../gql/graphql.ts';
import { ask, type Failure, useMinPosition } from '../../graphql.ts';

const pageSize = 200;
const momentsMax = 4_000;

type Timeline = { moments: MomentLineFragment[]; failure?: Failure };

type Asked = { sessionId: string; minPosition: string | null };

const readAll = async (asked: Asked, wanted: () => boolean): Promise<Timeline> => {
  const moments: MomentLineFragment[] = [];
  for (let after: string | null = null; wanted(); ) {
    const answer: Awaited<ReturnType<typeof askPage>> = await askPage(asked, after);
    if ('failure' in answer) return { moments, failure: answer.failure };
    const page = answer.data.sessionTimeline;
    moments.push(...(page?.edges ?? []).map(({ node }) => unmask(MomentLineFragmentDoc, node)));
    after = page?.pageInfo.endCursor ?? null;
    if (!page?.pageInfo.hasNextPage || after === null || moments.length >= momentsMax) break;
  }
  return { moments };
};

const askPage = (asked: Asked, after: string | null) => ask(TimelineOfDocument, { ...asked, first: pageSize, after });

/** Null while it is read for the first time. */
export const useTimeline = (sessionId: string) => {
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  const minPosition = useMinPosition();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let here = true;
    void readAll({ sessionId, minPosition }, () => here).then((read) => here && setTimeline(read));
    return () => {
      here = false;
    };
    // `turn` asks once more, and so does what was erased meanwhile.
  }, [sessionId, turn, minPosition]);
  const readAgain = useCallback(() => setTurn((before) => before + 1), []);
  return { timeline, readAgain };
};
