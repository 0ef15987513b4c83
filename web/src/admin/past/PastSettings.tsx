// The settings of the server as they were, and the legal holds there were.
import { unmask } from '../../gql/fragment-masking.ts';
import { PersonNameFragmentDoc, SettingsThenDocument, type SettingsThenQuery } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import admin from '../Admin.module.css';
import settings from '../settings/Settings.module.css';
import { useAsked } from './useAsOf.ts';

const Holds = ({ holds }: { holds: SettingsThenQuery['legalHolds']['edges'] }) => {
  const t = useT();
  const { dateTime } = useFormat();
  if (holds.length === 0) return <p className={admin.muted}>{t('settings.holds.none')}</p>;
  return holds.map(({ node: { id, name, reason, placedAt, accounts, conferences } }) => {
    const held = [
      ...unmask(PersonNameFragmentDoc, accounts).map(({ displayName, login }) => displayName || login),
      ...conferences.map(({ title }) => title),
    ];
    return (
      <Facts
        key={id}
        facts={[
          [t('settings.holds.name'), name],
          [t('settings.holds.reason'), reason],
          [t('past.placed'), dateTime(placedAt)],
          [t('past.held'), held.join(', ')],
        ]}
      />
    );
  });
};

const PastSettings = () => {
  const t = useT();
  const reading = useRead(SettingsThenDocument, useAsked());
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.settings')}</h1>
      </div>
      <Read reading={reading}>
        {({ generalSettings, retentionSettings, witnessSettings, legalHolds }) => (
          <div className={settings.columns}>
            <Panel title={t('settings.general')}>
              <Facts
                facts={(['serverName', 'announcedAddress'] as const).map(
                  (field) =>
                    [t(`settings.general.${field}`), generalSettings[field] || t('past.asConfigured')] as const,
                )}
              />
            </Panel>
            <Panel title={t('settings.retention')}>
              <Facts
                facts={(['eventDays', 'callDays', 'chatDays'] as const).map(
                  (field) =>
                    [
                      t(`settings.retention.${field}`),
                      retentionSettings[field] ?? t('settings.retention.off'),
                    ] as const,
                )}
              />
            </Panel>
            <Panel title={t('settings.holds')}>
              <Holds holds={legalHolds.edges} />
            </Panel>
            <Panel title={t('settings.witnesses')}>
              {witnessSettings.targets.length === 0 && <p className={admin.muted}>{t('past.witnesses.none')}</p>}
              <ul>
                {witnessSettings.targets.map(({ kind, address }) => (
                  <li key={address}>
                    {t(`witness.${kind}`)}: <span className={admin.mono}>{address}</span>
                  </li>
                ))}
              </ul>
            </Panel>
          </div>
        )}
      </Read>
    </>
  );
};
export default PastSettings;
