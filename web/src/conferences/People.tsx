// Who may come to a conference and who moderates it.
import { ActionIcon } from '@mantine/core';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useCommand } from '../commands.ts';
import { unmask } from '../gql/fragment-masking.ts';
import {
  AppointModeratorDocument,
  type ConferenceSettingsFragment,
  DismissModeratorDocument,
  InviteMemberDocument,
  type PersonNameFragment,
  PersonNameFragmentDoc,
  UninviteMemberDocument,
} from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import classes from './People.module.css';
import { PersonPicker } from './PersonPicker.tsx';

type ListProps = {
  title: string;
  none: string;
  people: readonly PersonNameFragment[];
  removeLabel: (name: string) => string;
  remove: (accountId: string) => void;
};

const PeopleList = ({ title, none, people, removeLabel, remove }: ListProps) => (
  <div>
    <h3 className={classes.heading}>{title}</h3>
    {people.length === 0 ? (
      <p className={classes.none}>{none}</p>
    ) : (
      <ul className={classes.list}>
        {people.map(({ id, displayName, login }) => (
          <li key={id} className={classes.person}>
            <span className={classes.name}>{displayName || login}</span>
            <span className={classes.login}>{login}</span>
            <ActionIcon aria-label={removeLabel(displayName || login)} size={26} onClick={() => remove(id)}>
              <IconX size={15} />
            </ActionIcon>
          </li>
        ))}
      </ul>
    )}
  </div>
);

export const People = ({ conference }: { conference: ConferenceSettingsFragment }) => {
  const t = useT();
  const conferenceId = conference.id;
  const members = unmask(PersonNameFragmentDoc, conference.members);
  const moderators = unmask(PersonNameFragmentDoc, conference.moderators);
  const owner = unmask(PersonNameFragmentDoc, conference.owner);
  const invite = useCommand(InviteMemberDocument);
  const uninvite = useCommand(UninviteMemberDocument);
  const appoint = useCommand(AppointModeratorDocument);
  const dismiss = useCommand(DismissModeratorDocument);
  const refused = invite.refused ?? uninvite.refused ?? appoint.refused ?? dismiss.refused;
  return (
    <div className={classes.people}>
      <RefusalNotice refused={refused} />
      <PeopleList
        title={t('conference.members')}
        none={conference.joinWithoutInvitation ? t('conference.members.open') : t('conference.members.none')}
        people={members}
        removeLabel={(name) => t('conference.uninvite', { name })}
        remove={(accountId) => void uninvite.run({ conferenceId, accountId })}
      />
      <PersonPicker
        label={t('conference.invite')}
        without={[owner.id, ...members.map(({ id }) => id)]}
        pick={(accountId) => void invite.run({ conferenceId, accountId })}
      />
      <PeopleList
        title={t('conference.moderators')}
        none={t('conference.moderators.none')}
        people={moderators}
        removeLabel={(name) => t('conference.dismiss', { name })}
        remove={(accountId) => void dismiss.run({ conferenceId, accountId })}
      />
      <PersonPicker
        label={t('conference.appoint')}
        without={[owner.id, ...moderators.map(({ id }) => id)]}
        pick={(accountId) => void appoint.run({ conferenceId, accountId })}
      />
    </div>
  );
};
