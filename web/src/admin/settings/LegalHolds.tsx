// What is kept in spite of every retention: named holds with their reason, placed and released here.
import { Button, Pill } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useCommand } from '../../commands.ts';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  LegalHoldsDocument,
  type LegalHoldsQuery,
  PersonNameFragmentDoc,
  ReleaseLegalHoldDocument,
} from '../../gql/graphql.ts';
import { ask, useMinPosition } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Failed } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { page, usePages } from '../../ui/pages.ts';
import { PlaceLegalHold } from './PlaceLegalHold.tsx';
import classes from './Settings.module.css';

type Hold = LegalHoldsQuery['legalHolds']['edges'][number]['node'];

const Line = ({ hold, release }: { hold: Hold; release: () => void }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const people = unmask(PersonNameFragmentDoc, hold.accounts).map(({ displayName, login }) => displayName || login);
  return (
    <li className={classes.hold}>
      <div className={classes.holdText}>
        <div className={classes.name}>{hold.name}</div>
        <div>{hold.reason}</div>
        <div className={classes.muted}>{t('settings.holds.since', { time: dateTime(hold.placedAt) })}</div>
        <div className={classes.muted}>
          {t('settings.holds.calls', { count: hold.kept.calls })},{' '}
          {t('settings.holds.messages', { count: hold.kept.chatMessages })}
        </div>
        <div className={classes.chosen}>
          {[...people, ...hold.conferences.map(({ title }) => title)].map((name, place) => (
            <Pill key={`${place} ${name}`}>{name}</Pill>
          ))}
        </div>
      </div>
      <Button variant="default" onClick={release} aria-label={t('settings.holds.releaseOne', { name: hold.name })}>
        {t('settings.holds.release')}
      </Button>
    </li>
  );
};

const useHolds = () => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(LegalHoldsDocument, { first, after, minPosition });
      return 'data' in answer ? { data: page(answer.data.legalHolds) } : answer;
    },
    [minPosition],
  );
  return usePages('', fetchPage);
};

export const LegalHolds = () => {
  const t = useT();
  const pages = useHolds();
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const release = useCommand(ReleaseLegalHoldDocument);
  const close = () => {
    release.forget();
    setReleasing(null);
  };
  return (
    <Panel
      title={t('settings.holds')}
      aside={<Button onClick={() => setPlacing(true)}>{t('settings.holds.place')}</Button>}
    >
      {pages.failure && <Failed failure={pages.failure} readAgain={pages.readAgain} />}
      {!pages.failure && pages.nodes.length === 0 && !pages.reading && (
        <p className={classes.muted}>{t('settings.holds.none')}</p>
      )}
      <ul className={classes.holds}>
        {pages.nodes.map((hold) => (
          <Line key={hold.id} hold={hold} release={() => setReleasing(hold)} />
        ))}
      </ul>
      {pages.hasMore && (
        <Button variant="default" loading={pages.reading} onClick={pages.more}>
          {t('settings.holds.more')}
        </Button>
      )}
      {placing && <PlaceLegalHold close={() => setPlacing(false)} />}
      {releasing && (
        <Confirm
          opened
          title={t('settings.holds.release.title', { name: releasing.name })}
          text={t('settings.holds.release.text')}
          verb={t('settings.holds.release')}
          busy={release.busy}
          refused={release.refused}
          withReason
          close={close}
          act={(reason) =>
            void release
              .run({ holdId: releasing.id }, reason ? { reason } : {})
              .then((granted) => granted && setReleasing(null))
          }
        />
      )}
    </Panel>
  );
};
