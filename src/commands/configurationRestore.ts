// A saved configuration made this server's again: tried first, then done by ordinary commands. Nothing is deleted that
// the file does not know, and whoever restores keeps her own way in.
import { configuration, type RestoreCounts } from '../domain/settings/configuration.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Needs, step } from './call.ts';
import type { ConfigurationRecord, OpenedConfiguration } from './configurationFile.ts';
import { type Erased, type Known, restoreOneAccount, restoreOneConference, restoreSection } from './restoreObjects.ts';
import type { RestoredObject } from './restoreSteps.ts';
import { savedSettings } from './settingsFile.ts';

/** Objects in work at a time; of one kind, since conferences need their people. */
const atOnce = 16;

const batchesOf = async function* (records: AsyncIterable<ConfigurationRecord>): AsyncGenerator<ConfigurationRecord[]> {
  let batch: ConfigurationRecord[] = [];
  for await (const each of records) {
    if (batch.length >= atOnce || (batch[0] && batch[0].is !== each.is)) {
      yield batch;
      batch = [];
    }
    batch.push(each);
  }
  if (batch.length > 0) yield batch;
};

const restoreRecord = async (
  needs: Needs,
  call: Call,
  saved: ConfigurationRecord,
  known: Known,
  erased: Erased,
): Promise<RestoredObject[]> => {
  switch (saved.is) {
    case 'account':
      return [await restoreOneAccount(needs, call, saved, known, erased)];
    case 'conference':
      return [await restoreOneConference(needs, call, saved, known)];
    case 'settings': {
      const here: Record<string, object> = await savedSettings(needs);
      const objects = [];
      for (const [name, values] of Object.entries(saved.sections)) {
        objects.push(await restoreSection(needs, call, name, here[name] ?? {}, Object(values) as object));
      }
      return objects;
    }
  }
};

const counted = { created: 'created', changed: 'changed', unchanged: 'unchanged', conflict: 'conflicts' } as const;

export type RestoreResult = { counts: RestoreCounts; position: string | null };

/**
 * Makes the server's settings, accounts and conferences those of the file, object by object as they are asked for, and
 * answers how many met which end. A dry run says the same and records nothing. Whoever is interrupted restores again:
 * what is as in the file already is left alone. Whoever is among `erased` is left out. What cannot be made so is told with each object and left; the whole
 * ends only with refusals that concern all of it (`event_store.unavailable`, `command.too_busy`, `access.denied`).
 */
export const restoreConfiguration = async function* (
  needs: Needs,
  call: Call,
  file: OpenedConfiguration,
  erased: Erased = new Set(),
): AsyncGenerator<RestoredObject, RestoreResult> {
  allow(call.caller, 'restoreConfiguration');
  const restoreId = call.commandId;
  const { savedAt: fileSavedAt, accounts, conferences } = file;
  const about = { restoreId, fileSavedAt, accounts, conferences };
  const ctx = ctxOf(call, about);
  await needs.executor.execute(configuration, restoreId, { type: 'BeginConfigurationRestore', data: about }, ctx);
  const stream = `${configuration.category}-${restoreId}`;
  const because = { ...call, causationId: needs.executor.eventIdOf(stream, call.caller.actor, restoreId) };
  const known: Known = new Map();
  const counts: RestoreCounts = { created: 0, changed: 0, unchanged: 0, conflicts: 0 };
  for await (const batch of batchesOf(file.records())) {
    const restored = await Promise.all(batch.map((saved) => restoreRecord(needs, because, saved, known, erased)));
    for (const object of restored.flat()) {
      counts[counted[object.outcome]] += 1;
      yield object;
    }
  }
  const end = { type: 'EndConfigurationRestore' as const, data: { restoreId, ...counts } };
  const { position } = await needs.executor.execute(configuration, restoreId, end, step(ctx, 'end'));
  return { counts, position };
};
