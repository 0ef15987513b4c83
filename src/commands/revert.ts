// Revert: a change of the configuration is undone by another command, which is on the record like any other.
import { z } from 'zod';
import { Refusal } from '../domain/kernel.ts';
import { allow } from './access.ts';
import { type Call, type Done, idInput, type Needs, parse } from './call.ts';
import type { Codec } from './codec.ts';
import { changeMembers, editConference, reassignConferenceId } from './conferences.ts';
import type { EventStore } from './eventStore.ts';
import {
  activateAccount,
  appointAdministrator,
  deactivateAccount,
  dismissAdministrator,
  editAccount,
} from './identity.ts';
import { editLegalHold } from './legalHolds.ts';
import { onWhatWasSeen } from './optimistic.ts';
import { editPreferences } from './preferences.ts';
import { type ChangePlace, type Reversal, reversalOf } from './reversal.ts';
import { type SettingsSection, settingsVerbs } from './settings.ts';

export type RevertNeeds = Needs & {
  store: EventStore;
  codec: Codec;
  /** The change that begins with an event, and the event's public number where it has one by now. */
  changeOf: (eventId: string) => Promise<(ChangePlace & { number: string | null }) | null>;
};

const reasonMax = 500;
const revertInput = z.object({
  eventId: idInput,
  overwrite: z.array(z.string().max(100)).max(50).nullish(),
  confirmLockout: z.boolean().nullish(),
});

type Act = (needs: Needs, call: Call, reversal: Reversal, confirmLockout: boolean) => Promise<Done>;

/** One person on a list, back on it or off it again. */
const listed = (needs: Needs, call: Call, { objectId: conferenceId, values }: Reversal): Promise<Done> | null => {
  for (const [field, on, off] of [
    ['members', 'inviteMember', 'uninviteMember'],
    ['moderators', 'appointModerator', 'dismissModerator'],
  ] as const) {
    const value = values[field] as { accountId: string; on: boolean } | undefined;
    if (value) return changeMembers(needs, call, value.on ? on : off, { conferenceId, accountId: value.accountId });
  }
  return null;
};

const acts: Record<Reversal['kind'], Act> = {
  account: (needs, call, { objectId: accountId, values: { active, ...profile } }) => {
    if (active === undefined) return editAccount(needs, call, { accountId, profile });
    return (active === true ? activateAccount : deactivateAccount)(needs, call, { accountId });
  },
  conference: (needs, call, reversal) => {
    const { objectId: conferenceId, values } = reversal;
    if (values['cid'] !== undefined) return reassignConferenceId(needs, call, { conferenceId, cid: values['cid'] });
    return listed(needs, call, reversal) ?? editConference(needs, call, { conferenceId, ...values });
  },
  administration: (needs, call, { objectId: accountId, values: { role } }) =>
    role === null
      ? dismissAdministrator(needs, call, { accountId })
      : appointAdministrator(needs, call, { accountId, role }),
  settings: (needs, call, { objectId, values }, confirmLockout) =>
    settingsVerbs[objectId as SettingsSection].edit(needs, call, { values, confirmLockout }),
  preferences: (needs, call, { objectId, values }) => {
    if (objectId !== call.caller.actor.id) throw new Refusal('change.not_revertible', { why: 'personal' });
    return editPreferences(needs, call, { values });
  },
  legalHold: (needs, call, { objectId: holdId, values }) => editLegalHold(needs, call, { holdId, ...values }),
};

const nothingDone: Done = { position: null, planned: [] };

/**
 * Sets the fields of a change back to what they were. Refuses with `change.not_found`, `change.not_revertible`, or
 * `change.conflicts` where fields were changed again since and `overwrite` does not say which of them to set back; with
 * `overwrite` those it does not name stay. What is recorded names the reverted event as its cause and in its reason.
 */
export const revertChange = async (needs: RevertNeeds, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'revertChange');
  const { eventId, overwrite, confirmLockout } = parse(revertInput, input);
  const place = await needs.changeOf(eventId);
  if (!place) throw new Refusal('change.not_found');
  const why = `Reverts ${place.number === null ? eventId : `#${place.number}`}`;
  const because: Call = {
    ...call,
    reason: (call.reason ? `${why}: ${call.reason}` : why).slice(0, reasonMax),
    causationId: eventId,
  };
  const look = () => reversalOf(needs.store, needs.codec, place, overwrite ?? null);
  return onWhatWasSeen(needs, because, look, (reversal, seen) =>
    Object.keys(reversal.values).length === 0
      ? Promise.resolve(nothingDone)
      : acts[reversal.kind](needs, seen, reversal, confirmLockout === true),
  );
};
