// How long the body of a request may be on its way. Node.js has one limit for all requests of a server, and an upload
// over a slow line needs another one.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type BodyTimes = {
  /** For all of a body, unless it is an upload. */
  wholeMs: number;
  /** Between two pieces of an upload. */
  idleMs: number;
  /** For all of an upload. */
  uploadMs: number;
};

/** At 40 kB/s the longest file that is taken arrives in time. */
export const bodyTimes: BodyTimes = { wholeMs: 30_000, idleMs: 30_000, uploadMs: 2 * 60 * 60_000 };

const limits = new WeakMap<IncomingMessage, NodeJS.Timeout>();

const limit = (request: IncomingMessage, timeoutMs: number, act: () => void): NodeJS.Timeout => {
  const timer = setTimeout(act, timeoutMs);
  const clear = () => clearTimeout(timer);
  request.once('end', clear).once('close', clear);
  return timer;
};

/** As Node.js does it. A response without a socket waits for the one before it on the same connection. */
const hangUp = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.complete) return;
  if (!response.headersSent) response.socket?.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  request.socket.destroySoon();
};

export const limitBodyTime =
  ({ wholeMs }: BodyTimes) =>
  (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    limits.set(
      request,
      limit(request, wholeMs, () => hangUp(request, response)),
    );
    next();
  };

/** The body of a request that may take longer than others, as long as it keeps moving. */
export const uploaded = (
  request: IncomingMessage,
  response: ServerResponse,
  { idleMs }: BodyTimes,
): AsyncIterable<Uint8Array> => {
  clearTimeout(limits.get(request));
  const idle = limit(request, idleMs, () => {
    // What waits to be read is no fault of whoever sends.
    if (request.readableLength > 0) idle.refresh();
    else hangUp(request, response);
  });
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      idle.refresh();
      yield piece as Uint8Array;
    }
  };
  return pieces();
};
