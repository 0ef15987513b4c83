// What every command needs to be run: the parts it works with, who calls, and the input parsed or refused.
import { z } from 'zod';
import { type InputProblem, isInputProblemCode } from '../domain/inputProblems.ts';
import { type Actor, Refusal } from '../domain/kernel.ts';
import type { Caller } from './access.ts';
import { derivedId } from './canonical.ts';
import type { Ctx, Executor } from './execute.ts';
import type { MediaNodes } from './mediaNodes.ts';
import type { Passwords } from './passwords.ts';
import { severalLines } from './text.ts';
import type { Vault } from './vault.ts';

export type Needs = {
  executor: Executor;
  vault: Vault;
  passwords: Passwords;
  now: () => Date;
  /** Id of the log, which is the id of the server. */
  serverId: string;
  /** Milliseconds a sign-in lasts. */
  signInLifetimeMs: number;
  media: MediaNodes;
};

export type Call = {
  caller: Caller;
  commandId: string;
  expectedRevision?: number | undefined;
  reason?: string | null | undefined;
  /** Id of the event that this is the consequence of. */
  causationId?: string;
  /** Of the command that this is a part of. */
  correlationId?: string;
  dryRun?: boolean | undefined;
};

/**
 * The same, with streams looked up as they were when the caller was authenticated or later: one question to the log for
 * all that a request is judged by. Not for what has to be seen after something else was recorded.
 */
export const asOfCaller = (needs: Needs, { readAtMs }: Caller): Needs => {
  const { executor } = needs;
  return { ...needs, executor: { ...executor, load: (decider, id) => executor.load(decider, id, readAtMs) } };
};

/** Ids come in any case and are kept in lower case, or one id would name two streams. */
export const idInput = z.uuid().toLowerCase();

const callInput = z.object({
  commandId: idInput,
  expectedRevision: z.int().min(-1).nullish(),
  reason: severalLines(500).nullish(),
  dryRun: z.boolean().nullish(),
});

/** Parses the part of the input that every command has. */
export const parseCall = (caller: Caller, input: unknown): Call => {
  const { commandId, expectedRevision, reason, dryRun } = parse(callInput, input, 'command');
  return { caller, commandId, expectedRevision: expectedRevision ?? undefined, reason, dryRun: dryRun ?? false };
};

/** Schemas name what is wrong by putting a code where zod wants a message; the rest is told from zod's own issue. */
const whatIsWrong = (issue: z.core.$ZodIssue): Pick<InputProblem, 'code' | 'limit'> => {
  if (isInputProblemCode(issue.message)) return { code: issue.message, limit: null };
  const { code } = issue;
  if (code === 'too_small' && issue.origin === 'string' && Number(issue.minimum) > 1) {
    return { code: 'too_short', limit: Number(issue.minimum) };
  }
  if (code === 'too_small' && issue.origin === 'string') return { code: 'required', limit: null };
  if (code === 'too_big' && issue.origin === 'string') return { code: 'too_long', limit: Number(issue.maximum) };
  if (code === 'invalid_format' && issue.format === 'uuid') return { code: 'id_form', limit: null };
  return { code: code === 'invalid_type' && issue.input == null ? 'required' : 'invalid', limit: null };
};

/** Parses input or refuses with `input.invalid`, naming each field and what is wrong with it. */
export const parse = <Schema extends z.ZodType>(schema: Schema, input: unknown, at = ''): z.output<Schema> => {
  const { success, data, error } = schema.safeParse(input, { reportInput: true });
  if (success) return data;
  const problems = error.issues.slice(0, 50).map(
    (issue): InputProblem => ({
      path: [...(at ? [at] : []), ...issue.path.map(String)].join('.'),
      ...whatIsWrong(issue),
    }),
  );
  throw new Refusal('input.invalid', { problems });
};

/** The context a command is executed in. `asked` is the input less what is secret. */
export const ctxOf = (
  { caller, commandId, expectedRevision, reason, causationId, correlationId, dryRun }: Call,
  asked: unknown,
): Ctx => ({
  actor: caller.actor,
  origin: caller.actor.kind === 'account' ? caller.origin : null,
  commandId,
  asked,
  expectedRevision,
  reason: reason ?? null,
  ...(causationId === undefined ? {} : { causationId }),
  ...(correlationId === undefined ? {} : { correlationId }),
  dryRun: dryRun ?? false,
});

/**
 * A further step of the same command, with an id of its own derived from it and from who asked: the step may be the
 * server's, and another one's command of the same id must not meet it.
 */
export const step = (ctx: Ctx, name: string, actor: Actor = ctx.actor): Ctx => {
  const { expectedRevision: _, ...rest } = ctx;
  return {
    ...rest,
    actor,
    origin: actor === ctx.actor ? ctx.origin : null,
    commandId: derivedId('step', ctx.actor.kind, ctx.actor.id, ctx.commandId, name),
    correlationId: ctx.correlationId ?? ctx.commandId,
    causationId: ctx.commandId,
  };
};

/** The server acting for itself: jobs and processes. */
export const systemActor: Actor = { kind: 'system', id: 'hansard' };

/** What a command answers at the least: where its last event stands, and what a dry run would record. */
export type Done = { position: string | null; planned: { stream: string; type: string; data: object }[] | null };

export const doneOf = ({ position, planned }: Awaited<ReturnType<Executor['execute']>>): Done => ({
  position,
  planned: planned?.map(({ stream, event }) => ({ stream, type: event.type, data: event.data })) ?? null,
});
