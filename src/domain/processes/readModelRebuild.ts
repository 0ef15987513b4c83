// Read models that an administrator has rebuilt from the log, beside the live ones.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type ReadModelRebuildEvent, readModelRebuildEvents } from './events.ts';

type Data<Type extends ReadModelRebuildEvent['type']> = Extract<ReadModelRebuildEvent, { type: Type }>['data'];

export type ReadModelRebuildCommand =
  | Command<'RequestRebuild', Omit<Data<'RebuildRequested'>, 'requestedAt'>>
  | Command<'RecordRebuilt', Omit<Data<'ReadModelRebuilt'>, 'endedAt'>>
  | Command<'RecordRebuildFailed', Omit<Data<'ReadModelRebuildFailed'>, 'endedAt'>>;

/** `left`: the read models that are still to be rebuilt. */
export type ReadModelRebuild = { status: 'unknown' } | { status: 'asked'; left: ReadonlySet<string> };

const isLeft = (state: ReadModelRebuild, readModel: string): boolean =>
  state.status === 'asked' && state.left.has(readModel);

const decide = ({ type, data, meta }: ReadModelRebuildCommand, state: ReadModelRebuild): ReadModelRebuildEvent[] => {
  const at = meta.now.toISOString();
  switch (type) {
    case 'RequestRebuild':
      if (state.status === 'asked') throw new Refusal('read_model.rebuild_exists');
      return [{ type: 'RebuildRequested', data: { ...data, requestedAt: at } }];
    case 'RecordRebuilt':
      return isLeft(state, data.readModel) ? [{ type: 'ReadModelRebuilt', data: { ...data, endedAt: at } }] : [];
    case 'RecordRebuildFailed':
      return isLeft(state, data.readModel) ? [{ type: 'ReadModelRebuildFailed', data: { ...data, endedAt: at } }] : [];
  }
};

const evolve = (state: ReadModelRebuild, { type, data }: ReadModelRebuildEvent): ReadModelRebuild => {
  if (type === 'RebuildRequested') return { status: 'asked', left: new Set(data.readModels) };
  if (state.status === 'unknown') return state;
  return { status: 'asked', left: new Set([...state.left].filter((name) => name !== data.readModel)) };
};

export const readModelRebuild: Decider<ReadModelRebuild, ReadModelRebuildCommand, ReadModelRebuildEvent> = {
  category: 'readModelRebuild',
  initial: { status: 'unknown' },
  decide,
  evolve,
  vocabulary: readModelRebuildEvents,
};
