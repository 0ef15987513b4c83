// What was signed and what was found, in streams of a day each: one stream for all would grow past reading.
import type { Command, Decider } from '../kernel.ts';
import { type CheckpointEvent, checkpointEvents } from './events.ts';

type Tree = { serverId: string; size: number; root: string };

export type CheckpointCommand =
  /** `notWithinMs`: nothing is recorded where one was signed that recently. */
  | Command<'SignCheckpoint', Tree & { note: string; verifierKey: string; notWithinMs: number }>
  | Command<'RecordVerified', Tree>
  | Command<'RecordAlteration', { serverId: string; number: number | null; reason: string }>;

/** Of this day. */
export type Checkpoints = { size: number; verifierKey: string; signedAt: Date | null; alteration: string | null };

const decide = ({ type, data, meta }: CheckpointCommand, state: Checkpoints): CheckpointEvent[] => {
  const { now } = meta;
  const at = now.toISOString();
  switch (type) {
    case 'SignCheckpoint': {
      const { notWithinMs, ...signed } = data;
      const { signedAt, size, verifierKey } = state;
      // The same again says nothing, except with another key.
      if (signed.size < size || (signed.size === size && signed.verifierKey === verifierKey)) return [];
      if (signedAt && now.getTime() - signedAt.getTime() < notWithinMs) return [];
      return [{ type: 'CheckpointSigned', data: { ...signed, signedAt: at } }];
    }
    case 'RecordVerified':
      return [{ type: 'LogVerified', data: { ...data, verifiedAt: at } }];
    case 'RecordAlteration':
      // Said once a day: whoever looks finds it again and again.
      if (state.alteration === data.reason) return [];
      return [{ type: 'LogAlterationFound', data: { ...data, foundAt: at } }];
  }
};

const evolve = (state: Checkpoints, { type, data }: CheckpointEvent): Checkpoints => {
  switch (type) {
    case 'CheckpointSigned':
      return { ...state, size: data.size, verifierKey: data.verifierKey, signedAt: new Date(data.signedAt) };
    case 'LogVerified':
      return { ...state, alteration: null };
    case 'LogAlterationFound':
      return { ...state, alteration: data.reason };
  }
};

export const checkpoint: Decider<Checkpoints, CheckpointCommand, CheckpointEvent> = {
  category: 'checkpoint',
  initial: { size: 0, verifierKey: '', signedAt: null, alteration: null },
  decide,
  evolve,
  vocabulary: checkpointEvents,
};
