import { Button } from '@mantine/core';
import { useState } from 'react';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import type { ChangeLineFragment } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Facts } from '../../ui/Panel.tsx';
import type { HistoricType } from '../addresses.ts';
import layout from '../events/EventDetail.module.css';
import { useEventWords } from '../events/EventWords.tsx';
import { HistoryLink } from '../HistoryLink.tsx';
import { useObjectName } from './ChangeWords.tsx';
import { FieldChanges } from './FieldChanges.tsx';
import { Revert } from './Revert.tsx';

/** The kinds of which History knows the object by the same id. */
const historicOf: Partial<Record<ChangeLineFragment['objectType'], HistoricType>> = {
  ACCOUNT: 'account',
  CONFERENCE: 'conference',
  LEGAL_HOLD: 'legalHold',
  PREFERENCES: 'preferences',
  SETTINGS: 'settings',
};

type Props = { change: ChangeLineFragment; onlyActor: () => void; onlyObject: () => void; reverted: () => void };

/** Who changed what from where and why, each field before and after, and the button that takes it back. */
export const ChangeDetail = ({ change, onlyActor, onlyObject, reverted }: Props) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { who } = useEventWords();
  const told = useObjectName();
  const [reverting, setReverting] = useState(false);
  const historic = historicOf[change.objectType];
  const { action, occurredAt, reason, ip, userAgent, number, actorKind, revertible, erased } = change;
  return (
    <div className={layout.detail}>
      <div>
        <Facts
          facts={[
            [t('admin.event.when'), dateTime(occurredAt)],
            [t('admin.changes.action'), t(`action.${action}`)],
            [t('admin.event.object'), told(change)],
            [t('admin.event.who'), who(change)],
            [t('admin.event.reason'), reason],
            [t('admin.event.ip'), ip && <code>{ip}</code>],
            [t('admin.event.device'), userAgent && <span title={userAgent}>{shortUserAgent(userAgent)}</span>],
            [t('admin.event.number'), number && `#${number}`],
            [t('admin.changes.note'), erased ? t('admin.changes.erased') : ''],
          ]}
        />
        <div className={layout.actions}>
          {historic && (
            <HistoryLink type={historic} id={change.objectId} revision={change.revision}>
              {t('admin.event.history')}
            </HistoryLink>
          )}
          {revertible && <Button onClick={() => setReverting(true)}>{t('admin.revert')}</Button>}
          <Button variant="default" onClick={onlyObject}>
            {t('admin.event.onlyObject')}
          </Button>
          {actorKind === 'account' && (
            <Button variant="default" onClick={onlyActor}>
              {t('admin.event.onlyActor')}
            </Button>
          )}
        </div>
      </div>
      <FieldChanges change={change} />
      {reverting && (
        <Revert
          change={change}
          close={() => setReverting(false)}
          done={() => {
            setReverting(false);
            reverted();
          }}
        />
      )}
    </div>
  );
};
