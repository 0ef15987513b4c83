// Fetching a prepared export: a GET under the session of whoever prepared it. It changes nothing but the record, which
// tells of each download.
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response } from 'express';
import type { Caller } from '../../commands/access.ts';
import { signedManifest } from '../../commands/proof.ts';
import { noteReportExported, type OpenExport, openReportExport } from '../../commands/reportExports.ts';
import { authenticate } from '../../commands/signIn.ts';
import { Refusal } from '../../domain/kernel.ts';
import { refusals } from '../../domain/refusals.ts';
import type { ReadPool } from '../../projections/readDatabase.ts';
import { stateOfRows } from '../../projections/reportState.ts';
import type { ApiParts } from '../context.ts';
import type { Transport } from '../graphql.ts';
import { isId } from '../schema/shared.ts';
import { tokenOf } from '../sessionCookie.ts';
import { encoderOf } from './encodings.ts';
import type { ExportProgress } from './progress.ts';
import { exportBytes, type Written } from './write.ts';

const atOnceMax = 4;
const goneCode = 'ERR_STREAM_PREMATURE_CLOSE';

const say = (response: Response, status: number, text: string): void =>
  void response.status(status).type('text').send(`${text}\n`);

/** Leaves out what the client has already. */
const after = async function* (bytes: AsyncGenerator<Buffer, void>, had: number): AsyncGenerator<Buffer, void> {
  let rest = had;
  for await (const piece of bytes) {
    if (rest >= piece.length) rest -= piece.length;
    else {
      yield rest === 0 ? piece : piece.subarray(rest);
      rest = 0;
    }
  }
};

/** Rows of events and messages never change; those of calls do while they run. */
const isSteady = ({ report }: OpenExport): boolean => report !== 'calls';

/** The same as long as the file would be, byte for byte; so it holds on every node and after a restart. */
const etagOf = async (pool: ReadPool, version: string, { exportId, report }: OpenExport): Promise<string> => {
  const state = await stateOfRows(pool, report);
  return `"${createHash('sha256').update(`${version} ${exportId} ${state}`).digest('base64url')}"`;
};

/** From which byte on the client asks by the standard's way; null for the whole, which is also what else it may ask. */
const rangeOf = ({ headers: { range, 'if-range': condition } }: Request, etag: string): number | null => {
  const [, from] = /^bytes=(\d{1,15})-$/.exec(range ?? '') ?? [];
  return from === undefined || (condition !== undefined && condition !== etag) ? null : Number(from);
};

const lengthOf = async (bytes: AsyncGenerator<Buffer, void>, closed: () => boolean): Promise<number> => {
  let length = 0;
  for await (const piece of bytes) {
    if (closed()) throw Object.assign(new Error('The client is gone'), { code: goneCode });
    length += piece.length;
  }
  return length;
};

const headers = (response: ServerResponse, { exportId, report, format }: OpenExport): void => {
  const csv = format.kind === 'csv';
  const type = csv ? `text/csv; charset=${encoderOf(format.encoding).charset}; header=present` : 'application/x-ndjson';
  response.setHeader('content-type', type);
  response.setHeader('content-disposition', `attachment; filename="${report}-${exportId.slice(-12)}.${format.kind}"`);
  response.setHeader('cache-control', 'no-store');
};

const statusOf: Record<string, number> = {
  'access.sign_in_required': 401,
  'access.denied': 403,
  'report.export_not_found': 404,
  'report.export_over': 410,
  'event_store.unavailable': 503,
};

/**
 * Says from which byte on the answer is, and sets its head; null where there is none so far on. A range needs the whole
 * length, so the file is made once to measure it, and once to be sent: `?from=BYTES` begins at once.
 */
const beginning = async (
  request: Request,
  response: Response,
  etag: () => Promise<string>,
  bytes: () => AsyncGenerator<Buffer, void>,
): Promise<number | null> => {
  const tag = await etag();
  response.setHeader('etag', tag);
  response.setHeader('accept-ranges', 'bytes');
  const from = rangeOf(request, tag);
  if (from === null) return Number(request.query['from'] ?? '0');
  const length = await lengthOf(bytes(), () => response.closed);
  const now = await etag();
  if (now !== tag) {
    // What changed while it was measured would not fit to what the client has.
    response.setHeader('etag', now);
    return 0;
  }
  if (from >= length) {
    response.setHeader('content-range', `bytes */${length}`);
    return null;
  }
  response.status(206);
  response.setHeader('content-range', `bytes ${from}-${length - 1}/${length}`);
  response.setHeader('content-length', length - from);
  return from;
};

/**
 * `GET /exports/ID`: the file. With `?from=BYTES`, or with `Range: bytes=N-`, it goes on after what is there already, but
 * for calls, whose rows may have changed. Nothing of it is ever written to a disk here.
 */
export const exportDownloads = (
  parts: ApiParts,
  transport: Pick<Transport, 'origin' | 'log'>,
  progress: ExportProgress,
  newId: () => string,
): express.Router => {
  const { needs, pool } = parts;

  const deliver = async (request: Request, response: Response, caller: Caller, open: OpenExport): Promise<void> => {
    const { exportId } = open;
    let written: Written = progress.begin(exportId);
    let outcome: 'completed' | 'cancelled' | 'failed' = 'cancelled';
    try {
      const bytes = () => exportBytes(pool, open, written, (manifest) => signedManifest(needs, manifest));
      const etag = () => etagOf(pool, parts.version, open);
      const begin = isSteady(open) ? await beginning(request, response, etag, bytes) : 0;
      if (begin === null) {
        outcome = 'completed';
        return say(response, 416, 'There is nothing from this byte on.');
      }
      headers(response, open);
      written = progress.begin(exportId);
      await pipeline(Readable.from(after(bytes(), begin)), response);
      outcome = 'completed';
    } catch (error) {
      // Whoever went is not a fault of ours; anything else is, and the file ends short, which its client sees.
      if ((error as { code?: unknown }).code !== goneCode) {
        outcome = 'failed';
        transport.log('export failed', { exportId, reason: error instanceof Error ? error.message : String(error) });
        if (!response.headersSent) say(response, 500, 'The export failed. Try again in a moment.');
      }
    } finally {
      progress.end(exportId);
      const sha256 = outcome === 'completed' ? written.sha256 : null;
      await noteReportExported(needs, caller, open, { rows: written.rows, outcome, sha256 }, newId());
    }
  };

  const send = async (request: Request, response: Response): Promise<void> => {
    const token = tokenOf(request);
    const caller = token === null ? null : await authenticate(needs, token, transport.origin(request));
    if (!caller) throw new Refusal('access.sign_in_required');
    const exportId = String(request.params['id']).toLowerCase();
    if (!isId(exportId)) throw new Refusal('report.export_not_found');
    const open = await openReportExport(needs, caller, exportId);
    const from = String(request.query['from'] ?? '0');
    if (!/^\d{1,15}$/.test(from)) return say(response, 400, 'Say from which byte on: ?from=BYTES.');
    if (from !== '0' && !isSteady(open)) {
      return say(response, 400, 'This export cannot go on where it stopped: calls change. Begin it anew.');
    }
    if (progress.running() >= atOnceMax) return say(response, 503, 'Too many exports run. Try again in a moment.');
    await deliver(request, response, caller, open);
  };

  const router = express.Router();
  router.get('/exports/:id', (request, response, next) => {
    send(request, response).catch((error: unknown) => {
      if (response.headersSent) return transport.log('export not on the record', { reason: String(error) });
      if (!(error instanceof Refusal)) return next(error);
      say(response, statusOf[error.code] ?? 400, refusals[error.code]);
    });
  });
  return router;
};
