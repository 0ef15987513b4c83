// Which vocabulary the events of each category of streams are written in.
import { chatEvents } from '../domain/chat/events.ts';
import { conferenceEvents, conferenceIdEvents } from '../domain/conferences/events.ts';
import { erasureEvents } from '../domain/erasure/events.ts';
import {
  accountEvents,
  accountStatusEvents,
  administrationEvents,
  loginEvents,
  serverEvents,
  signInEvents,
  signInGuardEvents,
} from '../domain/identity/events.ts';
import type { Fact, Vocabulary } from '../domain/kernel.ts';
import { parkedEventEvents, readModelRebuildEvents } from '../domain/processes/events.ts';
import { checkpointEvents, signingKeyEvents } from '../domain/proof/events.ts';
import { readingEvents, reportDeletionEvents, reportExportEvents, retentionEvents } from '../domain/reports/events.ts';
import { sessionEvents } from '../domain/sessions/events.ts';
import { configurationEvents, legalHoldEvents, preferencesEvents, settingsEvents } from '../domain/settings/events.ts';

export const vocabularies: ReadonlyMap<string, Vocabulary<Fact>> = new Map<string, Vocabulary<Fact>>([
  ['account', accountEvents],
  ['administration', administrationEvents],
  ['login', loginEvents],
  ['server', serverEvents],
  ['signIn', signInEvents],
  ['signInGuard', signInGuardEvents],
  ['conference', conferenceEvents],
  ['cid', conferenceIdEvents],
  ['session', sessionEvents],
  ['channel', chatEvents],
  ['accountStatus', accountStatusEvents],
  ['parkedEvent', parkedEventEvents],
  ['settings', settingsEvents],
  ['preferences', preferencesEvents],
  ['legalHold', legalHoldEvents],
  ['signingKey', signingKeyEvents],
  ['checkpoint', checkpointEvents],
  ['reading', readingEvents],
  ['reportExport', reportExportEvents],
  ['reportDeletion', reportDeletionEvents],
  ['readModelRebuild', readModelRebuildEvents],
  ['erasure', erasureEvents],
  ['retention', retentionEvents],
  ['configuration', configurationEvents],
]);
