// A legal hold: whatever belongs to these accounts and conferences is kept, whatever the retention says.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type Held, type LegalHoldEvent, legalHoldEvents } from './events.ts';
import { changedFields, laidOver } from './fields.ts';

export type LegalHoldCommand =
  | Command<'PlaceLegalHold', { holdId: string } & Held>
  | Command<'EditLegalHold', { holdId: string; values: { [Field in keyof Held]?: Held[Field] | undefined } }>
  | Command<'ReleaseLegalHold', { holdId: string }>;

export type LegalHold = { status: 'unborn' } | { status: 'released' } | ({ status: 'placed' } & Held);

const decide = ({ type, data, meta }: LegalHoldCommand, hold: LegalHold): LegalHoldEvent[] => {
  const at = meta.now.toISOString();
  const { holdId } = data;
  if (type === 'PlaceLegalHold') {
    if (hold.status !== 'unborn') throw new Refusal('legal_hold.exists');
    return [{ type: 'LegalHoldPlaced', data: { ...data, placedAt: at } }];
  }
  if (type === 'ReleaseLegalHold' && hold.status === 'released') return [];
  if (hold.status !== 'placed') throw new Refusal('legal_hold.not_found');
  if (type === 'ReleaseLegalHold') return [{ type: 'LegalHoldReleased', data: { holdId, releasedAt: at } }];
  const { status: _, ...held } = hold;
  const changed = changedFields(held, data.values);
  return changed ? [{ type: 'LegalHoldEdited', data: { holdId, ...changed, editedAt: at } }] : [];
};

const evolve = (hold: LegalHold, { type, data }: LegalHoldEvent): LegalHold => {
  switch (type) {
    case 'LegalHoldPlaced': {
      const { name, reason, accountIds, conferenceIds } = data;
      return { status: 'placed', name, reason, accountIds, conferenceIds };
    }
    case 'LegalHoldEdited':
      return hold.status === 'placed' ? laidOver(hold, data.after) : hold;
    case 'LegalHoldReleased':
      return { status: 'released' };
  }
};

export const legalHold: Decider<LegalHold, LegalHoldCommand, LegalHoldEvent> = {
  category: 'legalHold',
  initial: { status: 'unborn' },
  decide,
  evolve,
  vocabulary: legalHoldEvents,
};
