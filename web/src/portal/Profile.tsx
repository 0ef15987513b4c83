import { Devices } from '../accounts/Devices.tsx';
import { PasswordForm } from '../accounts/PasswordForm.tsx';
import { ProfileForm } from '../accounts/ProfileForm.tsx';
import { unmask } from '../gql/fragment-masking.ts';
import { AccountToEditDocument, DeviceLineFragmentDoc, ProfileFieldsFragmentDoc } from '../gql/graphql.ts';
import { useMinPosition, useRead } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { Empty, Read } from '../ui/PageState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { useKnown } from '../ui/viewer.tsx';
import classes from './Portal.module.css';
import { SignInFirst } from './SignInFirst.tsx';

const Mine = ({ id }: { id: string }) => {
  const t = useT();
  const reading = useRead(AccountToEditDocument, { id, minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ account }) => {
        const profile = unmask(ProfileFieldsFragmentDoc, account);
        if (!account || !profile) return <Empty title={t('refusal.ACCOUNT_NOT_FOUND')} />;
        return (
          <>
            <Panel>
              <ProfileForm account={profile} />
            </Panel>
            <Panel title={t('account.password')}>
              <PasswordForm accountId={id} login={profile.login} />
            </Panel>
            <Panel title={t('devices.title')}>
              <Devices devices={unmask(DeviceLineFragmentDoc, account.devices)} />
            </Panel>
          </>
        );
      }}
    </Read>
  );
};

export const Profile = () => {
  const t = useT();
  const { viewer } = useKnown();
  return (
    <SignInFirst>
      <h1 className={classes.h1}>{t('portal.profile')}</h1>
      {viewer && <Mine id={viewer.account.id} />}
    </SignInFirst>
  );
};
