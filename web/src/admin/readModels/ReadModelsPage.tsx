// The tables that everything is shown from: how far they are, and making them anew from the log.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import { ReadModelsDocument, type ReadModelsQuery, RebuildReadModelsDocument } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import { newId } from '../../uuid.ts';
import admin from '../Admin.module.css';
import classes from '../administrators/Administrators.module.css';
import { useAgain } from '../useAgain.ts';

type ReadModel = ReadModelsQuery['readModels'][number];
type Rebuild = NonNullable<ReadModel['rebuild']>;
/** What a rebuild is asked for: one of them, or all where the name is null. */
type Asked = { name: string | null };

const busyMs = 1_000;
const idleMs = 10_000;

const isRunning = ({ waiting, rebuild }: ReadModel): boolean =>
  waiting || (rebuild !== null && rebuild.endedAt === null);

const State = ({ readModel: { waiting, rebuild, haltedAt, haltReason } }: { readModel: ReadModel }) => {
  const t = useT();
  const { percent } = useFormat();
  if (rebuild && rebuild.endedAt === null) {
    const { phase, share } = rebuild;
    return (
      <Mark tone="info">
        {phase === 'FOLDING' ? t('rebuild.FOLDING', { share: percent(share) }) : t(`rebuild.${phase}`)}
      </Mark>
    );
  }
  if (waiting) return <Mark tone="off">{t('admin.readModels.waiting')}</Mark>;
  if (haltedAt === null) return <Mark tone="ok">{t('admin.projection.ok')}</Mark>;
  return (
    <>
      <Mark tone="bad">{t('admin.projection.halted')}</Mark>{' '}
      <span className={admin.muted}>
        {t('admin.projection.reason', { position: haltedAt, reason: haltReason ?? '' })}
      </span>
    </>
  );
};

const Table = ({ told }: { told: Rebuild['tables'][number] }) => {
  const t = useT();
  const { number } = useFormat();
  const { table, rows, unfounded, different, lost } = told;
  const compared = unfounded !== null && different !== null && lost !== null;
  const differs = compared && unfounded + different + lost > 0;
  return (
    <div>
      <span className={admin.mono}>{table}</span>{' '}
      <span className={admin.muted}>
        {differs
          ? t('admin.readModels.differences', {
              unfounded: number(unfounded),
              different: number(different),
              lost: number(lost),
            })
          : t(compared ? 'admin.readModels.equal' : 'admin.readModels.uncompared', { count: rows })}
      </span>
    </div>
  );
};

const Last = ({ rebuild }: { rebuild: Rebuild | null }) => {
  const t = useT();
  const { dateTime } = useFormat();
  if (!rebuild?.endedAt) return <span className={admin.muted}>{t('admin.readModels.never')}</span>;
  const { endedAt, phase, reason, tables } = rebuild;
  const mended = tables.some(({ unfounded, different, lost }) => (unfounded ?? 0) + (different ?? 0) + (lost ?? 0) > 0);
  return (
    <>
      <div>{dateTime(endedAt)}</div>
      {phase === 'FAILED' && <Mark tone="bad">{t('admin.readModels.failed', { reason: reason ?? '' })}</Mark>}
      {mended && <Mark tone="warn">{t('admin.readModels.mended')}</Mark>}
      {tables.map((each) => (
        <Table key={each.table} told={each} />
      ))}
    </>
  );
};

const List = ({ readModels, ask }: { readModels: readonly ReadModel[]; ask: ((asked: Asked) => void) | null }) => {
  const t = useT();
  return (
    <Panel>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('admin.readModels.name')}</th>
              <th scope="col">{t('admin.state')}</th>
              <th scope="col">{t('admin.readModels.last')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {readModels.map((readModel) => (
              <tr key={readModel.name}>
                <th scope="row" className={admin.mono}>
                  {readModel.name}
                </th>
                <td aria-live="polite">
                  <State readModel={readModel} />
                </td>
                <td>
                  <Last rebuild={readModel.rebuild} />
                </td>
                <td>
                  {ask && (
                    <Button
                      variant="default"
                      disabled={isRunning(readModel)}
                      aria-label={t('admin.readModels.one.label', { name: readModel.name })}
                      onClick={() => ask({ name: readModel.name })}
                    >
                      {t('admin.readModels.one')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};

const Question = ({ asked: { name }, close, done }: { asked: Asked; close: () => void; done: () => void }) => {
  const t = useT();
  const { run, busy, refused } = useCommand(RebuildReadModelsDocument);
  const act = async (reason: string) => {
    const readModels = name === null ? null : [name];
    if (!(await run({ rebuildId: newId(), readModels }, reason ? { reason } : {}))) return;
    close();
    done();
  };
  return (
    <Confirm
      opened
      title={name === null ? t('admin.readModels.all.title') : t('admin.readModels.one.title', { name })}
      text={t('admin.readModels.rebuild.text')}
      verb={name === null ? t('admin.readModels.all') : t('admin.readModels.one')}
      busy={busy}
      refused={refused}
      withReason
      close={close}
      act={(reason) => void act(reason)}
    />
  );
};

export const ReadModelsPage = () => {
  const t = useT();
  const { server } = useKnown();
  const [asked, setAsked] = useState<Asked | null>(null);
  const reading = useRead(ReadModelsDocument, { minPosition: useMinPosition() });
  const running = reading.data?.readModels.some(isRunning) ?? false;
  useAgain(reading.readAgain, running ? busyMs : idleMs);
  const mayAsk = server.roleHere === 'ADMIN';
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.readModels')}</h1>
        {mayAsk && (
          <Button disabled={running} onClick={() => setAsked({ name: null })}>
            {t('admin.readModels.all')}
          </Button>
        )}
      </div>
      <p className={admin.muted}>{t('admin.readModels.text')}</p>
      <Read reading={reading}>
        {({ readModels }) => <List readModels={readModels} ask={mayAsk ? setAsked : null} />}
      </Read>
      {asked && <Question asked={asked} close={() => setAsked(null)} done={reading.readAgain} />}
    </>
  );
};
