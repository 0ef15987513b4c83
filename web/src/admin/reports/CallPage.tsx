// One call: when and whose, each connection, and who was asked in.
import { Link } from '@tanstack/react-router';
import { unmask } from '../../gql/fragment-masking.ts';
import {
  CallLegFieldsFragmentDoc,
  CallLineFragmentDoc,
  OneCallDocument,
  type OneCallQuery,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import classes from '../Admin.module.css';
import { readCall } from '../addresses.ts';
import { SessionTimeline } from '../past/SessionTimeline.tsx';
import { CallFacts, useCauses } from './CallFacts.tsx';
import { PersonLink } from './PersonLink.tsx';
import own from './Reports.module.css';

type Call = NonNullable<OneCallQuery['call']>;

const Legs = ({ call }: { call: Call }) => {
  const t = useT();
  const { left } = useCauses();
  const { dateTime, duration, bytes, percent } = useFormat();
  return (
    <div className={own.scroll} tabIndex={0} role="region" aria-label={t('admin.calls.legs')}>
      <table className={own.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.calls.person')}</th>
            <th scope="col">{t('admin.calls.joined')}</th>
            <th scope="col">{t('admin.calls.left')}</th>
            <th scope="col">{t('admin.calls.duration')}</th>
            <th scope="col">{t('admin.calls.leftCause')}</th>
            <th scope="col">{t('admin.calls.traffic')}</th>
            <th scope="col">{t('admin.calls.loss')}</th>
            <th scope="col">{t('admin.event.ip')}</th>
            <th scope="col">{t('admin.calls.connection')}</th>
          </tr>
        </thead>
        <tbody>
          {call.legs.map((masked) => {
            const leg = unmask(CallLegFieldsFragmentDoc, masked);
            const { quality } = leg;
            return (
              <tr key={leg.id}>
                <td>
                  <PersonLink person={leg.person} />
                </td>
                <td>{dateTime(leg.joinedAt)}</td>
                <td>{leg.leftAt ? dateTime(leg.leftAt) : <Mark tone="ok">{t('admin.calls.inside')}</Mark>}</td>
                <td>{leg.leftAt && duration(Date.parse(leg.leftAt) - Date.parse(leg.joinedAt))}</td>
                <td>{left(leg.leftCause)}</td>
                <td>{quality && `${bytes(quality.receivedBytes)} / ${bytes(quality.sentBytes)}`}</td>
                <td>{quality && percent(quality.lossFraction)}</td>
                <td className={classes.mono}>{leg.ip}</td>
                <td>
                  <Link to="/reports/connection" search={{ id: leg.id }}>
                    {t('admin.calls.details')}
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

const Invites = ({ call }: { call: Call }) => {
  const t = useT();
  const { dateTime } = useFormat();
  if (call.invites.length === 0) return <p className={classes.muted}>{t('admin.calls.invites.none')}</p>;
  return (
    <div className={own.scroll} tabIndex={0} role="region" aria-label={t('admin.calls.invites')}>
      <table className={own.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.event.when')}</th>
            <th scope="col">{t('admin.calls.invitedBy')}</th>
            <th scope="col">{t('admin.calls.invited')}</th>
            <th scope="col">{t('admin.calls.accepted')}</th>
          </tr>
        </thead>
        <tbody>
          {call.invites.map(({ invitedAt, invitedBy, person, accepted }) => (
            <tr key={`${invitedAt} ${person.id}`}>
              <td>{dateTime(invitedAt)}</td>
              <td>
                <PersonLink person={invitedBy} />
              </td>
              <td>
                <PersonLink person={person} />
              </td>
              <td>
                <Mark tone={accepted ? 'ok' : 'off'}>{t(accepted ? 'answer.yes' : 'answer.no')}</Mark>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

export const CallPage = () => {
  const t = useT();
  const [{ id = '', at }, change] = useSearchState(readCall);
  const reading = useRead(OneCallDocument, { id, minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ call }) =>
        call ? (
          <>
            <div className={classes.top}>
              <h1 className={classes.h1}>{unmask(CallLineFragmentDoc, call).title}</h1>
              <Link to="/reports/calls">{t('admin.calls.all')}</Link>
            </div>
            <Panel>
              <CallFacts call={unmask(CallLineFragmentDoc, call)} whole />
            </Panel>
            <Panel title={t('moments.title')}>
              <SessionTimeline sessionId={id} at={at} look={(number) => change({ at: number }, true)} />
            </Panel>
            <Panel title={t('admin.calls.legs')}>
              <Legs call={call} />
            </Panel>
            <Panel title={t('admin.calls.invites')}>
              <Invites call={call} />
            </Panel>
          </>
        ) : (
          <Empty title={t('admin.calls.unknown')} />
        )
      }
    </Read>
  );
};
