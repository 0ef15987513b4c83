// Destroying the keys of single contents, on the record.
import type { Command, Decider } from '../kernel.ts';
import { type ErasedContent, type ErasureCause, type ErasureEvent, erasureEvents } from './events.ts';

export type EraseContent = Command<
  'EraseContent',
  { erasureId: string; cause: ErasureCause; messages: ErasedContent[] }
>;

export type Erasure = { done: boolean };

/** An event is at most 64 KiB (ARCHITECTURE §3). */
export const contentsPerErasureMax = 300;

export const erasure: Decider<Erasure, EraseContent, ErasureEvent> = {
  category: 'erasure',
  initial: { done: false },
  decide: ({ data, meta }, { done }) =>
    done || data.messages.length === 0
      ? []
      : [{ type: 'ContentErased', data: { ...data, erasedAt: meta.now.toISOString() } }],
  evolve: () => ({ done: true }),
  vocabulary: erasureEvents,
};
