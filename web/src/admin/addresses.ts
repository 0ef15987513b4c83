// What the addresses of the dashboard may say after the question mark; every filter and selection is in them.
import { list, text } from '../search.ts';

type Search = Record<string, unknown>;

export const severities = ['INFO', 'LOW', 'MEDIUM', 'HIGH'] as const;
export const sources = ['USER', 'ADMINISTRATOR', 'SERVER', 'MEDIA', 'STRANGER'] as const;
/** Kinds of objects by the first part of their streams. */
export const objectTypes = [
  'account',
  'accountStatus',
  'administration',
  'channel',
  'checkpoint',
  'cid',
  'conference',
  'configuration',
  'erasure',
  'legalHold',
  'login',
  'parkedEvent',
  'preferences',
  'readModelRebuild',
  'reading',
  'reportDeletion',
  'reportExport',
  'retention',
  'server',
  'session',
  'settings',
  'signIn',
  'signInGuard',
  'signingKey',
] as const;
/** Those whose state can be shown as of any event. */
export const historicTypes = [
  'account',
  'conference',
  'session',
  'signIn',
  'administration',
  'settings',
  'preferences',
  'legalHold',
] as const;
export const settingsSections = ['general', 'access', 'retention', 'witnesses', 'diagnostics'] as const;
export type HistoricType = (typeof historicTypes)[number];

export const readAccounts = (search: Search) => ({
  ...text(search, 'q'),
  ...text(search, 'account'),
  ...list(search, 'new', ['account']),
  ...list(search, 'deleted', ['yes']),
});

export const readConferences = (search: Search) => ({
  ...text(search, 'q'),
  ...text(search, 'conference'),
  ...list(search, 'new', ['room']),
});

export const readSessions = (search: Search) => ({ ...text(search, 'session') });

export const readEvents = (search: Search) => ({
  ...text(search, 'q'),
  ...list(search, 'types'),
  ...list(search, 'severity', severities),
  ...list(search, 'sources', sources),
  ...list(search, 'objects', objectTypes),
  ...text(search, 'name'),
  ...text(search, 'ip'),
  ...text(search, 'actor'),
  ...text(search, 'object'),
  ...text(search, 'from'),
  ...text(search, 'to'),
  ...text(search, 'sort'),
  ...text(search, 'event'),
});
export type EventsSearch = ReturnType<typeof readEvents>;

export const configuredObjects = [
  'ACCOUNT',
  'ADMINISTRATOR',
  'CONFERENCE',
  'LEGAL_HOLD',
  'PREFERENCES',
  'SERVER',
  'SETTINGS',
] as const;
export const changeActions = ['CREATE', 'EDIT', 'DELETE'] as const;

export const readChanges = (search: Search) => ({
  ...text(search, 'q'),
  ...list(search, 'actions', changeActions),
  ...list(search, 'objects', configuredObjects),
  ...text(search, 'actor'),
  ...text(search, 'object'),
  ...text(search, 'from'),
  ...text(search, 'to'),
  ...text(search, 'change'),
});
export type ChangesSearch = ReturnType<typeof readChanges>;
export const readCalls = (search: Search) => ({
  ...text(search, 'q'),
  ...text(search, 'conference'),
  ...text(search, 'owner'),
  ...text(search, 'person'),
  ...list(search, 'state', ['running', 'over']),
  ...text(search, 'from'),
  ...text(search, 'to'),
  ...text(search, 'sort'),
  ...text(search, 'call'),
});
export type CallsSearch = ReturnType<typeof readCalls>;

export const readChat = (search: Search) => ({
  ...text(search, 'q'),
  ...text(search, 'sender'),
  ...text(search, 'recipient'),
  ...text(search, 'session'),
  ...text(search, 'from'),
  ...text(search, 'to'),
  ...text(search, 'sort'),
  ...text(search, 'message'),
});
export type ChatSearch = ReturnType<typeof readChat>;

export const readEndpoints = (search: Search) => ({
  ...text(search, 'q'),
  ...text(search, 'sort'),
  ...text(search, 'endpoint'),
});

/** Pages of one thing. */
export const readOne = (search: Search) => ({ ...text(search, 'id') });

/** A call, and the event of it that is looked at. */
export const readCall = (search: Search) => {
  const { at } = text(search, 'at');
  return { ...text(search, 'id'), ...(at !== undefined && /^\d{1,18}$/.test(at) ? { at } : {}) };
};

export const readWhy = (search: Search) => ({
  ...text(search, 'person'),
  ...text(search, 'action'),
  ...text(search, 'object'),
});

export const readParked = (search: Search) => ({ ...text(search, 'event') });

export const readHistory = (search: Search) => ({
  ...list(search, 'type', historicTypes),
  ...text(search, 'id'),
  ...text(search, 'revision'),
  ...text(search, 'at'),
});

export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export const logRoles = ['api', 'projections', 'jobs', 'media'] as const;

export const readServerLog = (search: Search) => ({
  ...text(search, 'q'),
  ...list(search, 'levels', logLevels),
  ...list(search, 'roles', logRoles),
  ...list(search, 'follow', ['yes']),
  ...text(search, 'line'),
});
