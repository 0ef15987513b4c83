// Conferences as planned things: what they are called, who owns them, who may come.
import { z } from 'zod';
import { fact, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const conference = { conferenceId: z.uuid() };
const cid = { cid: z.string(), conferenceId: z.uuid() };

/** Older servers recorded only deletions that were asked for. */
const askedFor = (data: object) => ('cause' in data ? data : { ...data, cause: 'asked' });

export const conferenceEvents = vocabulary(
  [
    fact('ConferenceCreated', {
      ...conference,
      kind: z.enum(['virtual_room', 'ad_hoc']),
      mode: z.enum(['all_on_screen']),
      cid: z.string(),
      title: z.string(),
      description: z.string(),
      ownerId: z.uuid(),
      joinWithoutInvitation: z.boolean(),
      createdAt: at,
    }),
    fact('ConferenceRetitled', { ...conference, title: z.string(), retitledAt: at }),
    fact('ConferenceDescribed', { ...conference, description: z.string(), describedAt: at }),
    fact('ConferenceIdReassigned', { ...conference, from: z.string(), cid: z.string(), reassignedAt: at }),
    fact('JoiningWithoutInvitationSwitched', { ...conference, allowed: z.boolean(), switchedAt: at }),
    fact('ConferenceMemberInvited', { ...conference, accountId: z.uuid(), invitedAt: at }),
    fact('ConferenceMemberUninvited', { ...conference, accountId: z.uuid(), uninvitedAt: at }),
    fact('ModeratorAppointed', { ...conference, accountId: z.uuid(), appointedAt: at }),
    fact('ModeratorDismissed', { ...conference, accountId: z.uuid(), dismissedAt: at }),
    fact('ConferenceRunBegun', { ...conference, sessionId: z.uuid(), begunBy: z.uuid(), begunAt: at }),
    fact('ConferenceRunFinished', { ...conference, sessionId: z.uuid(), finishedAt: at }),
    /** `cid_taken`: while it was being made another conference got its ID. */
    fact('ConferenceDeleted', { ...conference, cause: z.enum(['asked', 'cid_taken']), deletedAt: at }),
  ],
  { ConferenceDeleted: askedFor },
);
export type ConferenceEvent = ReturnType<typeof conferenceEvents.parse>;

export const conferenceIdEvents = vocabulary([
  fact('ConferenceIdReserved', { ...cid, reservedUntil: at, reservedAt: at }),
  fact('ConferenceIdConfirmed', { ...cid, confirmedAt: at }),
  fact('ConferenceIdReleased', { ...cid, releasedAt: at }),
]);
export type ConferenceIdEvent = ReturnType<typeof conferenceIdEvents.parse>;
