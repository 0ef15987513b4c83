import { useEffect } from 'react';
import { SessionsOfDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import classes from '../Admin.module.css';
import { HistoryLink } from '../HistoryLink.tsx';
import own from './PastSessions.module.css';

const causes: readonly string[] = ['ended_by_moderator', 'ended_by_administrator', 'empty', 'conference_deleted'];
const causeId = (cause: string) => `session.cause.${cause}` as MessageId;

/** The latest ten runs of a conference; each opens its own history. */
export const PastSessions = ({ conferenceId, running }: { conferenceId: string; running: string }) => {
  const t = useT();
  const { dateTime, duration } = useFormat();
  const reading = useRead(SessionsOfDocument, { conferenceId });
  const { readAgain } = reading;
  // A session that began or ended changes the list.
  useEffect(() => readAgain(), [running, readAgain]);
  return (
    <Read reading={reading}>
      {({ sessions }) =>
        sessions.edges.length === 0 ? (
          <p className={classes.muted}>{t('admin.conference.sessions.none')}</p>
        ) : (
          <ul className={own.list}>
            {sessions.edges.map(({ node }) => (
              <li key={node.id} className={own.session}>
                <HistoryLink type="session" id={node.id}>
                  {dateTime(node.startedAt)}
                </HistoryLink>
                <span>{t('admin.session.people', { count: node.participants.length })}</span>
                <span className={classes.muted}>
                  {node.endedAt
                    ? duration(Date.parse(node.endedAt) - Date.parse(node.startedAt))
                    : t('conference.running')}
                </span>
                {node.endCause && (
                  <span className={classes.muted}>
                    {causes.includes(node.endCause) ? t(causeId(node.endCause)) : node.endCause}
                  </span>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Read>
  );
};
