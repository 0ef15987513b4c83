// What a restore does to one object: steps, each an ordinary command, tried or done; what is refused is told and the
// rest goes on.
import { Refusal } from '../domain/kernel.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import type { Call, Done } from './call.ts';
import { derivedId } from './canonical.ts';

/** A field as it is here and as the file has it. Both null where the value is a secret. */
export type Difference = { field: string; before: unknown; after: unknown };
/** Why something is not as in the file, in the words of refusals. */
export type RestoreNote = { code: RefusalCode; details: Record<string, unknown> };

export type RestoredObject = {
  kind: 'settings' | 'account' | 'conference';
  id: string;
  name: string;
  outcome: 'created' | 'changed' | 'unchanged' | 'conflict';
  differences: Difference[];
  notes: RestoreNote[];
};

export type Step = {
  name: string;
  /** What it changes; empty for one that makes the object. */
  differences: readonly Difference[];
  run: (call: Call) => Promise<Done>;
  /** Whether a dry run can try it while the steps before it are not done. */
  alone: boolean;
};

/** Refusals that concern the whole restore: it ends there, and can be begun again. */
const fatal = (code: RefusalCode): boolean =>
  code.startsWith('access.') ||
  code.startsWith('event_store.') ||
  ['command.outcome_unknown', 'command.too_busy', 'server.format_level_too_low'].includes(code);

/** The call of a step: by whoever restores, caused by the event that began it, and the same one in a repeat. */
const stepCall = ({ caller, commandId, causationId, reason, dryRun }: Call, name: string): Call => ({
  caller,
  commandId: derivedId('restore', caller.actor.kind, caller.actor.id, commandId, name),
  correlationId: commandId,
  ...(causationId === undefined ? {} : { causationId }),
  reason,
  dryRun,
});

export const noteOf = (code: RefusalCode, details: Record<string, unknown> = {}): RestoreNote => ({ code, details });

const tried = async (call: Call, { run, alone }: Step): Promise<RestoreNote | null> => {
  if (call.dryRun === true && !alone) return null;
  try {
    await run(call);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal) || fatal(error.code)) throw error;
    return noteOf(error.code, error.details);
  }
};

type Planned = Pick<RestoredObject, 'kind' | 'id' | 'name' | 'notes'> & {
  steps: readonly Step[];
  /** Whether the first step makes it: without it there is nothing to do the others to. */
  isNew: boolean;
};

/** Does the steps, or tries them in a dry run. Rejects where the whole restore has to end. */
export const doSteps = async (call: Call, { steps, isNew, ...object }: Planned): Promise<RestoredObject> => {
  const notes = [...object.notes];
  const differences: Difference[] = [];
  let done = 0;
  for (const step of steps) {
    const note = await tried(stepCall(call, `${object.kind} ${object.id} ${step.name}`), step);
    if (note) {
      notes.push(note);
      if (isNew && done === 0) break;
      continue;
    }
    done += 1;
    differences.push(...step.differences);
  }
  const made = isNew ? 'created' : 'changed';
  const left = notes.length > 0 ? 'conflict' : 'unchanged';
  return { ...object, notes, differences, outcome: done > 0 ? made : left };
};

/** The fields that differ, compared as JSON. */
export const differencesIn = (before: object, after: object): Difference[] => {
  const now = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([field, value]) => JSON.stringify(now.get(field)) !== JSON.stringify(value))
    .map(([field, value]: [string, unknown]) => ({ field, before: now.get(field) ?? null, after: value }));
};
