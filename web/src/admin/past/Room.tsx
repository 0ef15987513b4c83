import { unmask } from '../../gql/fragment-masking.ts';
import {
  ParticipantLineFragmentDoc,
  PersonNameFragmentDoc,
  RoomFieldsFragmentDoc,
  RoomThenDocument,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { ParticipantList } from '../../moderation/ParticipantList.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { HistoryLink } from '../HistoryLink.tsx';
import { useCauses } from '../reports/CallFacts.tsx';

/** A session as it was after the event `number`: who was in, who was gone, what was silenced and shared. */
export const Room = ({ id, number }: { id: string; number: string | null }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { ended } = useCauses();
  const reading = useRead(RoomThenDocument, {
    id,
    asOf: number === null ? null : { number },
    minPosition: useMinPosition(),
  });
  return (
    <Read reading={reading}>
      {({ session }) => {
        if (!session) return <Empty title={t('past.session.none')} />;
        const room = unmask(RoomFieldsFragmentDoc, session);
        const starter = unmask(PersonNameFragmentDoc, room.startedBy);
        return (
          <>
            <Facts
              facts={[
                [t('admin.session.startedAt'), dateTime(room.startedAt)],
                [t('past.startedBy'), starter.displayName || starter.login],
                [t('admin.calls.end'), room.endedAt && dateTime(room.endedAt)],
                [t('admin.calls.endCause'), ended(room.endCause)],
                [t('past.messages'), number === null ? null : room.messages],
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
              people={room.participants.map((person) => unmask(ParticipantLineFragmentDoc, person))}
              moderates={false}
            />
          </>
        );
      }}
    </Read>
  );
};
