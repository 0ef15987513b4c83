// How a request left its client: from which address, over HTTPS or not, to which host. Proxies tell, and only those
// that we trust are believed (QUALITY §2, IP lists).
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { isLoopback, isWithin, plainAddress, type Subnet } from '../subnets.ts';

export type Asking = { headers: IncomingMessage['headers']; socket: { remoteAddress?: string | undefined } };

/** What proxies say about the one they ask for (RFC 7239, RFC 9110 §7.6.3, and what came before them). */
const forwarding = /^(forwarded|via|x-forwarded(-.+)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/**
 * Whether the socket's peer is this machine and nothing says that it asks for somebody else. Addresses that headers
 * claim count for nothing here.
 */
export const isFromThisMachine = ({ headers, socket }: Asking): boolean => {
  return isLoopback(socket.remoteAddress ?? '') && !Object.keys(headers).some((name) => forwarding.test(name));
};

export type ClientSide = {
  /** One spelling per address; empty where the socket has none. */
  address: string;
  encrypted: boolean;
  /** Name and port as the client asked for them, in lower case. */
  host: string;
};

export type ClientSideOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientSide;

const listOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Some proxies add the port they were asked from, and then put IPv6 into brackets. */
const withoutPort = (text: string): string =>
  /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;

/**
 * Reads the hops from the right, where the nearest one stands: each is believed so long as the one who names it is
 * trusted. What no address can be read from ends the walk, and the last hop that is known stands for the client.
 */
const walk = (peer: string, named: readonly string[], trusted: readonly Subnet[]) => {
  let address = peer;
  let hops = 0;
  for (const name of ['', ...named].reverse()) {
    if (!isWithin(address, trusted)) break;
    hops += 1;
    const next = plainAddress(withoutPort(name));
    if (next === null) break;
    address = next;
  }
  return { address, hops };
};

/** What the outermost trusted hop said: each hop adds one value at the right, or passes on what it got. */
const saidBy = (hops: number, values: readonly string[]): string | undefined =>
  hops === 0 ? undefined : values[Math.max(0, values.length - hops)];

/**
 * Makes the reader for one list of trusted hops. `X-Forwarded-For`, `-Proto` and `-Host` count where the socket's peer
 * is trusted and say nothing otherwise; `Forwarded` and others like `X-Real-IP` say nothing ever.
 */
export const clientSideBehind =
  (trusted: readonly Subnet[]): ClientSideOf =>
  ({ headers, socket }) => {
    const peer = plainAddress(socket.remoteAddress ?? '') ?? '';
    const { address, hops } = walk(peer, listOf(headers['x-forwarded-for']), trusted);
    const protocol = saidBy(hops, listOf(headers['x-forwarded-proto']));
    const host = saidBy(hops, listOf(headers['x-forwarded-host'])) ?? headers.host ?? '';
    return {
      address,
      encrypted: protocol === undefined ? socket instanceof TLSSocket : protocol.toLowerCase() === 'https',
      host: host.toLowerCase(),
    };
  };
