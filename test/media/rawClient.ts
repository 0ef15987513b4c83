// A signalling client without manners: sends what a test wants and keeps whatever comes back.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type {
  CloseCause,
  InputOf,
  Method,
  Notice,
  NoticeOf,
  Notification,
  OutputOf,
  ServerMessage,
} from '../../src/media/protocol.ts';
import { eventually } from '../support/eventually.ts';

export class RawClient {
  readonly socket: WebSocket;
  readonly notices: Notification[] = [];
  readonly answers: Exclude<ServerMessage, Notification>[] = [];
  #lastId = 0;

  private constructor(port: number, path: string) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if ('notice' in message) this.notices.push(message);
      else this.answers.push(message);
    });
    this.socket.on('error', () => undefined); // Seen as a closed socket.
  }

  static async open(port: number, path = '/signalling'): Promise<RawClient> {
    const client = new RawClient(port, path);
    await once(client.socket, 'open');
    return client;
  }

  get closed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  /** What the server said last before it closed the socket. */
  get closeCause(): CloseCause | null {
    const last = this.notices.find((notification) => notification.notice === 'closed');
    return last?.data.cause ?? null;
  }

  async answerTo(id: number): Promise<Exclude<ServerMessage, Notification>> {
    return eventually(`an answer to ${id}`, () => this.answers.find((answer) => answer.id === id));
  }

  /** Sends any data under a method's name and answers with the error code. */
  async refusal(method: string, data: unknown): Promise<string | null> {
    this.#lastId += 1;
    this.socket.send(JSON.stringify({ id: this.#lastId, method, data }));
    const answer = await this.answerTo(this.#lastId);
    return answer.ok ? null : answer.error.code;
  }

  async request<Name extends Method>(method: Name, data: InputOf<Name>): Promise<OutputOf<Name>> {
    this.#lastId += 1;
    this.socket.send(JSON.stringify({ id: this.#lastId, method, data }));
    const answer = await this.answerTo(this.#lastId);
    if (!answer.ok) throw new Error(`${method}: ${answer.error.code} (${answer.error.message})`);
    return answer.data as OutputOf<Name>;
  }

  /** Waits for a notice of a kind, in any order, and takes it. */
  async notice<Name extends Notice>(name: Name): Promise<NoticeOf<Name>> {
    const found = await eventually(`a notice ${name}`, () => this.notices.find(({ notice }) => notice === name));
    this.notices.splice(this.notices.indexOf(found), 1);
    return found.data as NoticeOf<Name>;
  }

  async gone(): Promise<void> {
    await eventually('a closed socket', () => this.closed);
  }

  close(): void {
    this.socket.terminate();
  }
}

const header = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 };

/** What a browser would say it sends; nothing is ever sent in these tests. `ssrc` must differ per producer. */
export const opus = (ssrc: number): InputOf<'produce'>['rtpParameters'] => ({
  mid: String(ssrc),
  codecs: [
    { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [header],
  encodings: [{ ssrc }],
  rtcp: { cname: 'test', reducedSize: true },
});

export const vp8 = (ssrc: number): InputOf<'produce'>['rtpParameters'] => ({
  ...opus(ssrc),
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
});
