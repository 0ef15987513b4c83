import { unmask } from '../../gql/fragment-masking.ts';
import { type ConferenceSummaryFragment, PersonNameFragmentDoc } from '../../gql/graphql.ts';
import { type Translate, useT } from '../../i18n/locale.tsx';
import { isInside } from '../../moderation/isInside.ts';
import type { Column } from '../../ui/DataTable.tsx';
import { Mark } from '../../ui/Mark.tsx';
import classes from '../Admin.module.css';

type Row = ConferenceSummaryFragment;

const ownerOf = ({ owner }: Row) => {
  const { displayName, login } = unmask(PersonNameFragmentDoc, owner);
  return displayName || login;
};

const State = ({ conference }: { conference: Row }) => {
  const t = useT();
  const { running } = conference;
  if (!running) return <Mark tone="off">{t('conference.notRunning')}</Mark>;
  return (
    <Mark tone="ok">{t('conference.running.count', { count: running.participants.filter(isInside).length })}</Mark>
  );
};

/** What a list of conferences shows of each. */
export const conferenceColumns = (t: Translate, dateTime: (iso: string) => string): Column<Row>[] => [
  { id: 'title', header: t('conference.title'), track: 'minmax(150px, 2fr)', cell: ({ title }) => title },
  { id: 'state', header: t('admin.state'), track: 'minmax(190px, 220px)', cell: (row) => <State conference={row} /> },
  {
    id: 'cid',
    header: t('conference.cid'),
    track: 'minmax(110px, 150px)',
    optional: true,
    cell: ({ cid }) => <span className={classes.mono}>{cid}</span>,
  },
  { id: 'owner', header: t('conference.owner'), track: 'minmax(110px, 1fr)', optional: true, cell: ownerOf },
  {
    id: 'kind',
    header: t('conference.kind'),
    track: '120px',
    optional: true,
    cell: ({ kind }) => t(`conference.kind.${kind}`),
  },
  {
    id: 'created',
    header: t('admin.createdAt'),
    track: '160px',
    optional: true,
    cell: ({ createdAt }) => dateTime(createdAt),
  },
];
