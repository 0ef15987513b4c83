// The timeline of a session: what happened and by whom, a scrubber over it, and the room at that moment.
import { useEffect, useRef } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import { type MomentLineFragment, PersonNameFragmentDoc } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { Failed, Loading } from '../../ui/PageState.tsx';
import classes from '../Admin.module.css';
import { Scrubber } from '../history/Scrubber.tsx';
import { useSteps } from '../history/useSteps.ts';
import own from './Past.module.css';
import { Room } from './Room.tsx';
import { useTimeline } from './useTimeline.ts';

/** A moment in words: who did what to whom. */
const useWords = () => {
  const t = useT();
  const named = (person: MomentLineFragment['person']): string => {
    const known = unmask(PersonNameFragmentDoc, person);
    return known ? known.displayName || known.login : '';
  };
  return (moment: MomentLineFragment): string => {
    const { kind, source, role } = moment;
    const what =
      (kind === 'MUTED' || kind === 'UNMUTED') && source
        ? (`moment.${kind}.${source}` as const)
        : (`moment.${kind}` as const);
    const values = { name: named(moment.person), role: role ? t(`sessionRole.${role}`) : '' };
    const told = t(what as MessageId, values);
    return moment.by ? t('moment.by', { told, by: named(moment.by) }) : told;
  };
};

type ListProps = { moments: readonly MomentLineFragment[]; index: number; go: (index: number) => void };

const Moments = ({ moments, index, go }: ListProps) => {
  const t = useT();
  const { dateTime } = useFormat();
  const words = useWords();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // The list alone is to scroll, and not the page around it.
    const box = list.current;
    const step = box?.children[index];
    if (box && step instanceof HTMLElement) box.scrollTop = step.offsetTop - box.offsetTop - box.clientHeight / 2;
  }, [index]);
  return (
    <ol ref={list} className={own.moments} aria-label={t('moments.title')}>
      {moments.map((moment, place) => (
        <li key={moment.number}>
          <button
            type="button"
            className={own.moment}
            aria-current={place === index ? 'step' : undefined}
            data-later={place > index || undefined}
            onClick={() => go(place)}
          >
            <time dateTime={moment.at}>{dateTime(moment.at)}</time>
            <span>{words(moment)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
};

type Props = {
  sessionId: string;
  /** The event that is looked at; without one the last. */
  at: string | undefined;
  look: (number: string | undefined) => void;
};

export const SessionTimeline = ({ sessionId, at, look }: Props) => {
  const t = useT();
  const { timeline, readAgain } = useTimeline(sessionId);
  const moments = timeline?.moments ?? [];
  const last = moments.length - 1;
  const found = at === undefined ? last : moments.findLastIndex(({ number }) => BigInt(number) <= BigInt(at));
  const index = Math.max(found, 0);
  const go = (next: number) => look(next === last ? undefined : moments[next]?.number);
  useSteps(index, moments.length, go);
  if (!timeline) return <Loading />;
  if (timeline.failure) return <Failed failure={timeline.failure} readAgain={readAgain} />;
  const moment = moments[index];
  if (!moment) return <p className={classes.muted}>{t('moments.none')}</p>;
  return (
    <>
      <Scrubber events={moments.map((each) => ({ occurredAt: each.at }))} index={index} go={go} />
      <div className={own.timeline}>
        <Moments moments={moments} index={index} go={go} />
        <section className={own.room} aria-label={t('past.room')} tabIndex={0}>
          <Room id={sessionId} number={moment.number} />
        </section>
      </div>
    </>
  );
};
