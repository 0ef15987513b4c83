import { Button } from '@mantine/core';
import { useT } from '../i18n/locale.tsx';
import { FullPageNotice } from '../ui/PageState.tsx';
import type { RoomConference } from './conference.ts';
import type { Ending } from './useRoom.ts';

/** The end of a visit: what happened, and whether one may come back. */
export const Over = ({
  conference,
  ending,
  again,
}: {
  conference: RoomConference;
  ending: Ending;
  again: () => void;
}) => {
  const t = useT();
  const { kind, mayRejoin } = ending;
  const text =
    kind === 'removed' && !mayRejoin
      ? t('room.over.removed.forGood')
      : t(`room.over.${kind}.text`, { title: conference.title });
  return (
    <FullPageNotice title={t(`room.over.${kind}`)} text={text}>
      {mayRejoin && <Button onClick={again}>{kind === 'ended' ? t('room.joinAgain') : t('room.rejoin')}</Button>}
      <Button variant="default" component="a" href={`/c/${conference.cid}`}>
        {t('room.toConference')}
      </Button>
      <Button variant="default" component="a" href="/me">
        {t('room.toConferences')}
      </Button>
    </FullPageNotice>
  );
};
