import { Button } from '@mantine/core';
import { useCommand } from '../../commands.ts';
import { type ParkedEventListQuery, RetryParkedEventDocument } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import classes from '../events/EventDetail.module.css';

export type ParkedEvent = ParkedEventListQuery['parkedEvents']['edges'][number]['node'];

/** What is known about a parked event, and for those who may, its retry. */
export const ParkedDetail = ({ event }: { event: ParkedEvent }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { server } = useKnown();
  const retry = useCommand(RetryParkedEventDocument);
  const { eventId, stream, revision, position, correlationId, reason, retriedAt } = event;
  return (
    <div>
      <Facts
        facts={[
          [t('admin.event.reason'), reason],
          [t('admin.event.stream'), <code key="stream">{`${stream} @${revision}`}</code>],
          [t('admin.parked.position'), <code key="position">{position}</code>],
          [t('admin.event.correlation'), <code key="correlation">{correlationId}</code>],
          [t('admin.parked.retried'), retriedAt && dateTime(retriedAt)],
        ]}
      />
      <RefusalNotice refused={retry.refused} />
      {server.roleHere === 'ADMIN' && (
        <div className={classes.actions}>
          <Button loading={retry.busy} onClick={() => void retry.run({ eventId })}>
            {t('admin.parked.retry')}
          </Button>
        </div>
      )}
    </div>
  );
};
