// The people of a session as the record has them: role, state, what was silenced, and what a moderator may do.
import { ActionIcon, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDotsVertical.mjs';
import IconMicrophoneOff from '@tabler/icons-react/dist/esm/icons/IconMicrophoneOff.mjs';
import IconScreenShare from '@tabler/icons-react/dist/esm/icons/IconScreenShare.mjs';
import IconVideoOff from '@tabler/icons-react/dist/esm/icons/IconVideoOff.mjs';
import { useState } from 'react';
import { useCommand } from '../commands.ts';
import {
  GiveSessionRoleDocument,
  type MediaSource,
  MuteParticipantDocument,
  type ParticipantLineFragment,
} from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Mark, type Tone } from '../ui/Mark.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { isInside } from './isInside.ts';
import classes from './ParticipantList.module.css';
import { RemoveParticipant } from './RemoveParticipant.tsx';
import '../ui/overlayStyles.ts';

type Person = ParticipantLineFragment;

const ranks = { OWNER: 0, MODERATOR: 1, PARTICIPANT: 2 };
const tones: Record<Person['state'], Tone> = {
  JOINING: 'warn',
  CONNECTED: 'ok',
  LEFT: 'off',
  REMOVED: 'bad',
};
const sources: MediaSource[] = ['MICROPHONE', 'CAMERA', 'SCREEN'];

const byRank = (a: Person, b: Person) => ranks[a.role] - ranks[b.role] || a.displayName.localeCompare(b.displayName);

const Silenced = ({ muted, sharing }: Person) => {
  const t = useT();
  return (
    <span className={classes.icons}>
      {muted.includes('MICROPHONE') && (
        <IconMicrophoneOff size={15} role="img" aria-label={t('moderation.muted.MICROPHONE')} />
      )}
      {muted.includes('CAMERA') && <IconVideoOff size={15} role="img" aria-label={t('moderation.muted.CAMERA')} />}
      {sharing && <IconScreenShare size={15} role="img" aria-label={t('moderation.sharing')} />}
    </span>
  );
};

type Acts = {
  mute: (person: Person, source: MediaSource) => void;
  give: (person: Person, role: 'MODERATOR' | 'PARTICIPANT') => void;
  remove: (person: Person) => void;
};

const PersonMenu = ({ person, acts }: { person: Person; acts: Acts }) => {
  const t = useT();
  const offered = sources.filter((source) => !person.muted.includes(source) && (source !== 'SCREEN' || person.sharing));
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('moderation.actions', { name: person.displayName })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map((source) => (
          <Menu.Item key={source} onClick={() => acts.mute(person, source)}>
            {t(`moderation.mute.${source}`)}
          </Menu.Item>
        ))}
        {person.role === 'PARTICIPANT' && (
          <Menu.Item onClick={() => acts.give(person, 'MODERATOR')}>{t('moderation.makeModerator')}</Menu.Item>
        )}
        {person.role === 'MODERATOR' && (
          <Menu.Item onClick={() => acts.give(person, 'PARTICIPANT')}>{t('moderation.makeParticipant')}</Menu.Item>
        )}
        {person.role !== 'OWNER' && (
          <Menu.Item c="var(--h-bad)" onClick={() => acts.remove(person)}>
            {t('moderation.remove.ask')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
};

const Line = ({ person, own, acts }: { person: Person; own: boolean; acts: Acts | undefined }) => {
  const t = useT();
  return (
    <li className={classes.person}>
      <span className={classes.name}>
        {person.displayName}
        {own && <span className={classes.quiet}> ({t('moderation.you')})</span>}
        {person.role !== 'PARTICIPANT' && <span className={classes.role}>{t(`sessionRole.${person.role}`)}</span>}
      </span>
      <Silenced {...person} />
      {person.state !== 'CONNECTED' && <Mark tone={tones[person.state]}>{t(`participant.${person.state}`)}</Mark>}
      {acts && !own && isInside(person) && <PersonMenu person={person} acts={acts} />}
    </li>
  );
};

type Props = { sessionId: string; people: readonly Person[]; ownId?: string | undefined; moderates: boolean };

export const ParticipantList = ({ sessionId, people, ownId, moderates }: Props) => {
  const t = useT();
  const [removing, setRemoving] = useState<Person | null>(null);
  const mute = useCommand(MuteParticipantDocument);
  const give = useCommand(GiveSessionRoleDocument);
  const acts: Acts = {
    mute: ({ id }, source) => void mute.run({ sessionId, participantId: id, source }),
    give: ({ id }, role) => void give.run({ sessionId, participantId: id, role }),
    remove: setRemoving,
  };
  const inside = people.filter(isInside).toSorted(byRank);
  const gone = people.filter((person) => !isInside(person)).toSorted(byRank);
  const offered = moderates ? acts : undefined;
  return (
    <>
      <RefusalNotice refused={mute.refused ?? give.refused} />
      <ul className={classes.people} aria-label={t('moderation.inside')}>
        {inside.map((person) => (
          <Line key={person.id} person={person} own={person.id === ownId} acts={offered} />
        ))}
      </ul>
      {gone.length > 0 && (
        <ul className={classes.people} aria-label={t('moderation.gone')}>
          {gone.map((person) => (
            <Line key={person.id} person={person} own={person.id === ownId} acts={undefined} />
          ))}
        </ul>
      )}
      {removing && <RemoveParticipant sessionId={sessionId} person={removing} close={() => setRemoving(null)} />}
    </>
  );
};
