// Who administered the server then, as what.
import { AdministratorsThenDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import admin from '../Admin.module.css';
import { AdministratorHead } from '../administrators/AdministratorHead.tsx';
import classes from './Past.module.css';
import { useAsked } from './useAsOf.ts';

const PastAdministrators = () => {
  const t = useT();
  const reading = useRead(AdministratorsThenDocument, useAsked());
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.administrators')}</h1>
      </div>
      <Read reading={reading}>
        {({ administrators }) => (
          <Panel>
            <table className={classes.table}>
              <AdministratorHead />
              <tbody>
                {administrators.map(({ id, displayName, login, role }) => (
                  <tr key={id}>
                    <th scope="row">{displayName || login}</th>
                    <td className={admin.mono}>{login}</td>
                    <td>{role && t(`role.${role}`)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        )}
      </Read>
    </>
  );
};
export default PastAdministrators;
