// Takes checkpoints of other servers; the signature of a known log is all the right it takes.
import express, { type Request, type Response } from 'express';

/** Keeps a checkpoint, or says why not. */
export type KeepCheckpoint = (note: string) => Promise<'kept' | 'unknown' | 'differs'>;

const noteBytesMax = '64kb';
const answers = {
  kept: { status: 200, text: 'Kept.\n' },
  unknown: { status: 403, text: 'None of the logs known here signed this.\n' },
  differs: { status: 409, text: 'Another checkpoint of this size is kept here: another history was signed.\n' },
};

/** Serves POST where it is mounted; where no log is known there is nothing. */
export const witness = (keep: KeepCheckpoint | null) => {
  const router = express.Router();
  if (!keep) return router;
  router.post('/', express.text({ limit: noteBytesMax }), (request: Request, response: Response, next) => {
    const { body } = request as { body: unknown };
    keep(typeof body === 'string' ? body : '')
      .then((outcome) => response.status(answers[outcome].status).type('text').send(answers[outcome].text))
      .catch(next);
  });
  return router;
};
