// One connection of a call: whose device it was, and how well it went.
import { Link } from '@tanstack/react-router';
import { shortUserAgent } from '../../accounts/Devices.tsx';
import { unmask } from '../../gql/fragment-masking.ts';
import { type CallLegFieldsFragment, CallLegFieldsFragmentDoc, OneCallLegDocument } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { useSearchState } from '../../search.ts';
import { Empty, Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import classes from '../Admin.module.css';
import { readOne } from '../addresses.ts';
import { useCauses } from './CallFacts.tsx';
import { PersonLink } from './PersonLink.tsx';

const Quality = ({ quality }: { quality: NonNullable<CallLegFieldsFragment['quality']> }) => {
  const t = useT();
  const { duration, bytes, number, percent } = useFormat();
  const { connectedMs, receivedBytes, sentBytes, lossFraction, roundTripMs, scoreMin } = quality;
  const perSecond = (amount: number) => (connectedMs > 0 ? ` (${number((amount * 8) / connectedMs)} kbit/s)` : '');
  return (
    <Facts
      facts={[
        [t('admin.connection.connectedFor'), duration(connectedMs)],
        [t('admin.summary.received'), `${bytes(receivedBytes)}${perSecond(receivedBytes)}`],
        [t('admin.summary.sent'), `${bytes(sentBytes)}${perSecond(sentBytes)}`],
        [t('admin.calls.loss'), percent(lossFraction, 2)],
        [t('admin.connection.roundTrip'), roundTripMs != null && `${number(roundTripMs)} ms`],
        [t('admin.connection.score'), scoreMin != null && `${number(scoreMin, 1)} / 10`],
      ]}
    />
  );
};

const Shown = ({ leg }: { leg: CallLegFieldsFragment }) => {
  const t = useT();
  const { left } = useCauses();
  const { dateTime } = useFormat();
  const { person, displayName, role, joinedAt, connectedAt, leftAt, leftCause, ip, userAgent, endpointId } = leg;
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.connection.of', { name: displayName })}</h1>
        <Link to="/reports/call" search={{ id: leg.sessionId }}>
          {t('admin.connection.call')}
        </Link>
      </div>
      <Panel title={t('admin.calls.connection')}>
        <Facts
          facts={[
            [t('admin.calls.person'), <PersonLink key="person" person={person} />],
            [t('admin.connection.role'), t(`sessionRole.${role}`)],
            [t('admin.calls.joined'), dateTime(joinedAt)],
            [t('admin.connection.connected'), connectedAt ? dateTime(connectedAt) : t('admin.connection.never')],
            [t('admin.calls.left'), leftAt ? dateTime(leftAt) : t('admin.calls.inside')],
            [t('admin.calls.leftCause'), left(leftCause)],
            [t('admin.event.ip'), ip && <code>{ip}</code>],
            [t('admin.event.device'), userAgent && shortUserAgent(userAgent)],
            [t('admin.endpoints.userAgent'), userAgent],
            [
              t('admin.endpoints.one'),
              endpointId && (
                <Link to="/reports/endpoints" search={{ q: endpointId, endpoint: endpointId }}>
                  <code>{endpointId}</code>
                </Link>
              ),
            ],
          ]}
        />
      </Panel>
      <Panel title={t('admin.connection.quality')}>
        {leg.quality ? (
          <Quality quality={leg.quality} />
        ) : (
          <p className={classes.muted}>{t(leftAt ? 'admin.connection.noQuality' : 'admin.connection.later')}</p>
        )}
      </Panel>
    </>
  );
};

export const ConnectionPage = () => {
  const t = useT();
  const [{ id = '' }] = useSearchState(readOne);
  const reading = useRead(OneCallLegDocument, { id, minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ callLeg }) =>
        callLeg ? (
          <Shown leg={unmask(CallLegFieldsFragmentDoc, callLeg)} />
        ) : (
          <Empty title={t('admin.connection.unknown')} />
        )
      }
    </Read>
  );
};
