import { Link } from '@tanstack/react-router';
import type { CallLineFragment } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { HistoryLink } from '../HistoryLink.tsx';
import { PersonLink } from './PersonLink.tsx';
import classes from './Reports.module.css';

const endCauses: readonly string[] = ['ended_by_moderator', 'ended_by_administrator', 'empty', 'conference_deleted'];
const legCauses: readonly string[] = [
  'left',
  'connection_lost',
  'never_connected',
  'removed',
  'disconnected',
  'replaced',
  'session_ended',
  'node_restarted',
];

/** Words for why a session or a leg ended; a cause of a newer server is shown as it stands. */
export const useCauses = () => {
  const t = useT();
  const word = (kind: 'session' | 'leg', known: readonly string[]) => (cause: string | null | undefined) =>
    cause && known.includes(cause) ? t(`${kind}.cause.${cause}` as MessageId) : (cause ?? '');
  return { ended: word('session', endCauses), left: word('leg', legCauses) };
};

/** A call at a glance, and where one can go from it. */
export const CallFacts = ({ call, whole = false }: { call: CallLineFragment; whole?: boolean }) => {
  const t = useT();
  const { ended } = useCauses();
  const { dateTime, duration } = useFormat();
  const { id, title, cid, startedAt, endedAt, endCause, people, connections, owner, conferenceId } = call;
  return (
    <div className={classes.facts}>
      <Facts
        facts={[
          [t('admin.calls.title'), title],
          [t('admin.calls.start'), dateTime(startedAt)],
          [t('admin.calls.end'), endedAt ? dateTime(endedAt) : t('conference.running')],
          [t('admin.calls.duration'), endedAt && duration(Date.parse(endedAt) - Date.parse(startedAt))],
          [t('admin.calls.endCause'), ended(endCause)],
          [t('admin.calls.people'), people],
          [t('admin.calls.connections'), connections],
          [t('conference.owner'), <PersonLink key="owner" person={owner} />],
          [t('admin.calls.cid'), cid && <code>{cid}</code>],
          [t('admin.calls.session'), <code key="id">{id}</code>],
        ]}
      />
      <p className={classes.links}>
        {!whole && (
          <Link to="/reports/call" search={{ id }}>
            {t('admin.calls.open')}
          </Link>
        )}
        <Link to="/reports/chat" search={{ session: id }}>
          {t('admin.calls.chat')}
        </Link>
        <HistoryLink type="session" id={id}>
          {t('admin.event.history')}
        </HistoryLink>
        <HistoryLink type="conference" id={conferenceId}>
          {t('admin.calls.conferenceHistory')}
        </HistoryLink>
      </p>
    </div>
  );
};
