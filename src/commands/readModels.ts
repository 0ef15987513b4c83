// Having read models rebuilt from the log: asked for by an administrator, told by whoever does it.
import { z } from 'zod';
import { readModelRebuild } from '../domain/processes/readModelRebuild.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import type { Ctx } from './execute.ts';

export type RebuildOutcome =
  | {
      tables: readonly {
        table: string;
        rows: number;
        unfounded: number | null;
        lost: number | null;
        different: number | null;
      }[];
    }
  | { reason: string };

/**
 * Has read models rebuilt, soon: those named, or all of `known` where none is. Refuses with `input.invalid` where a
 * name is not known, and with `read_model.rebuild_exists`.
 */
export const requestRebuild = async (
  needs: Needs,
  call: Call,
  input: unknown,
  known: readonly string[],
): Promise<Done> => {
  allow(call.caller, 'rebuildReadModels');
  const name = z
    .string()
    .max(100)
    .refine((given) => known.includes(given));
  const names = z.array(name).min(1).max(100);
  const asked = parse(z.object({ rebuildId: idInput, readModels: names.nullish() }), input);
  const data = { rebuildId: asked.rebuildId, readModels: [...new Set(asked.readModels ?? known)] };
  const ask = { type: 'RequestRebuild' as const, data };
  return doneOf(await needs.executor.execute(readModelRebuild, data.rebuildId, ask, ctxOf(call, data)));
};

/** Whether a rebuild that was asked for is still to be done. */
export const rebuildWanted = async ({ executor }: Needs, rebuildId: string, readModel: string): Promise<boolean> => {
  const { state } = await executor.load(readModelRebuild, rebuildId);
  return state.status === 'asked' && state.left.has(readModel);
};

const reasonMax = 500;

/** Says on the record how a rebuild ended; saying it again records nothing. */
export const recordRebuild = async (
  { executor }: Needs,
  rebuildId: string,
  readModel: string,
  outcome: RebuildOutcome,
): Promise<void> => {
  const ctx: Ctx = {
    actor: systemActor,
    origin: null,
    commandId: derivedId('rebuild', rebuildId, readModel),
    asked: null,
    correlationId: rebuildId,
  };
  const ask =
    'reason' in outcome
      ? {
          type: 'RecordRebuildFailed' as const,
          data: { rebuildId, readModel, reason: outcome.reason.slice(0, reasonMax) },
        }
      : { type: 'RecordRebuilt' as const, data: { rebuildId, readModel, tables: [...outcome.tables] } };
  await executor.execute(readModelRebuild, rebuildId, ask, ctx);
};
