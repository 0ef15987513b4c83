// The server log as a text, for whoever has to be sent it.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response } from 'express';
import { allow } from '../commands/access.ts';
import { authenticate } from '../commands/signIn.ts';
import { Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import type { ApiParts } from './context.ts';
import type { Transport } from './graphql.ts';
import type { JournalLine } from './journals.ts';
import { tokenOf } from './sessionCookie.ts';

/** One line of text; what a message or field says cannot begin another one. */
const textOf = ({ at, level, node, roles, message, fields }: JournalLine): string => {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  const who = `${node} ${roles.join(',')}`;
  return `${at.toISOString()} ${level.toUpperCase().padEnd(5)} ${who}: ${JSON.stringify(message).slice(1, -1)}${rest}\n`;
};

const textsOf = async function* (lines: AsyncIterable<JournalLine>): AsyncGenerator<string> {
  for await (const line of lines) yield textOf(line);
};

/** `GET /server-log`: all of it, the newest line first. */
export const serverLogDownload = (parts: ApiParts, transport: Pick<Transport, 'origin' | 'log'>): express.Router => {
  const { needs, journals, readings } = parts;
  const send = async (request: Request, response: Response): Promise<void> => {
    const token = tokenOf(request);
    const caller = token === null ? null : await authenticate(needs, token, transport.origin(request));
    if (!caller) throw new Refusal('access.sign_in_required');
    allow(caller, 'readServerLog');
    readings.history(caller, 'serverLog', needs.serverId);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.setHeader('content-disposition', 'attachment; filename="hansard-server-log.txt"');
    response.setHeader('cache-control', 'no-store');
    await pipeline(Readable.from(textsOf(journals.all())), response);
  };
  const router = express.Router();
  router.get('/server-log', (request, response, next) => {
    send(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      if (!(error instanceof Refusal)) return next(error);
      const status = error.code === 'access.sign_in_required' ? 401 : 403;
      response.status(status).type('text').send(`${refusals[error.code]}\n`);
    });
  });
  return router;
};
