// What the retention deleted last, report by report, and when it looks again.
import { RetentionRunsDocument, type RetentionRunsQuery } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Facts } from '../../ui/Panel.tsx';

type Rule = RetentionRunsQuery['retention']['rules'][number];

const Last = ({ rule: { rows, before, appliedAt, holds } }: { rule: Rule }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const names = holds.map(({ name }) => name).join(', ');
  return (
    <>
      {t('settings.retention.last', { count: rows, before: dateTime(before), time: dateTime(appliedAt) })}
      {names && ` ${t('settings.retention.kept', { names })}`}
    </>
  );
};

export const RetentionRuns = () => {
  const t = useT();
  const { dateTime } = useFormat();
  const reading = useRead(RetentionRunsDocument, { minPosition: useMinPosition() });
  return (
    <Read reading={reading}>
      {({ retention: { nextRunAt, rules } }) => (
        <Facts
          facts={[
            ...rules.map(
              (rule) => [t(`settings.retention.of.${rule.report}`), <Last key="last" rule={rule} />] as const,
            ),
            [t('settings.retention.next'), dateTime(nextRunAt)],
          ]}
        />
      )}
    </Read>
  );
};
