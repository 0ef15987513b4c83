// The state of the server at a glance: figures, graphs, services, projections; all pushed, all pausable.

import { Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { unmask } from '../../gql/fragment-masking.ts';
import { SummaryFieldsFragmentDoc, SummaryNowDocument } from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { type Format, useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';
import { Loading, Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import classes from '../Admin.module.css';
import { type Summary, useFigures } from '../live.tsx';
import { Graph } from './Graph.tsx';
import { Services } from './Services.tsx';
import own from './Summary.module.css';
import '../../ui/overlayStyles.ts';

const Figure = ({ label, value, note }: { label: string; value: string; note?: string }) => (
  <div className={own.figure}>
    <dt>{label}</dt>
    <dd>
      {value} {note && <span className={own.note}>{note}</span>}
    </dd>
  </div>
);

const FigureRow = ({ summary }: { summary: Summary }) => {
  const t = useT();
  const { number, bytes, duration } = useFormat();
  const of = (value: string) => t('admin.summary.of', { value });
  return (
    <dl className={own.figures}>
      <Figure label={t('admin.summary.running')} value={number(summary.runningConferences)} />
      <Figure label={t('admin.summary.participants')} value={number(summary.participants)} />
      <Figure
        label={t('admin.summary.online')}
        value={number(summary.onlineAccounts)}
        note={of(number(summary.accounts))}
      />
      <Figure
        label={t('admin.summary.disk')}
        value={bytes(summary.diskFreeBytes)}
        note={of(bytes(summary.diskTotalBytes))}
      />
      <Figure label={t('admin.summary.memory')} value={bytes(summary.memoryBytes)} />
      <Figure label={t('admin.summary.uptime')} value={duration(summary.uptimeSeconds * 1000)} />
      <Figure
        label={t('admin.summary.newest')}
        value={summary.newestEvent === null ? '–' : `#${summary.newestEvent}`}
      />
    </dl>
  );
};

/** Behind by more than this a projection is worth a look. */
const lagMsWarn = 2_000;

const projectionTone = ({ haltedAt, lagMs }: Summary['projections'][number]): Tone =>
  haltedAt !== null ? 'bad' : lagMs > lagMsWarn ? 'warn' : 'ok';

const Projections = ({ projections }: Pick<Summary, 'projections'>) => {
  const t = useT();
  const { number } = useFormat();
  const words: Partial<Record<Tone, string>> = {
    ok: t('admin.projection.ok'),
    warn: t('admin.projection.behind'),
    bad: t('admin.projection.halted'),
  };
  return (
    <Panel title={t('admin.summary.projections')} aside={<Link to="/read-models">{t('admin.readModels')}</Link>}>
      <table className={own.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.summary.projection')}</th>
            <th scope="col">{t('admin.state')}</th>
            <th scope="col">{t('admin.summary.lag')}</th>
          </tr>
        </thead>
        <tbody>
          {projections.map((projection) => (
            <tr key={projection.name}>
              <th scope="row" className={classes.mono}>
                {projection.name}
              </th>
              <td>
                <Mark tone={projectionTone(projection)}>{words[projectionTone(projection)]}</Mark>
              </td>
              <td>
                {projection.haltedAt === null
                  ? `${number(projection.lagMs)} ms`
                  : t('admin.projection.reason', {
                      position: projection.haltedAt,
                      reason: projection.haltReason ?? '',
                    })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
};

const Graphs = ({ past }: { past: readonly Summary[] }) => {
  const t = useT();
  const { percent, number, bytes }: Format = useFormat();
  const rate = (value: number) => t('admin.summary.perSecond', { value: bytes(value) });
  const latest = past.at(-1);
  return (
    <div className={own.graphs}>
      <Panel
        title={t('admin.summary.cpu')}
        aside={<span className={own.latest}>{latest && percent(latest.cpuFraction)}</span>}
      >
        <Graph
          label={t('admin.summary.cpu')}
          past={past}
          series={[{ label: t('admin.summary.cpu'), of: ({ cpuFraction }) => cpuFraction, color: '--h-brand' }]}
          say={percent}
          most={1}
        />
      </Panel>
      <Panel
        title={t('admin.summary.people')}
        aside={<span className={own.latest}>{latest && number(latest.participants)}</span>}
      >
        <Graph
          label={t('admin.summary.people')}
          past={past}
          series={[
            { label: t('admin.summary.participants'), of: ({ participants }) => participants, color: '--h-ok' },
            {
              label: t('admin.summary.online'),
              of: ({ onlineAccounts }) => onlineAccounts,
              color: '--h-warn',
              dashed: true,
            },
          ]}
          say={(value) => number(value)}
        />
      </Panel>
      <Panel
        title={t('admin.summary.network')}
        aside={
          <span className={own.latest}>{latest && rate(latest.networkReceivedBytes + latest.networkSentBytes)}</span>
        }
      >
        <Graph
          label={t('admin.summary.network')}
          past={past}
          series={[
            {
              label: t('admin.summary.received'),
              of: ({ networkReceivedBytes }) => networkReceivedBytes,
              color: '--h-brand',
            },
            {
              label: t('admin.summary.sent'),
              of: ({ networkSentBytes }) => networkSentBytes,
              color: '--h-warn',
              dashed: true,
            },
          ]}
          say={rate}
          binary
        />
      </Panel>
    </div>
  );
};

export const SummaryPage = () => {
  const t = useT();
  const now = useRead(SummaryNowDocument, {});
  const figures = useFigures();
  const [held, setHeld] = useState<readonly Summary[] | null>(null);
  const past = held ?? figures.past;
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.summary')}</h1>
        <Switch
          label={t('admin.summary.live')}
          checked={held === null}
          onChange={(switched) => setHeld(switched.currentTarget.checked ? null : [...figures.past])}
        />
      </div>
      <Read reading={now}>
        {(data) => {
          const summary = past.at(-1) ?? unmask(SummaryFieldsFragmentDoc, data.summary);
          return (
            <>
              <FigureRow summary={summary} />
              {past.length > 0 ? <Graphs past={past} /> : <Loading />}
              <div className={own.graphs}>
                <Services states={summary.services} />
                <Projections projections={summary.projections} />
              </div>
            </>
          );
        }}
      </Read>
    </>
  );
};
