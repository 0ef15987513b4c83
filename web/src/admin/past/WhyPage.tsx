// Why somebody may do something or may not: the rule, the grant, and the event that gave it, now or as of an event.
import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { PersonPicker } from '../../conferences/PersonPicker.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import { EventLineFragmentDoc, WhyDocument, type WhyQuery, type WhyQueryVariables } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLanguage, useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import classes from '../Admin.module.css';
import { readWhy } from '../addresses.ts';
import { useEventWords } from '../events/EventWords.tsx';
import { HistoryLink } from '../HistoryLink.tsx';
import { IdInput } from '../history/IdInput.tsx';
import { actions, isAction } from './actions.ts';
import { MomentLink } from './MomentLink.tsx';
import { useAsOf } from './useAsOf.ts';
import '../../ui/overlayStyles.ts';

const Answer = ({ why }: { why: NonNullable<WhyQuery['why']> }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { told } = useEventWords();
  const { allowed, rule, ground, role } = why;
  const event = unmask(EventLineFragmentDoc, why.event);
  return (
    <Panel title={t('why.answer')}>
      <Mark tone={allowed ? 'ok' : 'bad'} pill>
        {t(allowed ? 'why.allowed' : 'why.denied')}
      </Mark>
      <Facts
        facts={[
          [t('why.rule'), t(`why.rule.${rule}`)],
          [t('why.ground'), ground && t(`why.ground.${ground}`)],
          [t('admin.role'), role && t(`role.${role}`)],
          [
            t(allowed ? 'why.since' : 'why.taken'),
            event && (
              <span key="event">
                {told(event)}, {dateTime(event.occurredAt)} (#{event.number}){' '}
                <HistoryLink type={event.objectType} id={event.objectId} revision={event.revision}>
                  {t('admin.event.history')}
                </HistoryLink>{' '}
                <MomentLink event={event} />
              </span>
            ),
          ],
        ]}
      />
    </Panel>
  );
};

const Asked = (question: WhyQueryVariables) => {
  const t = useT();
  const reading = useRead(WhyDocument, question);
  return <Read reading={reading}>{({ why }) => (why ? <Answer why={why} /> : <Empty title={t('why.nobody')} />)}</Read>;
};

/** Everything that may be asked for, in words and by the name of the API, in the order of the words. */
const useActions = () => {
  const t = useT();
  const language = useLanguage();
  return useMemo(() => {
    const told = actions.map((action) => ({ value: action, label: `${t(`may.${action}`)} (${action})` }));
    return told.sort((one, other) => one.label.localeCompare(other.label, language));
  }, [t, language]);
};

const WhyPage = () => {
  const t = useT();
  const choices = useActions();
  const number = useAsOf();
  const [{ person, action, object }, change] = useSearchState(readWhy);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('why.title')}</h1>
      </div>
      <p className={classes.muted}>{t('why.text')}</p>
      <div className={classes.filters}>
        <PersonPicker label={t('why.person.find')} without={[]} pick={(id) => change({ person: id })} />
        <IdInput key={person ?? ''} label={t('why.person')} id={person ?? ''} pick={(id) => change({ person: id })} />
        <Select
          label={t('why.action')}
          searchable
          data={choices}
          w={320}
          value={action ?? null}
          onChange={(picked) => change({ action: picked ?? undefined })}
        />
        <IdInput
          key={`of ${object ?? ''}`}
          label={t('why.object')}
          id={object ?? ''}
          pick={(id) => change({ object: id })}
        />
      </div>
      {person && action && isAction(action) ? (
        <Asked
          accountId={person}
          action={action}
          objectId={object ?? null}
          asOf={number === null ? null : { number }}
        />
      ) : (
        <Empty title={t('why.choose')} />
      )}
    </>
  );
};
export default WhyPage;
