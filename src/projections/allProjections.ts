// Every projection there is, and every table they own.
import { accountStatuses, statuses } from './accountStatuses.ts';
import { auditTrail, counters, eventAdministrators, events } from './auditTrail.ts';
import { callDeletions, callHistory, callInvites, callLegs, callPeople, calls } from './callHistory.ts';
import { checkpoints } from './checkpoints.ts';
import { conferenceList, conferences } from './conferenceList.ts';
import { changes, configurationChanges, configured } from './configurationChanges.ts';
import { endpointList, endpoints, legEndpoints } from './endpoints.ts';
import { merkleTree, tiles, trees } from './merkleTree.ts';
import { parked, parkedEvents } from './parked.ts';
import { past, pastTables } from './past.ts';
import { forgetting } from './personal.ts';
import type { Projection } from './projection.ts';
import { checkpointNotes, findings, proofs, signingKeys } from './proofs.ts';
import { rebuildRequestList, rebuildRequests } from './rebuildRequests.ts';
import { rebuilds } from './rebuilds.ts';
import { reportDeletions, reportRuleCounts, reportRules } from './reportRules.ts';
import { reservedNameList, reservedNames } from './reservedNames.ts';
import { retentionRules, retentions } from './retentionRules.ts';
import { legalHolds, serverSettings, settingsSections } from './serverSettings.ts';
import { legs, participants, sessionRoster, sessions } from './sessionRoster.ts';
import { chatDeletions, messages, transcript } from './transcript.ts';
import { accounts, signIns, userDirectory } from './userDirectory.ts';
import { witnessStates } from './witnessStates.ts';

/** `categories`: all there are, for the trail that keeps every event. */
export const allProjections = (categories: readonly string[]): Projection[] =>
  [
    auditTrail(categories),
    userDirectory,
    conferenceList,
    sessionRoster,
    transcript,
    parkedEvents,
    accountStatuses,
    serverSettings,
    configurationChanges,
    proofs,
    callHistory,
    endpointList,
    reportDeletions,
    rebuildRequestList,
    past(categories),
    retentions,
    reservedNameList,
  ].map(forgetting);

/** What can be rebuilt, by name: all of these, and the tree of the proof. */
export const readModelNames: readonly string[] = [...allProjections([]), merkleTree([], '')].map(({ name }) => name);

/** Those that hold something personal, which goes from each in its own time. */
export const personalReadModels: readonly string[] = [
  ...allProjections([]).flatMap(({ name, scrubs }) => (scrubs ? [name] : [])),
  configurationChanges.name,
];

export const entities = [
  checkpoints.entity,
  accounts.entity,
  signIns.entity,
  conferences.entity,
  sessions.entity,
  participants.entity,
  legs.entity,
  messages.entity,
  events.entity,
  counters.entity,
  eventAdministrators.entity,
  parked.entity,
  statuses.entity,
  rebuilds.entity,
  settingsSections.entity,
  legalHolds.entity,
  changes.entity,
  configured.entity,
  trees.entity,
  tiles.entity,
  checkpointNotes.entity,
  signingKeys.entity,
  findings.entity,
  calls.entity,
  callPeople.entity,
  callInvites.entity,
  callLegs.entity,
  endpoints.entity,
  legEndpoints.entity,
  callDeletions.entity,
  chatDeletions.entity,
  reportRules.entity,
  reportRuleCounts.entity,
  rebuildRequests.entity,
  ...pastTables.map(({ entity }) => entity),
  retentionRules.entity,
  witnessStates.entity,
  reservedNames.entity,
];
