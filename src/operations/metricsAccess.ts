// Who may read the metrics: this machine itself, or who knows the token.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Asking, isFromThisMachine } from '../api/clientSide.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

const knowsToken = (authorization: string | undefined, token: string | null): boolean => {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return token !== null && given !== undefined && timingSafeEqual(sha256(given), sha256(token));
};

/**
 * Whether a request may read the metrics: it brings the token, or its socket's peer is this machine and nothing says
 * that it asks for somebody else. Addresses that headers claim count for nothing here.
 */
export const mayReadMetrics = (request: Asking, token: string | null): boolean =>
  knowsToken(request.headers.authorization, token) || isFromThisMachine(request);

/** Answers a request that may not. */
export const refuseMetrics = (response: ServerResponse): void => {
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(
    'Metrics are for this machine itself, asked without a proxy, and for whoever sends "Authorization: Bearer ..." ' +
      'with the token that HANSARD_METRICS_TOKEN sets on the server.\n',
  );
};
