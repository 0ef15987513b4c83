// The WebSocket side: sockets, their limits, frames turned into requests. Nothing a client sends throws past here.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Outbox } from './leg.ts';
import type { MediaLimits } from './limits.ts';
import {
  answerFrame,
  type CloseCause,
  errorFrame,
  noticeFrame,
  parseRequest,
  type Request,
  SignallingError,
} from './protocol.ts';

/** What stands behind a socket once its hello was accepted. `answer` is null when it has been sent already. */
export type Seat = { answer: (request: Request) => Promise<string | null>; lost: () => void };

/** Port 0 takes a free one; with `anyPort` so does one that another program uses. */
export type SignallingListen = { host: string; port: number; anyPort?: boolean };

export type SignallingNeeds = {
  listen: SignallingListen;
  /** Answers what is no WebSocket. */
  http: RequestListener;
  limits: MediaLimits;
  now: () => Date;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
  /** Judges a hello and sends the welcome itself, before any notice can; throws SignallingError to refuse it. */
  hello: (request: Extract<Request, { method: 'hello' }>, outbox: Outbox) => Promise<Seat>;
  refused: (reason: string) => void;
};

// 4000-4999 are free for applications (RFC 6455 §7.4.2); the cause itself is in the last message.
const closedByUs = 4000;

class Connection implements Outbox {
  readonly #socket: WebSocket;
  readonly #needs: SignallingNeeds;
  #seat: Seat | null = null;
  #greeted = false;
  #queued = 0;
  #tail: Promise<void> = Promise.resolve();
  #tokens: number;
  #filledAt: number;
  #answersPing = true;
  readonly #helloTimer: NodeJS.Timeout;

  constructor(socket: WebSocket, needs: SignallingNeeds) {
    this.#socket = socket;
    this.#needs = needs;
    this.#tokens = needs.limits.messagesBurst;
    this.#filledAt = needs.now().getTime();
    this.#helloTimer = setTimeout(() => this.#refuse('hello_timeout'), needs.limits.helloTimeoutMs);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#answersPing = true;
    });
    // An oversized or malformed frame; `ws` closes the socket itself, 'close' follows.
    socket.on('error', () => needs.refused('bad_frame'));
    socket.on('close', () => {
      clearTimeout(this.#helloTimer);
      this.#seat?.lost();
    });
  }

  get pending(): boolean {
    return this.#seat === null;
  }

  send(frame: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#needs.limits.outboxBytesMax) {
      this.#needs.refused('slow_reader');
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frame);
  }

  close(cause: CloseCause): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(noticeFrame('closed', { cause }));
    this.#socket.close(closedByUs, cause);
    // A peer that does not answer the close must not keep the socket.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  /** Drops a peer that did not answer the last ping. */
  ping(): void {
    if (!this.#answersPing) this.#socket.terminate();
    this.#answersPing = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #refuse(cause: 'flood' | 'hello_timeout'): void {
    this.#needs.refused(cause);
    this.close(cause);
  }

  #takeToken(): boolean {
    const { messagesPerSecond, messagesBurst } = this.#needs.limits;
    const now = this.#needs.now().getTime();
    const earned = (Math.max(0, now - this.#filledAt) / 1000) * messagesPerSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(messagesBurst, this.#tokens + earned) - 1;
    return this.#tokens >= 0;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (!this.#takeToken() || this.#queued >= this.#needs.limits.requestsQueuedMax) {
      this.#refuse('flood');
      return;
    }
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString('utf8');
    const parsed = parseRequest(text);
    this.#queued += 1;
    // Requests of one socket are answered in order, one at a time.
    this.#tail = this.#tail.then(async () => {
      try {
        if ('error' in parsed) throw parsed.error;
        await this.#answer(parsed.request);
      } catch (error) {
        this.#fail(parsed.id, error);
      } finally {
        this.#queued -= 1;
      }
    });
  }

  #fail(requestId: number | null, error: unknown): void {
    const said =
      error instanceof SignallingError ? error : new SignallingError('unavailable', 'Something went wrong here');
    if (said !== error) this.#needs.log('error', { error }, 'A signalling request failed');
    this.#needs.refused(said.code);
    this.send(errorFrame(requestId, said));
  }

  async #answer(request: Request): Promise<void> {
    if (request.method === 'hello') {
      await this.#greet(request);
    } else if (this.#seat) {
      const frame = await this.#seat.answer(request);
      if (frame !== null) this.send(frame);
    } else if (request.method === 'ping') {
      this.send(answerFrame(request.id, 'ping', {}));
    } else {
      throw new SignallingError('wrong_state', 'Say hello first');
    }
  }

  async #greet(request: Extract<Request, { method: 'hello' }>): Promise<void> {
    if (this.#greeted) throw new SignallingError('wrong_state', 'One hello per socket');
    this.#greeted = true;
    clearTimeout(this.#helloTimer);
    try {
      this.#seat = await this.#needs.hello(request, this);
    } catch (error) {
      this.#fail(request.id, error);
      this.#socket.close(closedByUs);
      return;
    }
    // The client may have gone away while we were asking the record.
    if (this.#socket.readyState !== this.#socket.OPEN) this.#seat.lost();
  }
}

export type Signalling = {
  port: number;
  stats: () => { sockets: number; pending: number };
  close: () => Promise<void>;
};

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Rejects when the port cannot be had: the WebSocket server passes errors on. */
const listening = async (server: WebSocketServer, http: Server, { host, port, anyPort }: SignallingListen) => {
  try {
    http.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    if (!anyPort || !isTaken(error)) throw error;
    http.listen({ host, port: 0 });
    await once(server, 'listening');
  }
};

/** Listens on `/signalling`. Tickets, not cookies, open the door; Origin is checked where browsers arrive. */
export const listenForSignalling = async (needs: SignallingNeeds): Promise<Signalling> => {
  const { limits, listen } = needs;
  const connections = new Set<Connection>();
  const http = createServer(needs.http);
  http.requestTimeout = http.headersTimeout = limits.helloTimeoutMs;
  const server = new WebSocketServer({
    server: http,
    path: '/signalling',
    maxPayload: limits.messageBytesMax,
    perMessageDeflate: false,
  });
  const pending = () => [...connections].filter((connection) => connection.pending).length;
  server.on('connection', (socket) => {
    if (connections.size >= limits.socketsMax || pending() >= limits.pendingSocketsMax) {
      needs.refused('too_many_sockets');
      socket.on('error', () => needs.refused('bad_frame'));
      socket.close(1013); // Try again later.
      return;
    }
    const connection = new Connection(socket, needs);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  await listening(server, http, listen);
  server.on('error', (error) => needs.log('error', { error }, 'The signalling listener failed'));
  const pinger = setInterval(() => {
    for (const connection of connections) connection.ping();
  }, limits.pingMs);
  return {
    port: (http.address() as AddressInfo).port,
    stats: () => ({ sockets: connections.size, pending: pending() }),
    close: async () => {
      clearInterval(pinger);
      server.close();
      const closed = new Promise((resolve) => http.close(resolve));
      for (const connection of connections) connection.terminate();
      http.closeAllConnections();
      await closed;
    },
  };
};
