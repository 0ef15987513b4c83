// The configuration as a file: `POST /configuration/save` answers it, `POST /configuration/restore` takes it. Files are
// too long for GraphQL; what is asked about them comes in the body, since addresses are logged on their way.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { allow, type Caller, type Verb } from '../commands/access.ts';
import { parse, parseCall } from '../commands/call.ts';
import { openConfiguration, saveConfiguration } from '../commands/configurationFile.ts';
import { restoreConfiguration } from '../commands/configurationRestore.ts';
import { StoreUnavailable } from '../commands/eventStore.ts';
import { sealedFileBytesMax } from '../commands/sealedFile.ts';
import { authenticate } from '../commands/signIn.ts';
import type { InputProblem } from '../domain/inputProblems.ts';
import { Refusal } from '../domain/kernel.ts';
import { type RefusalCode, refusals } from '../domain/refusals.ts';
import { conferenceIds, conferenceList } from '../projections/conferenceList.ts';
import { accountIds, userDirectory } from '../projections/userDirectory.ts';
import { createSlots, type Slots } from '../slots.ts';
import { type BodyTimes, uploaded } from './bodyTime.ts';
import type { ApiParts } from './context.ts';
import type { Transport } from './graphql.ts';
import { enumName } from './schema/shared.ts';
import { tokenOf } from './sessionCookie.ts';

/** Each needs 128 MiB for a moment, to make the key of the passphrase. */
const atOnceMax = 2;
/** Files on their way here, each of which may take hours and a part of the disk. */
const uploadsMax = 4;
const placeTimeoutMs = 10_000;
const currentTimeoutMs = 5_000;
/** What is asked about a file that follows. */
const askedBytesMax = 8 * 1024;
/** A reader who takes nothing for so long is gone. */
const stalledMs = 30_000;
const reauthenticateMs = 2_000;

const statusOf: Partial<Record<RefusalCode, number>> = {
  'access.sign_in_required': 401,
  'access.denied': 403,
  'access.address_outside': 403,
  'command.too_busy': 503,
  'event_store.unavailable': 503,
};

const refusalOf = (error: unknown): Refusal | null => {
  if (error instanceof Refusal) return error;
  return error instanceof StoreUnavailable ? new Refusal('event_store.unavailable') : null;
};

/** As GraphQL tells it. */
const told = ({ code, details: { problems, ...details } }: Refusal) => ({
  code: enumName(code),
  message: refusals[code],
  details,
  problems: problemsOf(problems),
});

const problemsOf = (problems: unknown): object[] =>
  Array.isArray(problems)
    ? (problems as InputProblem[]).map((problem) => ({ ...problem, code: enumName(problem.code) }))
    : [];

/** The body, its first line apart. Refuses with `input.invalid` where that has no end. */
const splitBody = async (
  body: AsyncIterable<Uint8Array>,
): Promise<{ asked: unknown; rest: AsyncIterable<Uint8Array> }> => {
  const chunks = body[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const next = await chunks.next();
    if (next.done === true || held.length > askedBytesMax) return { asked: null, rest: Readable.from([]) };
    held = Buffer.concat([held, next.value]);
    end = held.indexOf(10);
  }
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    if (held.length > end + 1) yield held.subarray(end + 1);
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  return { asked: parsedJson(held.subarray(0, end).toString()), rest: rest() };
};

const parsedJson = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
};

const fileInput = z.object({ command: z.unknown(), passphrase: z.string().max(1_000) });

/** Writes a line; false once nobody reads any more. */
const write = async (response: Response, line: object): Promise<boolean> => {
  if (response.closed || response.destroyed) return false;
  if (response.write(`${JSON.stringify(line)}\n`)) return true;
  return new Promise((resolve) => {
    const finish = (there: boolean) => () => {
      clearTimeout(timer);
      response.off('drain', drained).off('close', gone);
      resolve(there);
    };
    const [drained, gone] = [finish(true), finish(false)];
    const timer = setTimeout(() => {
      gone();
      response.destroy();
    }, stalledMs);
    response.once('drain', drained).once('close', gone);
  });
};

/** Acts in one of so many places; refuses with `command.too_busy` where none comes free in time. */
const inAPlace = async (places: Slots, timeoutMs: number, act: () => Promise<void>): Promise<void> => {
  if (!(await places.enter(timeoutMs))) throw new Refusal('command.too_busy');
  try {
    await act();
  } finally {
    places.leave();
  }
};

type Handle = (request: Request, response: Response, caller: Caller) => Promise<void>;
type CallerOf = (request: IncomingMessage) => Promise<Caller>;

const authenticating =
  ({ needs }: ApiParts, { origin }: Pick<Transport, 'origin'>): CallerOf =>
  async (request) => {
    const token = tokenOf(request);
    const caller = token === null ? null : await authenticate(needs, token, origin(request));
    if (!caller) throw new Refusal('access.sign_in_required');
    return caller;
  };

/** The lists have to be of now: waits until everything on the record is in them. */
const current = async ({ store, watch }: ApiParts): Promise<void> => {
  const head = await store.head();
  const names = [userDirectory.name, conferenceList.name];
  if (head !== null && !(await watch.reached(names, head, currentTimeoutMs))) throw new Refusal('command.too_busy');
};

const saving =
  (parts: ApiParts, log: Transport['log']): Handle =>
  async (request, response, caller) => {
    const { needs, pool, configurationFiles: files } = parts;
    const { passphrase, command } = parse(fileInput, request.body as unknown);
    const call = parseCall(caller, command);
    await current(parts);
    const all = { accounts: () => accountIds(pool), conferences: () => conferenceIds(pool) };
    const lines = await saveConfiguration(needs, call, passphrase, all);
    const kept = await files.keep(lines());
    if ('failed' in kept) log('no reserve copy of the configuration', { reason: kept.failed });
    const day = needs.now().toISOString().slice(0, 'yyyy-mm-dd'.length);
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('content-disposition', `attachment; filename="hansard-settings-${day}.hansard"`);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-hansard-reserve-copy', 'failed' in kept ? 'failed' : kept.name);
    if ('failed' in kept) return pipeline(Readable.from(lines()), response);
    response.setHeader('content-length', (await stat(kept.path)).size);
    return pipeline(createReadStream(kept.path), response);
  };

const none = { created: 0, changed: 0, unchanged: 0, conflicts: 0 };

/** What is begun goes on whoever listens, as long as she who began it may; a rehearsal ends with its reader. */
const restoring =
  ({ needs, configurationFiles: files }: ApiParts, callerOf: CallerOf, times: BodyTimes, places: Slots): Handle =>
  async (request, response, caller) => {
    const { asked, rest } = await splitBody(uploaded(request, response, times));
    const { passphrase, command } = parse(fileInput, asked ?? {});
    const call = parseCall(caller, command);
    const staged = await files.stage(rest);
    const restore = async (): Promise<void> => {
      // It may have been on its way for long.
      allow(await callerOf(request), 'restoreConfiguration');
      const opened = await openConfiguration(staged.read, passphrase);
      const objects = restoreConfiguration(needs, call, opened);
      let next = await objects.next();
      response.setHeader('content-type', 'application/x-ndjson');
      response.setHeader('cache-control', 'no-store');
      response.setHeader('x-accel-buffering', 'no');
      const { savedAt, accounts, conferences } = opened;
      let heard = await write(response, { is: 'file', savedAt, accounts, conferences });
      for (let judgedMs = performance.now(); next.done !== true; next = await objects.next()) {
        const { value: object } = next;
        const notes = object.notes.map(({ code, details }) => told(new Refusal(code, details)));
        heard = heard && (await write(response, { is: 'object', ...object, notes }));
        if (!heard && call.dryRun === true) return void (await objects.return({ counts: none, position: null }));
        if (performance.now() - judgedMs < reauthenticateMs) continue;
        allow(await callerOf(request), 'restoreConfiguration');
        judgedMs = performance.now();
      }
      await write(response, { is: 'end', ...next.value });
      response.end();
    };
    try {
      await inAPlace(places, placeTimeoutMs, restore);
    } finally {
      await staged.remove();
    }
  };

/** Tells what went wrong: as the answer or, where that is on its way, as its last line. */
const failing = async (
  error: unknown,
  request: Request,
  response: Response,
  log: Transport['log'],
): Promise<unknown> => {
  const refusal = refusalOf(error);
  if (refusal && response.headersSent) {
    await write(response, { is: 'refused', ...told(refusal) });
    return response.end();
  }
  if (refusal) {
    // The rest of the body is not worth waiting for.
    response.setHeader('connection', 'close');
    return response.status(statusOf[refusal.code] ?? 400).json(told(refusal));
  }
  if (request.destroyed || response.destroyed) return; // Whoever asked is gone.
  log('a file of the configuration failed', { reason: error instanceof Error ? error.stack : String(error) });
  return response.headersSent ? response.destroy() : response.status(500).end();
};

export const configurationFiles = (
  parts: ApiParts,
  transport: Pick<Transport, 'origin' | 'log'>,
  times: BodyTimes,
): express.Router => {
  const callerOf = authenticating(parts, transport);
  const [places, uploads] = [createSlots(atOnceMax), createSlots(uploadsMax)];
  /** Whoever may not do it neither takes a place nor has a body of hers read. */
  const answering = (verb: Verb, act: Handle, from: Slots, timeoutMs: number) => {
    const limited = async (request: Request, response: Response): Promise<void> => {
      const caller = await callerOf(request);
      allow(caller, verb);
      await inAPlace(from, timeoutMs, () => act(request, response, caller));
    };
    return (request: Request, response: Response) =>
      void limited(request, response).catch((error: unknown) => failing(error, request, response, transport.log));
  };
  const router = express.Router();
  router.post(
    '/configuration/save',
    express.json({ limit: askedBytesMax }),
    answering('saveConfiguration', saving(parts, transport.log), places, placeTimeoutMs),
  );
  const restore = restoring(parts, callerOf, times, places);
  // A body that is not read soon is hung up on.
  router.post('/configuration/restore', answering('restoreConfiguration', restore, uploads, 0));
  return router;
};

/** The longest body that is taken. */
export const configurationBytesMax = sealedFileBytesMax + askedBytesMax;
