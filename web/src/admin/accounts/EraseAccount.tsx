// Erases a person: shows first what there is of her, wants a reason and the login typed.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Refused, rehearse, useCommand } from '../../commands.ts';
import { ErasePersonDocument } from '../../gql/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Panel.tsx';
import { HeldBy } from '../settings/HeldBy.tsx';

const kinds = [
  'profileFields',
  'signIns',
  'devices',
  'chatMessages',
  'sessions',
  'connections',
  'events',
  'searches',
  'exports',
] as const;
type Counts = Record<(typeof kinds)[number], number>;

const countsIn = (planned: readonly unknown[]): Counts | null => {
  const order = planned.find((data) => typeof data === 'object' && data !== null && 'counts' in data);
  return order ? (order as { counts: Counts }).counts : null;
};

/** What would go, asked by a dry run; or why it is refused. */
const useCounts = (accountId: string): { counts: Counts | null; none: Refused | null } => {
  const [answer, setAnswer] = useState<{ counts: Counts | null; none: Refused | null }>({ counts: null, none: null });
  useEffect(() => {
    let wanted = true;
    void rehearse(ErasePersonDocument, { accountId }).then((outcome) => {
      if (!wanted) return;
      if ('refused' in outcome) setAnswer({ counts: null, none: outcome.refused });
      else setAnswer({ counts: countsIn(outcome.planned), none: null });
    });
    return () => {
      wanted = false;
    };
  }, [accountId]);
  return answer;
};

type Props = { accountId: string; login: string; done: () => void };

const Ask = ({ accountId, login, done, close }: Props & { close: () => void }) => {
  const t = useT();
  const { number } = useFormat();
  const { counts, none } = useCounts(accountId);
  const { run, busy, refused } = useCommand(ErasePersonDocument);
  const act = (reason: string) =>
    void run({ accountId }, { reason }).then((granted) => {
      if (!granted) return;
      close();
      done();
    });
  const said = refused ?? none;
  return (
    <Confirm
      opened
      title={t('admin.erase.title', { login })}
      text={none ? '' : t('admin.erase.text', { tag: `erased-${accountId.slice(-6)}` })}
      verb={t('admin.erase.verb')}
      busy={busy}
      refused={said}
      withReason
      reasonHint={t('admin.erase.reason.hint')}
      typed={login}
      impossible={none !== null}
      close={close}
      act={act}
    >
      <HeldBy refused={said} />
      {counts && (
        <Facts
          facts={kinds.map((kind) => [
            t(`admin.erase.${kind}`),
            counts[kind] > 0 ? number(counts[kind]) : t('admin.erase.nothing'),
          ])}
        />
      )}
    </Confirm>
  );
};

export const EraseAccount = (props: Props) => {
  const t = useT();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" c="var(--h-bad)" onClick={() => setAsking(true)}>
        {t('admin.erase')}
      </Button>
      {asking && <Ask {...props} close={() => setAsking(false)} />}
    </>
  );
};
