import { useEffect, useRef } from 'react';
import type { EventLineFragment } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { SeverityMark, useEventWords } from '../events/EventWords.tsx';
import own from './History.module.css';

type Props = { events: readonly EventLineFragment[]; index: number; go: (index: number) => void };

/** The events from the first to the last; each says who, when, from where and why. */
export const Timeline = ({ events, index, go }: Props) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { told, who } = useEventWords();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  return (
    // The list scrolls by itself, so it has to be reachable by keyboard.
    <ol ref={list} className={own.timeline} aria-label={t('admin.history.events')}>
      {events.map((event, place) => (
        <li key={event.number}>
          <button
            type="button"
            className={own.step}
            aria-current={place === index ? 'step' : undefined}
            data-later={place > index || undefined}
            onClick={() => go(place)}
          >
            <span className={own.stepHead}>
              <span className={own.what}>{told(event)}</span>
              <SeverityMark severity={event.severity} />
            </span>
            <span className={own.stepFacts}>
              <time dateTime={event.occurredAt}>{dateTime(event.occurredAt)}</time>
              <span>{who(event)}</span>
              {event.ip && <span className={own.mono}>{event.ip}</span>}
            </span>
            {event.reason && <span className={own.reason}>{t('admin.history.reason', { reason: event.reason })}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
};
