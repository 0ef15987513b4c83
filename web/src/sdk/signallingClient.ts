// One signalling socket: requests with answers, notifications, and knowing soon when the line is dead.
import type {
  CloseCause,
  ErrorCode,
  InputOf,
  Method,
  Notification,
  OutputOf,
  ServerMessage,
} from '../../../src/media/protocol.ts';

const answerTimeoutMs = 6_000;
const openTimeoutMs = 4_000;
const pingEveryMs = 3_000;
const pingTimeoutMs = 4_000;

type RefusedCode = ErrorCode | 'connection_lost' | 'moved';

/**
 * A request the server refused. `connection_lost` means that nobody knows whether it was carried out; `moved`, that the
 * session has another media node by now.
 */
export class RequestRefused extends Error {
  readonly code: RefusedCode;

  constructor(code: RefusedCode, message: string) {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
  }
}

type Pending = {
  resolve: (data: OutputOf<Method>) => void;
  reject: (error: RequestRefused) => void;
  timer: ReturnType<typeof setTimeout>;
};

type Handlers = {
  notice: (notification: Notification) => void;
  /** Once, when the socket is gone; `cause` is what the server said last, null when the line just broke. */
  gone: (cause: CloseCause | null) => void;
};

export class SignallingClient {
  readonly #socket: WebSocket;
  readonly #handlers: Handlers;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #cause: CloseCause | null = null;
  #gone = false;
  #pinger: ReturnType<typeof setInterval> | null = null;

  private constructor(socket: WebSocket, handlers: Handlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', () => this.close());
  }

  /** Opens a socket. Rejects when the server cannot be reached in time. */
  static open(url: string, handlers: Handlers): Promise<SignallingClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const fail = () => {
        clearTimeout(timer);
        socket.close();
        reject(new RequestRefused('connection_lost', 'The signalling server cannot be reached'));
      };
      const timer = setTimeout(fail, openTimeoutMs);
      socket.addEventListener('error', fail, { once: true });
      socket.addEventListener(
        'open',
        () => {
          clearTimeout(timer);
          socket.removeEventListener('error', fail);
          resolve(new SignallingClient(socket, handlers));
        },
        { once: true },
      );
    });
  }

  /** Asks and waits for the answer; rejects with RequestRefused. */
  request<Name extends Method>(
    method: Name,
    data: InputOf<Name>,
    timeoutMs = answerTimeoutMs,
  ): Promise<OutputOf<Name>> {
    // A socket that is closing has not told so yet.
    if (this.#gone || this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(this.#lost());
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<OutputOf<Method>>((resolve, reject) => {
      const timer = setTimeout(() => this.close(), timeoutMs); // A line that does not answer is dead.
      this.#pending.set(id, { resolve, reject, timer });
    });
    this.#socket.send(JSON.stringify({ id, method, data }));
    return answered as Promise<OutputOf<Name>>;
  }

  /** Notices a dead line by itself from now on, which TCP may take minutes for. */
  keepAlive(): void {
    this.#pinger ??= setInterval(() => {
      this.request('ping', {}, pingTimeoutMs).catch(() => undefined); // `gone` tells it better.
    }, pingEveryMs);
  }

  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.#pinger) clearInterval(this.#pinger);
    this.#socket.close();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(this.#lost());
    }
    this.#pending.clear();
    this.#handlers.gone(this.#cause);
  }

  #lost(): RequestRefused {
    return new RequestRefused(this.#cause === 'moved' ? 'moved' : 'connection_lost', 'The connection was lost');
  }

  #receive(frame: unknown): void {
    if (typeof frame !== 'string' || this.#gone) return;
    const message = JSON.parse(frame) as ServerMessage;
    if ('notice' in message) {
      if (message.notice === 'closed') this.#cause = message.data.cause;
      else this.#handlers.notice(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.ok) pending.resolve(message.data);
    else pending.reject(new RequestRefused(message.error.code, message.error.message));
  }
}
