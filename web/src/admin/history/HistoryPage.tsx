// History: the events of one object, step by step, with its state as of each and what each of them changed.
import { useMemo } from 'react';
import { type EventLineFragment } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Empty, Failed, Loading } from '../../ui/PageState.tsx';
import classes from '../Admin.module.css';
import { readHistory } from '../addresses.ts';
import { useEventWords } from '../events/EventWords.tsx';
import own from './History.module.css';
import { ObjectPicker } from './ObjectPicker.tsx';
import { Scrubber } from './Scrubber.tsx';
import { placeOf, StateThen } from './StateThen.tsx';
import { Timeline } from './Timeline.tsx';
import { useHistory } from './useHistory.ts';
import { useSteps } from './useSteps.ts';

const indexOf = (
  events: readonly EventLineFragment[],
  stream: string,
  revision: string | undefined,
  at: string | undefined,
) => {
  if (revision !== undefined)
    return events.findIndex((event) => event.stream === stream && event.revision === Number(revision));
  if (at !== undefined) return events.findLastIndex(({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(at));
  return events.length - 1;
};

const Shown = ({ type, id }: { type: string; id: string }) => {
  const t = useT();
  const { kind } = useEventWords();
  const [search, change] = useSearchState(readHistory);
  const { past, readAgain } = useHistory(type, id);
  const stream = `${type}-${id}`;
  const events = past?.events ?? [];
  const index = useMemo(
    () => indexOf(events, stream, search.revision, search.at),
    [events, stream, search.revision, search.at],
  );
  const go = (next: number) => {
    const event = events[next];
    if (!event) return;
    const newest = next === events.length - 1;
    const own = event.stream === stream;
    change(
      {
        revision: own && !newest ? String(event.revision) : undefined,
        at: own || newest ? undefined : event.occurredAt,
      },
      true,
    );
  };
  useSteps(index, events.length, go);
  if (past?.failure && events.length === 0) return <Failed failure={past.failure} readAgain={readAgain} />;
  if (!past) return <Loading />;
  const event = events[index];
  if (!event) return <Empty title={t('admin.history.none')} text={t('admin.history.none.text')} />;
  const name = events.findLast(({ objectType }) => objectType === type)?.objectName ?? id;
  return (
    <>
      <h2 className={own.object}>
        {kind(type)}: {name}
      </h2>
      <Scrubber events={events} index={index} go={go} />
      <div className={own.columns} data-fill>
        <Timeline events={events} index={index} go={go} />
        <StateThen type={type} id={id} event={event} place={placeOf(event, stream)} />
      </div>
    </>
  );
};

export const HistoryPage = () => {
  const t = useT();
  const [search, change] = useSearchState(readHistory);
  const type = search.type?.[0] ?? 'account';
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.history')}</h1>
        <ObjectPicker
          type={type}
          id={search.id}
          pick={(picked, id) => change({ type: [picked], id, revision: undefined, at: undefined })}
        />
      </div>
      {search.id ? (
        <Shown key={type + search.id} type={type} id={search.id} />
      ) : (
        <Empty title={t('admin.history.choose')} text={t('admin.history.choose.text')} />
      )}
    </>
  );
};
