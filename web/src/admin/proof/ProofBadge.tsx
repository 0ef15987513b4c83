// How far the record is proved, beside the state of the server, and the way to what that means.
import { Link } from '@tanstack/react-router';
import { ProofBadgeDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { useAgain } from '../useAgain.ts';
import classes from './Proof.module.css';

const againMs = 20_000;

export const ProofBadge = () => {
  const t = useT();
  const { moment } = useFormat();
  const { data, readAgain } = useRead(ProofBadgeDocument, {});
  useAgain(readAgain, againMs);
  if (!data) return null;
  const { verifiedTo, verifiedAt, alteration } = data.proof;
  const verified = verifiedTo !== null && verifiedAt !== null;
  return (
    <Link to="/proof" className={classes.badge}>
      <Mark tone={alteration ? 'bad' : verified ? 'ok' : 'off'} pill>
        {alteration
          ? t('admin.proof.badge.altered')
          : verified
            ? t('admin.proof.badge', { number: verifiedTo, time: moment(verifiedAt) })
            : t('admin.proof.badge.none')}
      </Mark>
    </Link>
  );
};
