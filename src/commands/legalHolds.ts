// Legal holds (catalogue J15): what they name is kept, whatever the retention says.
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import { legalHold } from '../domain/settings/legalHold.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, idInput, type Needs, parse } from './call.ts';
import { isVisible, oneLine, severalLines } from './text.ts';

const objectsMax = 200;

const which = z.object({ holdId: idInput });
const ids = z
  .array(idInput)
  .max(objectsMax)
  .transform((given) => [...new Set(given)]);
const held = z.object({
  name: oneLine(100).refine(isVisible, problem('nothing_to_see')),
  reason: severalLines(2_000).refine(isVisible, problem('nothing_to_see')),
  accountIds: ids,
  conferenceIds: ids,
});

/** Names what is to be kept, and why; at most 200 accounts and 200 conferences. */
export const placeLegalHold = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'placeLegalHold');
  const asked = parse(which.extend(held.shape), input);
  const ask = { type: 'PlaceLegalHold' as const, data: asked };
  return doneOf(await needs.executor.execute(legalHold, asked.holdId, ask, ctxOf(call, asked)));
};

const editInput = which.extend({
  name: held.shape.name.nullish(),
  reason: held.shape.reason.nullish(),
  accountIds: held.shape.accountIds.nullish(),
  conferenceIds: held.shape.conferenceIds.nullish(),
});

export const editLegalHold = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'editLegalHold');
  const { holdId, name, reason, accountIds, conferenceIds } = parse(editInput, input);
  const values = {
    name: name ?? undefined,
    reason: reason ?? undefined,
    accountIds: accountIds ?? undefined,
    conferenceIds: conferenceIds ?? undefined,
  };
  const ask = { type: 'EditLegalHold' as const, data: { holdId, values } };
  return doneOf(await needs.executor.execute(legalHold, holdId, ask, ctxOf(call, { holdId, values })));
};

/** Lets go of what was held; the retention may delete it from then on. */
export const releaseLegalHold = async (needs: Needs, call: Call, input: unknown): Promise<Done> => {
  allow(call.caller, 'releaseLegalHold');
  const asked = parse(which, input);
  const ask = { type: 'ReleaseLegalHold' as const, data: asked };
  return doneOf(await needs.executor.execute(legalHold, asked.holdId, ask, ctxOf(call, asked)));
};
