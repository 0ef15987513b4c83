// Hands the browser's WebSocket upgrade on `/signalling?node=…&session=…` to that media node, so that one origin serves
// everything.
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Notification } from '../media/protocol.ts';
import type { ClientSideOf } from './clientSide.ts';

const connectTimeoutMs = 2_000;
const headerBytesMax = 16_384;
const closeTimeoutMs = 1_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** A page of another origin must not open sockets in its visitor's name; programs send no Origin at all. */
const sameOrigin = (request: IncomingMessage, clientSideOf: ClientSideOf): boolean => {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === clientSideOf(request).host;
};

/** The request line and headers as they came, for the media process to answer. */
const headOf = ({ method, url, httpVersion, rawHeaders }: IncomingMessage): string => {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
  );
  return `${[`${method ?? 'GET'} ${url ?? '/'} HTTP/${httpVersion}`, ...lines].join('\r\n')}\r\n\r\n`;
};

const doors = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: headerBytesMax });
const moved: Notification = { notice: 'closed', data: { cause: 'moved' } };

/**
 * Takes the socket just to say that the node is gone, as the node itself would have: a browser does not tell its page
 * why it was refused, and the page should ask for a new ticket instead of trying the same door again.
 */
const sayMoved = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
  doors.handleUpgrade(request, socket, head, (opened) => {
    opened.on('error', () => opened.terminate());
    opened.send(JSON.stringify(moved));
    opened.close(4000, 'moved');
    setTimeout(() => opened.terminate(), closeTimeoutMs).unref();
  });

/** Where the signalling of a session on a media node is passed on. */
export const signallingPathTo = (node: string, sessionId: string): string =>
  `/signalling?${new URLSearchParams({ node, session: sessionId }).toString()}`;

/** Where a media node serves signalling, or any where none is named; null where it is not known to run. */
export type MediaTarget = (node: string | null) => { host: string; port: number } | null;

/** A socket that is passed on to a media node, for the session that its client has named. */
export type PassedOn = { node: string; sessionId: string; cut: () => void };

/** `passedOn` is told of sockets that name node and session, and of their ends. */
export const proxySignalling =
  (targetOf: MediaTarget, clientSideOf: ClientSideOf, passedOn: Set<PassedOn>) =>
  (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    if (pathname !== '/signalling') return refuse(socket, '404 Not Found');
    if (!sameOrigin(request, clientSideOf)) return refuse(socket, '403 Forbidden');
    const opening = headOf(request);
    if (opening.length > headerBytesMax) return refuse(socket, '431 Request Header Fields Too Large');
    const node = searchParams.get('node');
    const target = targetOf(node);
    if (!target && node !== null) return sayMoved(request, socket, head);
    if (!target) return refuse(socket, '503 Service Unavailable');
    const upstream = connect({ host: target.host, port: target.port, timeout: connectTimeoutMs });
    upstream.on('timeout', () => upstream.destroy(new Error('The media process does not answer')));
    upstream.on('error', () => refuse(socket, '503 Service Unavailable'));
    upstream.on('connect', () => {
      upstream.setTimeout(0);
      upstream.setNoDelay(true);
      upstream.write(opening);
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    const sessionId = searchParams.get('session');
    if (node === null || sessionId === null || !uuid.test(sessionId)) return;
    const passed: PassedOn = { node, sessionId, cut: () => socket.destroy() };
    passedOn.add(passed);
    socket.on('close', () => passedOn.delete(passed));
  };
