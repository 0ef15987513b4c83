// Says that the dashboard shows the past, of which moment, and leads one event on, one back, and to the present.
import { Button } from '@mantine/core';
import { MomentOfDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Failed } from '../../ui/PageState.tsx';
import classes from './Past.module.css';
import { useTravel } from './useAsOf.ts';

export const AsOfBanner = ({ number }: { number: string }) => {
  const t = useT();
  const { dateTime, timeZone } = useFormat();
  const travel = useTravel();
  const { data, failure } = useRead(MomentOfDocument, { asOf: { number } });
  const step = (by: bigint) => String(BigInt(number) + by);
  return (
    <section className={classes.banner} aria-label={t('past.banner')}>
      <p className={classes.when} role="status">
        <strong>{t('past.asOf', { number })}</strong>
        {data?.moment && (
          <span>
            {dateTime(data.moment.at)} {timeZone}
          </span>
        )}
        <span className={classes.quiet}>{t('past.readOnly')}</span>
      </p>
      <span className={classes.steps}>
        <Button variant="default" disabled={number === '0'} onClick={() => travel(step(-1n))}>
          {t('past.earlier')}
        </Button>
        <Button variant="default" disabled={failure !== undefined} onClick={() => travel(step(1n))}>
          {t('past.later')}
        </Button>
        <Button onClick={() => travel(null)}>{t('past.present')}</Button>
      </span>
      {failure && <Failed failure={failure} />}
    </section>
  );
};
