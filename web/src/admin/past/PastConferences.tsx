// The conferences there were: who owned them, who moderated, who was on their list, and who was in.
import { useMemo } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  ConferenceSettingsFragmentDoc,
  type ConferenceSummaryFragment,
  ConferenceSummaryFragmentDoc,
  ConferencesThenDocument,
  ConferenceThenDocument,
  PersonNameFragmentDoc,
} from '../../gql/graphql.ts';
import { ask, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { page } from '../../ui/pages.ts';
import classes from '../Admin.module.css';
import { readConferences } from '../addresses.ts';
import { conferenceColumns } from '../conferences/conferenceColumns.tsx';
import { HistoryLink } from '../HistoryLink.tsx';
import own from './Past.module.css';
import { PastList, type PastRead } from './PastList.tsx';
import { Room } from './Room.tsx';
import { useAsked } from './useAsOf.ts';

const Names = ({ people }: { people: readonly ConferenceSummaryFragment['owner'][] }) => (
  <span className={own.people}>
    {people.map((person) => {
      const { id, displayName, login } = unmask(PersonNameFragmentDoc, person);
      return <span key={id}>{displayName || login}</span>;
    })}
  </span>
);

const Card = ({ id }: { id: string }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const asked = useAsked();
  const reading = useRead(ConferenceThenDocument, { id, ...asked });
  return (
    <Read reading={reading}>
      {(data) => {
        const conference = unmask(ConferenceSettingsFragmentDoc, data.conference);
        if (!conference) return <Empty title={t('past.conference.none')} />;
        const { title, cid, kind, description, joinWithoutInvitation, moderators, members, running } = conference;
        return (
          <>
            <Facts
              facts={[
                [t('conference.title'), title],
                [t('conference.cid'), <code key="cid">{cid}</code>],
                [t('conference.kind'), t(`conference.kind.${kind}`)],
                [t('conference.description'), description],
                [t('conference.owner'), <Names key="owner" people={[conference.owner]} />],
                [
                  t('conference.moderators'),
                  moderators.length === 0 ? null : <Names key="moderators" people={moderators} />,
                ],
                [t('past.members'), members.length === 0 ? null : <Names key="members" people={members} />],
                [t('past.openToAll'), t(joinWithoutInvitation ? 'answer.yes' : 'answer.no')],
                [t('admin.createdAt'), dateTime(conference.createdAt)],
                [t('admin.id'), <code key="id">{id}</code>],
                [
                  t('admin.history'),
                  <HistoryLink key="history" type="conference" id={id}>
                    {t('admin.history.show')}
                  </HistoryLink>,
                ],
              ]}
            />
            {running && (
              <section className={classes.section}>
                <h2>{t('past.room')}</h2>
                <Room id={running.id} number={asked.asOf.number} />
              </section>
            )}
          </>
        );
      }}
    </Read>
  );
};

const read: PastRead<ConferenceSummaryFragment> = async (asked, first, after) => {
  const answer = await ask(ConferencesThenDocument, { first, after, ...asked });
  if (!('data' in answer)) return answer;
  const found = page(answer.data.conferences);
  return { data: { ...found, nodes: found.nodes.map((node) => unmask(ConferenceSummaryFragmentDoc, node)) } };
};

const PastConferences = () => {
  const t = useT();
  const { dateTime } = useFormat();
  const [{ q, conference }, change] = useSearchState(readConferences);
  const columns = useMemo(() => conferenceColumns(t, dateTime), [t, dateTime]);
  return (
    <PastList
      of="conferences"
      columns={columns}
      read={read}
      search={q}
      changeSearch={(words) => change({ q: words }, true)}
      chosen={conference}
      choose={(id) => change({ conference: id })}
      title={t('admin.conference')}
      card={(id) => <Card key={id} id={id} />}
    />
  );
};
export default PastConferences;
