// Fetching a prepared export: a GET under the session of whoever prepared it. It changes nothing but the record, which
// tells of each download.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response } from 'express';
import { signedManifest } from '../../commands/proof.ts';
import { noteReportExported, type OpenExport, openReportExport } from '../../commands/reportExports.ts';
import { authenticate } from '../../commands/signIn.ts';
import { Refusal } from '../../domain/kernel.ts';
import { refusals } from '../../domain/refusals.ts';
import type { ApiParts } from '../context.ts';
import type { Transport } from '../graphql.ts';
import { isId } from '../schema/shared.ts';
import { tokenOf } from '../sessionCookie.ts';
import { encoderOf } from './encodings.ts';
import type { ExportProgress } from './progress.ts';
import { exportBytes, type Written } from './write.ts';

const atOnceMax = 4;

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
 * `GET /exports/ID`: the file. With `?from=BYTES` it goes on after what is there already, but for calls, whose rows may
 * have changed.
 */
export const exportDownloads = (
  parts: ApiParts,
  transport: Pick<Transport, 'origin' | 'log'>,
  progress: ExportProgress,
  newId: () => string,
): express.Router => {
  const { needs, pool } = parts;

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
    const written: Written = progress.begin(exportId);
    headers(response, open);
    let outcome: 'completed' | 'cancelled' | 'failed' = 'cancelled';
    try {
      const bytes = exportBytes(pool, open, written, (manifest) => signedManifest(needs, manifest));
      await pipeline(Readable.from(after(bytes, Number(from))), response);
      outcome = 'completed';
    } catch (error) {
      // Whoever went is not a fault of ours; anything else is, and the file ends short, which its client sees.
      if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        outcome = 'failed';
        transport.log('export failed', { exportId, reason: error instanceof Error ? error.message : String(error) });
      }
    } finally {
      progress.end(exportId);
      const sha256 = outcome === 'completed' ? written.sha256 : null;
      await noteReportExported(needs, caller, open, { rows: written.rows, outcome, sha256 }, newId());
    }
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
