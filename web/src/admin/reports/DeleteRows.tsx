// Takes the selected rows out of a report: says first how many, and wants the word typed.
import { Button, NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Refused, rehearse, useCommand } from '../../commands.ts';
import { DeleteReportRowsDocument, type ReportSelection } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { newId } from '../../uuid.ts';
import '../../ui/overlayStyles.ts';

type Counts = { rows: number; chatMessages: number };

/** What a deletion would take, asked by a dry run. */
const useCounts = (selection: ReportSelection): { counts: Counts | null; none: Refused | null } => {
  const [answer, setAnswer] = useState<{ counts: Counts | null; none: Refused | null }>({ counts: null, none: null });
  const key = JSON.stringify(selection);
  useEffect(() => {
    let wanted = true;
    const asked = { deletionId: newId(), selection: JSON.parse(key) as ReportSelection };
    void rehearse(DeleteReportRowsDocument, asked).then((outcome) => {
      if (!wanted) return;
      if ('refused' in outcome) return setAnswer({ counts: null, none: outcome.refused });
      const [counts] = outcome.planned as Counts[];
      setAnswer({ counts: counts ?? null, none: null });
    });
    return () => {
      wanted = false;
    };
  }, [key]);
  return answer;
};

type Asking = { report: string; selection: ReportSelection; close: () => void; children?: React.ReactNode };

const Ask = ({ report, selection, close, children }: Asking) => {
  const t = useT();
  const { counts, none } = useCounts(selection);
  const { run, busy, refused } = useCommand(DeleteReportRowsDocument);
  const act = (reason: string) =>
    void run({ deletionId: newId(), selection }, reason ? { reason } : {}).then((granted) => granted && close());
  return (
    <Confirm
      opened
      title={t('admin.delete.title', { report })}
      text={
        <>
          {counts && <p>{t('admin.delete.count', { count: counts.rows })}</p>}
          {counts && counts.chatMessages > 0 && <p>{t('admin.delete.messages', { count: counts.chatMessages })}</p>}
          {none === null && <p>{t('admin.delete.text')}</p>}
        </>
      }
      verb={t('admin.delete.rows')}
      busy={busy}
      refused={refused ?? none}
      typed={t('admin.delete.word')}
      withReason
      close={close}
      act={act}
    >
      {children}
    </Confirm>
  );
};

type Props = { report: string; total: number; selection: () => ReportSelection };

/** There for administrators of the whole server, where there is something to delete. */
export const DeleteRows = ({ report, total, selection }: Props) => {
  const t = useT();
  const { server } = useKnown();
  const [asking, setAsking] = useState<ReportSelection | null>(null);
  if (server.roleHere !== 'ADMIN') return null;
  return (
    <>
      {total > 0 && (
        <Button variant="default" onClick={() => setAsking(selection())}>
          {t('admin.delete.rows')}
        </Button>
      )}
      {asking && <Ask report={report} selection={asking} close={() => setAsking(null)} />}
    </>
  );
};

const dayMs = 86_400_000;
/** As the administrator guide suggests. */
const usualDays = 180;

/** Deletes devices that were not heard of for some days. */
export const DeleteOldEndpoints = () => {
  const t = useT();
  const { server } = useKnown();
  const [asking, setAsking] = useState(false);
  const [days, setDays] = useState(usualDays);
  if (server.roleHere !== 'ADMIN') return null;
  // To the minute, or every render would ask anew.
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const seenBefore = new Date(now - days * dayMs).toISOString();
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('admin.delete.rows')}
      </Button>
      {asking && (
        <Ask report={t('admin.endpoints')} selection={{ endpoints: { seenBefore } }} close={() => setAsking(false)}>
          <NumberInput
            label={t('admin.delete.days')}
            value={days}
            min={1}
            max={3650}
            allowDecimal={false}
            onChange={(typed) => setDays(typeof typed === 'number' && typed >= 1 ? typed : usualDays)}
          />
        </Ask>
      )}
    </>
  );
};
