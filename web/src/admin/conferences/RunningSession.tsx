import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { EndForAll } from '../../moderation/EndForAll.tsx';
import { ParticipantList } from '../../moderation/ParticipantList.tsx';
import { useSession } from '../../moderation/useSession.ts';
import { Loading } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import classes from '../Admin.module.css';
import { HistoryLink } from '../HistoryLink.tsx';

/** Who is in the session now, pushed as it changes, with what a moderator may do. */
export const RunningSession = ({ id }: { id: string }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { viewer } = useKnown();
  const { session, gone } = useSession(id);
  if (gone) return <p className={classes.muted}>{t('admin.conference.over')}</p>;
  if (!session) return <Loading />;
  return (
    <>
      <Facts
        facts={[
          [t('admin.session.startedAt'), dateTime(session.startedAt)],
          [
            t('admin.history'),
            <HistoryLink key="history" type="session" id={id}>
              {t('admin.history.show')}
            </HistoryLink>,
          ],
        ]}
      />
      <ParticipantList
        sessionId={id}
        people={session.people}
        ownId={viewer?.account.id}
        moderates={session.viewerModerates}
      />
      {session.viewerModerates && !session.endedAt && (
        <div>
          <EndForAll sessionId={id} title={session.title} />
        </div>
      )}
    </>
  );
};
