// What each event means for the configuration: which object it changes, and each field as it is from then on.

import { conferenceEvents } from '../domain/conferences/events.ts';
import { accountEvents, administrationEvents, type Profile, serverEvents } from '../domain/identity/events.ts';
import type { Recorded } from '../domain/kernel.ts';
import { legalHoldEvents, preferencesEvents, settingsEvents } from '../domain/settings/events.ts';

export type ChangeAction = 'create' | 'edit' | 'delete';

/** Values that a field takes; in lists of people or subnets `added` and `removed` are single ones. */
export type Told = {
  objectType: string;
  objectId: string;
  action: ChangeAction;
  /** Fields as they are from now on. Those before are known to whoever folds. */
  after: Record<string, unknown>;
  /** Members of a list that came or went, which is not told as a whole. */
  listed?: { field: string; added?: string; removed?: string };
  /** Whether the fields are those of a person, and that person was erased. */
  erased?: true;
};

type Teller = (event: Recorded) => Told | null;

/** What is not given is not worth a line. */
const filled = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

const nothingOf = (fields: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field, null]));

const account: Teller = (event) => {
  const { type, data } = accountEvents.parse(event);
  const of = { objectType: 'account', objectId: data.accountId };
  switch (type) {
    case 'AccountCreated':
      if (data.person === null) return { ...of, action: 'create', after: { active: true }, erased: true };
      return { ...of, action: 'create', after: { ...filled(data.person), active: true } };
    case 'AccountProfileEdited': {
      const { fields, profile } = data;
      if (profile === null) return { ...of, action: 'edit', after: nothingOf(fields), erased: true };
      const known = fields.filter((field): field is keyof Profile => field in profile);
      return { ...of, action: 'edit', after: Object.fromEntries(known.map((field) => [field, profile[field]])) };
    }
    case 'AccountPasswordSet':
      return { ...of, action: 'edit', after: { password: data.setAt } };
    case 'AccountActivated':
    case 'AccountDeactivated':
      return { ...of, action: 'edit', after: { active: type === 'AccountActivated' } };
    case 'AccountDeleted':
      return { ...of, action: 'delete', after: {} };
    case 'AccountDevicesDisconnected':
    case 'PersonErasureOrdered':
    case 'PersonErased':
      return null;
  }
};

const administration: Teller = (event) => {
  const { type, data } = administrationEvents.parse(event);
  switch (type) {
    case 'ServerSetUp':
      return null;
    case 'AdministratorAppointed':
      return { objectType: 'administrator', objectId: data.accountId, action: 'edit', after: { role: data.role } };
    case 'AdministratorDismissed':
      return { objectType: 'administrator', objectId: data.accountId, action: 'edit', after: { role: null } };
  }
};

const conference: Teller = (event) => {
  const { type, data } = conferenceEvents.parse(event);
  const of = { objectType: 'conference', objectId: data.conferenceId };
  const edit = (after: Record<string, unknown>): Told => ({ ...of, action: 'edit', after });
  const listed = (listed: Told['listed'] & object): Told => ({ ...of, action: 'edit', after: {}, listed });
  switch (type) {
    case 'ConferenceCreated': {
      const { conferenceId: _, createdAt: __, mode: ___, ...values } = data;
      return { ...of, action: 'create', after: filled(values) };
    }
    case 'ConferenceRetitled':
      return edit({ title: data.title });
    case 'ConferenceDescribed':
      return edit({ description: data.description });
    case 'ConferenceIdReassigned':
      return edit({ cid: data.cid });
    case 'JoiningWithoutInvitationSwitched':
      return edit({ joinWithoutInvitation: data.allowed });
    case 'ConferenceMemberInvited':
      return listed({ field: 'members', added: data.accountId });
    case 'ConferenceMemberUninvited':
      return listed({ field: 'members', removed: data.accountId });
    case 'ModeratorAppointed':
      return listed({ field: 'moderators', added: data.accountId });
    case 'ModeratorDismissed':
      return listed({ field: 'moderators', removed: data.accountId });
    case 'ConferenceDeleted':
      return { ...of, action: 'delete', after: {} };
    case 'ConferenceRunBegun':
    case 'ConferenceRunFinished':
      return null;
  }
};

const settings: Teller = (event) => {
  const { data } = settingsEvents.parse(event);
  const objectId = event.stream.slice(event.stream.indexOf('-') + 1);
  return { objectType: 'settings', objectId, action: 'edit', after: data.after };
};

const preferences: Teller = (event) => {
  const { data } = preferencesEvents.parse(event);
  const of = { objectType: 'preferences', objectId: data.accountId, action: 'edit' as const };
  return data.after === null ? { ...of, after: nothingOf(data.fields), erased: true } : { ...of, after: data.after };
};

const legalHold: Teller = (event) => {
  const { type, data } = legalHoldEvents.parse(event);
  const of = { objectType: 'legalHold', objectId: data.holdId };
  switch (type) {
    case 'LegalHoldPlaced': {
      const { holdId: _, placedAt: __, ...held } = data;
      return { ...of, action: 'create', after: held };
    }
    case 'LegalHoldEdited':
      return { ...of, action: 'edit', after: data.after };
    case 'LegalHoldReleased':
      return { ...of, action: 'delete', after: {} };
  }
};

const server: Teller = (event) => {
  const { type, data } = serverEvents.parse(event);
  if (type !== 'FormatLevelRaised') return null;
  return { objectType: 'server', objectId: data.serverId, action: 'edit', after: { formatLevel: data.level } };
};

const tellers: Record<string, Teller> = {
  account,
  administration,
  conference,
  settings,
  preferences,
  legalHold,
  server,
};

/** Streams that hold configuration. */
export const configuredCategories: readonly string[] = Object.keys(tellers);

/** What the event changes; null where it is no change of the configuration. */
export const told = (event: Recorded): Told | null =>
  tellers[event.stream.slice(0, event.stream.indexOf('-'))]?.(event) ?? null;

/**
 * What a field of a new object is called "before", as the domain's own defaults are no business of a projection: the
 * settings say their first value themselves.
 */
export const saidBefore = (event: Recorded): Record<string, unknown> => {
  switch (event.stream.slice(0, event.stream.indexOf('-'))) {
    case 'settings':
      return settingsEvents.parse(event).data.before;
    case 'preferences':
      return preferencesEvents.parse(event).data.before ?? {};
    default:
      return {};
  }
};
