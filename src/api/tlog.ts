// The log as C2SP's tlog-tiles serves it, read-only, to administrators.
import type { IncomingMessage } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { allow, type Caller } from '../commands/access.ts';
import { storedBundle } from '../commands/checkLog.ts';
import { StoreUnavailable } from '../commands/eventStore.ts';
import { authenticate } from '../commands/signIn.ts';
import { type Origin, Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import { isUnavailable } from '../projections/databaseErrors.ts';
import { keysInOrder, newestCheckpoint } from '../projections/proofs.ts';
import { bundleOf, entryOf } from '../proof/entries.ts';
import { keyListText } from '../proof/keyList.ts';
import { hashBytes } from '../proof/merkle.ts';
import { type TilePlace, tilePlaceOf, tileWidth } from '../proof/tiles.ts';
import type { ApiParts } from './context.ts';
import { tokenOf } from './sessionCookie.ts';

type Answer = { type: string; body: string | Buffer; lasts: boolean };

const text = 'text/plain; charset=utf-8';
const bytes = 'application/octet-stream';

/** Whether a tree of this size has such a tile. */
const isIn = ({ level, index, width }: TilePlace, size: number): boolean => {
  const hashes = Math.floor(size / tileWidth ** (level === 'entries' ? 0 : level));
  return index * tileWidth + width <= hashes;
};

const tileBytes = async ({ proof }: ApiParts, place: TilePlace): Promise<Buffer | null> => {
  const { level, index, width } = place;
  if (level !== 'entries') return (await proof.tree.tile(level, index)).subarray(0, width * hashBytes);
  const events = await storedBundle(proof, index, width);
  return events?.length === width ? bundleOf(events.map(entryOf)) : null;
};

const answerTo = async (parts: ApiParts, path: string): Promise<Answer | null> => {
  if (path === 'keys.json')
    return { type: 'application/json', body: keyListText(await keysInOrder(parts.pool)), lasts: false };
  const newest = await newestCheckpoint(parts.pool);
  if (!newest) return null;
  if (path === 'checkpoint') return { type: text, body: newest.note, lasts: false };
  const place = tilePlaceOf(path);
  const body = place && isIn(place, newest.size) ? await tileBytes(parts, place) : null;
  return body && { type: bytes, body, lasts: true };
};

const callerOf = async ({ needs }: ApiParts, request: IncomingMessage, origin: Origin): Promise<Caller> => {
  const token = tokenOf(request);
  const known = token === null ? null : await authenticate(needs, token, origin);
  return known ?? { actor: { kind: 'anonymous', id: 'anonymous' }, role: null, signInId: null, origin };
};

const statusOf = (error: unknown): { status: number; message: string } | null => {
  if (error instanceof StoreUnavailable || isUnavailable(error))
    return { status: 503, message: 'The log cannot be reached. Read again in a moment.' };
  if (!(error instanceof Refusal)) return null;
  return { status: error.code === 'access.sign_in_required' ? 401 : 403, message: refusals[error.code] };
};

/** Serves `checkpoint`, `keys.json`, `tile/...` and `tile/entries/...` below where it is mounted. */
export const tlog = (parts: ApiParts, originOf: (request: IncomingMessage) => Origin) => {
  const serve = async (request: Request, response: Response): Promise<void> => {
    allow(await callerOf(parts, request, originOf(request)), 'readProof');
    const found = await answerTo(parts, request.path.slice(1));
    if (!found) return void response.status(404).type('text').send('The log has no such file, or none yet.\n');
    response.setHeader('cache-control', found.lasts ? 'private, max-age=31536000, immutable' : 'no-store');
    response.setHeader('content-type', found.type).send(found.body);
  };
  const router = express.Router();
  router.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return void response.setHeader('allow', 'GET, HEAD').status(405).type('text').send('Only reading is possible.\n');
    }
    serve(request, response).catch((error: unknown) => {
      const known = statusOf(error);
      if (!known) return next(error);
      response.setHeader('cache-control', 'no-store').status(known.status).type('text').send(`${known.message}\n`);
    });
  });
  return router;
};
