// From where the server could be administered then.
import { AccessThenDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import admin from '../Admin.module.css';
import settings from '../settings/Settings.module.css';
import { useAsked } from './useAsOf.ts';

const PastAccess = () => {
  const t = useT();
  const reading = useRead(AccessThenDocument, useAsked());
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.access')}</h1>
      </div>
      <div className={settings.narrow}>
        <Read reading={reading}>
          {({ accessSettings: { limited, subnets, localhostWithoutSignIn } }) => (
            <Panel title={t('settings.access.from')}>
              <Facts
                facts={[
                  [t('settings.access.limited'), t(limited ? 'answer.yes' : 'answer.no')],
                  [
                    t('settings.access.subnets'),
                    <span key="subnets" className={admin.mono}>
                      {subnets.join(', ')}
                    </span>,
                  ],
                  [t('settings.access.localhost'), t(localhostWithoutSignIn ? 'answer.yes' : 'answer.no')],
                ]}
              />
            </Panel>
          )}
        </Read>
      </div>
    </>
  );
};
export default PastAccess;
