// What an event changed, and the whole state right after it.
import type { EventLineFragment } from '../../gql/graphql.ts';
import { StateOfDocument } from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import data from '../events/Data.module.css';
import { Data, flatten, namesIn, Path, Value } from '../events/Data.tsx';
import { MomentLink } from '../past/MomentLink.tsx';
import own from './History.module.css';

/** Where the reader stands: at an event of the object's own stream, or at a moment between them. */
type Place = { revision: number } | { at: string };

export const placeOf = ({ stream, revision, occurredAt }: EventLineFragment, ownStream: string): Place =>
  stream === ownStream ? { revision } : { at: occurredAt };

type Change = { path: string; before: unknown; after: unknown };

/** The paths whose values differ, in the order of the newer state; what vanished comes last. */
const changesBetween = (before: unknown, after: unknown): Change[] => {
  const old = new Map(flatten(before ?? {}));
  const fresh = new Map(flatten(after ?? {}));
  const paths = [...new Set([...fresh.keys(), ...old.keys()])];
  return paths
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
};

const Changes = ({ before, after }: { before: unknown; after: unknown }) => {
  const t = useT();
  const changes = changesBetween(before, after);
  const names = namesIn(flatten(after ?? {}));
  if (changes.length === 0) return <p className={own.quiet}>{t('admin.history.noChange')}</p>;
  return (
    <table className={data.table}>
      <thead>
        <tr>
          <th scope="col">{t('admin.history.field')}</th>
          <th scope="col">{t('admin.history.before')}</th>
          <th scope="col">{t('admin.history.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before: was, after: is }) => (
          <tr key={path}>
            <th scope="row">
              <Path path={path} names={names} />
            </th>
            <td className={own.was}>{was === undefined ? '–' : <Value value={was} />}</td>
            <td className={own.is}>{is === undefined ? '–' : <Value value={is} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

type Props = { type: string; id: string; event: EventLineFragment; place: Place };

export const StateThen = ({ type, id, event, place }: Props) => {
  const t = useT();
  const revision = 'revision' in place ? place.revision : null;
  const minPosition = useMinPosition();
  const then = useRead(StateOfDocument, {
    objectType: type,
    objectId: id,
    revision,
    at: 'at' in place ? place.at : null,
    minPosition,
  });
  const first = revision === 0;
  const before = useRead(
    StateOfDocument,
    { objectType: type, objectId: id, revision: (revision ?? 0) - 1, at: null, minPosition },
    revision === null || first,
  );
  return (
    // It scrolls by itself, so it has to be reachable by keyboard.
    <div className={own.state} role="region" aria-label={t('admin.history.state')} tabIndex={0}>
      <Panel title={t('admin.history.changed')} aside={<MomentLink event={event} />}>
        {revision === null ? (
          <p className={own.quiet}>{t('admin.history.elsewhere')}</p>
        ) : (
          <Read reading={then}>
            {({ stateOf }) =>
              first ? (
                <Changes before={{}} after={stateOf?.state} />
              ) : (
                <Read reading={before}>
                  {(older) => <Changes before={older.stateOf?.state} after={stateOf?.state} />}
                </Read>
              )
            }
          </Read>
        )}
      </Panel>
      <Panel>
        <Read reading={then}>
          {({ stateOf }) => <Data data={stateOf?.state ?? {}} label={t('admin.history.state')} />}
        </Read>
      </Panel>
      <Panel>
        <Data data={event.data} label={t('admin.event.data')} />
      </Panel>
    </div>
  );
};
