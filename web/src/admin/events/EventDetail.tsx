import { Button } from '@mantine/core';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import type { EventLineFragment } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { historicTypes } from '../addresses.ts';
import { HistoryLink } from '../HistoryLink.tsx';
import { MomentLink } from '../past/MomentLink.tsx';
import { Data } from './Data.tsx';
import classes from './EventDetail.module.css';
import { useEventWords } from './EventWords.tsx';

type Props = { event: EventLineFragment; onlyActor: () => void; onlyObject: () => void };

/** Everything that is known about an event: who, when, from where, why, and its data. */
export const EventDetail = ({ event, onlyActor, onlyObject }: Props) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { told, kind, who } = useEventWords();
  const {
    number,
    type,
    objectType,
    objectId,
    objectName,
    revision,
    occurredAt,
    reason,
    ip,
    userAgent,
    stream,
    source,
    actorRole,
  } = event;
  const historic = historicTypes.some((each) => each === objectType);
  return (
    <div className={classes.detail}>
      <div>
        <Facts
          facts={[
            [t('admin.event.what'), `${told(event)} (${type})`],
            [t('admin.event.when'), dateTime(occurredAt)],
            [t('admin.event.object'), `${kind(objectType)}: ${objectName}`],
            [t('admin.event.who'), who(event)],
            [t('admin.events.source'), t(`source.${source}`)],
            [t('admin.event.actorRole'), actorRole && t(`role.${actorRole}`)],
            [t('admin.event.reason'), reason],
            [t('admin.event.ip'), ip && <code>{ip}</code>],
            [t('admin.event.device'), userAgent && <span title={userAgent}>{shortUserAgent(userAgent)}</span>],
            [t('admin.event.number'), `#${number}`],
            [t('admin.event.stream'), <code key="stream">{`${stream} @${revision}`}</code>],
            [t('admin.event.command'), <code key="command">{event.commandId}</code>],
            [t('admin.event.correlation'), <code key="correlation">{event.correlationId}</code>],
          ]}
        />
        <div className={classes.actions}>
          {historic && (
            <HistoryLink type={objectType} id={objectId} revision={revision}>
              {t('admin.event.history')}
            </HistoryLink>
          )}
          <MomentLink event={event} />
          <Button variant="default" onClick={onlyObject}>
            {t('admin.event.onlyObject')}
          </Button>
          {event.actorKind === 'account' && (
            <Button variant="default" onClick={onlyActor}>
              {t('admin.event.onlyActor')}
            </Button>
          )}
        </div>
      </div>
      <Data data={event.data} label={t('admin.event.data')} />
    </div>
  );
};
