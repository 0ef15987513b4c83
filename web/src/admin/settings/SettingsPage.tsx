// Settings of the server: its name, how long things are kept, what is kept in spite of that, and the witnesses.
import { useT } from '../../i18n/locale.tsx';
import admin from '../Admin.module.css';
import { ConfigurationFile } from './ConfigurationFile.tsx';
import { GeneralForm } from './GeneralForm.tsx';
import { LegalHolds } from './LegalHolds.tsx';
import { RetentionForm } from './RetentionForm.tsx';
import classes from './Settings.module.css';
import { WitnessForm } from './WitnessForm.tsx';

export const SettingsPage = () => {
  const t = useT();
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.settings')}</h1>
      </div>
      <div className={classes.columns}>
        <GeneralForm />
        <RetentionForm />
        <LegalHolds />
        <WitnessForm />
        <ConfigurationFile />
      </div>
    </>
  );
};
