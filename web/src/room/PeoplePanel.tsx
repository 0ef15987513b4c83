import { lazy, Suspense } from 'react';
import { useCommand } from '../commands.ts';
import { InviteToSessionDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { EndForAll } from '../moderation/EndForAll.tsx';
import { isInside } from '../moderation/isInside.ts';
import { ParticipantList } from '../moderation/ParticipantList.tsx';
import type { Session } from '../moderation/useSession.ts';
import { Loading } from '../ui/PageState.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { Side } from './Side.tsx';

const PersonPicker = lazy(() =>
  import('../conferences/PersonPicker.tsx').then((module) => ({ default: module.PersonPicker })),
);

const Moderation = ({ session }: { session: Session }) => {
  const t = useT();
  const { run, refused } = useCommand(InviteToSessionDocument);
  return (
    <>
      <RefusalNotice refused={refused} />
      <Suspense>
        <PersonPicker
          label={t('room.invite')}
          without={session.people.filter(isInside).map(({ id }) => id)}
          pick={(accountId) => void run({ sessionId: session.id, accountId })}
        />
      </Suspense>
      <EndForAll sessionId={session.id} title={session.title} />
    </>
  );
};

export const PeoplePanel = ({
  session,
  ownId,
  close,
}: {
  session: Session | null;
  ownId: string;
  close: () => void;
}) => {
  const t = useT();
  const moderates = session?.viewerModerates ?? false;
  return (
    <Side title={t('room.people')} close={close} foot={session && moderates && <Moderation session={session} />}>
      {session ? (
        <ParticipantList sessionId={session.id} people={session.people} ownId={ownId} moderates={moderates} />
      ) : (
        <Loading />
      )}
    </Side>
  );
};
