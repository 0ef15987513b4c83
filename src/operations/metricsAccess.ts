// Who may read the metrics: this machine itself, or who knows the token.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import ipaddr from 'ipaddr.js';

/** What proxies say about the one they ask for (RFC 7239, RFC 9110 §7.6.3, and what came before them). */
const forwarding = /^(forwarded|via|x-forwarded(-.+)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

const knowsToken = (authorization: string | undefined, token: string | null): boolean => {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return token !== null && given !== undefined && timingSafeEqual(sha256(given), sha256(token));
};

type Asking = { headers: IncomingMessage['headers']; socket: { remoteAddress?: string | undefined } };

/**
 * Whether a request may read the metrics: it brings the token, or its socket's peer is this machine and nothing says
 * that it asks for somebody else. Addresses that headers claim count for nothing here.
 */
export const mayReadMetrics = ({ headers, socket }: Asking, token: string | null): boolean =>
  knowsToken(headers.authorization, token) ||
  (isLoopback(socket.remoteAddress) && !Object.keys(headers).some((name) => forwarding.test(name)));

/** Answers a request that may not. */
export const refuseMetrics = (response: ServerResponse): void => {
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(
    'Metrics are for this machine itself, asked without a proxy, and for whoever sends "Authorization: Bearer ..." ' +
      'with the token that HANSARD_METRICS_TOKEN sets on the server.\n',
  );
};
