// The events of one object from its first to its last.
import { useCallback, useEffect, useState } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  type EventLineFragment,
  EventLineFragmentDoc,
  HistoryOfDocument,
  type HistoryOfQuery,
  NewEventsDocument,
} from '../../gql/graphql.ts';
import { ask, type Failure, useMinPosition } from '../../graphql.ts';
import { useLive } from '../../live.ts';
import { useThrottled } from '../useThrottled.ts';

type Event = EventLineFragment;
type Past = { events: Event[]; whole: boolean; failure?: Failure };

const pageSize = 200;
const eventsMax = 4_000;

type Answer = { data: HistoryOfQuery } | { failure: Failure };

/** Page after page until the object's last event, or until the page is left. */
type Asked = { objectType: string; objectId: string; minPosition: string | null };

const readAll = async (asked: Asked, take: (past: Past) => boolean): Promise<void> => {
  const events: Event[] = [];
  let after: string | null = null;
  for (;;) {
    const answer: Answer = await ask(HistoryOfDocument, { ...asked, first: pageSize, after });
    if ('failure' in answer) return void take({ events, whole: false, failure: answer.failure });
    const { edges, pageInfo }: HistoryOfQuery['history'] = answer.data.history;
    events.push(...edges.map(({ node }) => unmask(EventLineFragmentDoc, node)));
    after = pageInfo.endCursor;
    const whole = !pageInfo.hasNextPage || after === null || events.length >= eventsMax;
    if (!take({ events: [...events], whole }) || whole) return;
  }
};

export const useHistory = (objectType: string, objectId: string) => {
  const [past, setPast] = useState<Past | null>(null);
  const [turn, setTurn] = useState(0);
  const minPosition = useMinPosition();
  useEffect(() => setPast(null), [objectType, objectId]);
  useEffect(() => {
    let wanted = true;
    void readAll({ objectType, objectId, minPosition }, (read) => {
      // While it is read again the longer list stays, so that nothing jumps.
      if (wanted)
        setPast((before) => (before && before.events.length > read.events.length && !read.whole ? before : read));
      return wanted;
    });
    return () => {
      wanted = false;
    };
    // `turn` asks once more, and so does what was erased meanwhile.
  }, [objectType, objectId, turn, minPosition]);
  const readAgain = useCallback(() => setTurn((before) => before + 1), []);
  const readSoon = useThrottled(readAgain);
  // After a break it goes on after what is shown.
  const after = () => past?.events.at(-1)?.number ?? null;
  useLive(NewEventsDocument, () => ({ after: after(), filter: { objectId } }), readSoon, { key: objectId });
  return { past, readAgain };
};
