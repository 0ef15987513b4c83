// The services the server is made of, how each is, and what can be done about one that is not well.
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ServiceCondition } from '../../gql/graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import type { Summary } from '../live.tsx';
import own from './Summary.module.css';

// Rarely needed, and its dialog is heavy.
const RaiseFormatLevel = lazy(async () => ({ default: (await import('./RaiseFormatLevel.tsx')).RaiseFormatLevel }));

const tones: Record<ServiceCondition, Tone> = { OK: 'ok', DEGRADED: 'warn', DOWN: 'bad', OFF: 'off' };

const services = ['event_store', 'media', 'https', 'processes', 'format_level'] as const;
const known = (name: string): name is (typeof services)[number] => services.some((each) => each === name);

type State = Summary['services'][number];

const Remedy = ({ name, condition }: Pick<State, 'name' | 'condition'>) => {
  const { server } = useKnown();
  const t = useT();
  if (condition !== 'DEGRADED') return null;
  if (name === 'processes') return <Link to="/parked">{t('admin.parked.show')}</Link>;
  if (name !== 'format_level' || server.roleHere !== 'ADMIN') return null;
  return (
    <Suspense>
      <RaiseFormatLevel />
    </Suspense>
  );
};

export const Services = ({ states }: { states: Summary['services'] }) => {
  const t = useT();
  return (
    <Panel title={t('admin.summary.services')}>
      <table className={own.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.summary.service')}</th>
            <th scope="col">{t('admin.state')}</th>
            <th scope="col">{t('admin.summary.detail')}</th>
          </tr>
        </thead>
        <tbody>
          {states.map(({ name, condition, detail }) => (
            <tr key={name}>
              <th scope="row">{known(name) ? t(`service.${name}`) : name}</th>
              <td>
                <Mark tone={tones[condition]}>{t(`condition.${condition}`)}</Mark>
              </td>
              <td>
                {detail} <Remedy name={name} condition={condition} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
};
