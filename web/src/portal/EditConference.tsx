import { ConferenceForm, ConferenceIdForm } from '../conferences/ConferenceForm.tsx';
import { DeleteConference } from '../conferences/DeleteConference.tsx';
import { People } from '../conferences/People.tsx';
import { unmask } from '../gql/fragment-masking.ts';
import { ConferenceSettingsFragmentDoc, ConferenceToEditDocument } from '../gql/graphql.ts';
import { useMinPosition, useRead } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import form from '../ui/Form.module.css';
import { Empty, Read } from '../ui/PageState.tsx';

export const EditConference = ({ id, deleted }: { id: string; deleted: () => void }) => {
  const t = useT();
  const reading = useRead(ConferenceToEditDocument, { id, minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {(data) => {
        const conference = unmask(ConferenceSettingsFragmentDoc, data.conference);
        if (!conference) return <Empty title={t('refusal.CONFERENCE_NOT_FOUND')} />;
        return (
          <div className={form.form} key={conference.id}>
            <ConferenceForm conference={conference} />
            <People conference={conference} />
            <ConferenceIdForm conference={conference} />
            <div>{!conference.running && <DeleteConference conference={conference} deleted={deleted} />}</div>
          </div>
        );
      }}
    </Read>
  );
};
