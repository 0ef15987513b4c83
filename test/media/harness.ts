// A media plane over a scripted record, and clients in it; everything is closed by `close`.
import { randomBytes, randomUUID } from 'node:crypto';
import type { MediaFact } from '../../src/media/facts.ts';
import { type MediaPlane, type MediaPlaneNeeds, startMediaPlane } from '../../src/media/plane.ts';
import type { OutputOf } from '../../src/media/protocol.ts';
import { eventually } from '../support/eventually.ts';
import { mediasoupWorkerBin } from '../support/mediasoupWorker.ts';
import { opus, RawClient } from './rawClient.ts';
import { SessionScript } from './sessionScript.ts';

export type Guest = {
  client: RawClient;
  participantId: string;
  legId: string;
  ticket: string;
  welcome: OutputOf<'hello'>;
};

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export class Harness {
  readonly script = new SessionScript();
  readonly #planes = new Set<MediaPlane>();
  readonly #clients: RawClient[] = [];
  #ssrc = 1000;

  /** Starts a plane on the record; several are like a process and its successor. */
  async start(needs: Partial<MediaPlaneNeeds> = {}): Promise<MediaPlane> {
    const plane = await startMediaPlane({
      node: 'test-node',
      now: () => new Date(),
      newSecret: () => randomBytes(32).toString('base64url'),
      listen: { host: '127.0.0.1', port: 0 },
      http: (_, response) => void response.writeHead(404).end(),
      rtc: { listenIp: '127.0.0.1' },
      workerBin: mediasoupWorkerBin(),
      workers: 1,
      sessions: this.script.feed,
      report: this.script.report,
      verifyTicket: (ticket) => Promise.resolve(this.script.ticket(ticket)),
      log: () => undefined,
      ...needs,
    });
    this.#planes.add(plane);
    await eventually('the plane to have read the record', () => plane.stats().recordLive);
    this.script.taking();
    return plane;
  }

  async connect(plane: MediaPlane): Promise<RawClient> {
    const client = await RawClient.open(plane.port);
    this.#clients.push(client);
    return client;
  }

  /** Joins on the record and says hello. */
  async enter(plane: MediaPlane, sessionId: string, participantId: string = randomUUID()): Promise<Guest> {
    const { ticket, legId } = this.script.join(sessionId, participantId);
    const client = await this.connect(plane);
    const welcome = await client.request('hello', { ticket });
    return { client, participantId, legId, ticket, welcome };
  }

  /** Sends a microphone; answers with its producer id. */
  async speak({ client }: Guest): Promise<string> {
    const { transportId } = await client.request('createTransport', { direction: 'send' });
    this.#ssrc += 1;
    const rtpParameters = opus(this.#ssrc);
    const { producerId } = await client.request('produce', {
      transportId,
      source: 'microphone',
      kind: 'audio',
      rtpParameters,
    });
    return producerId;
  }

  /** Waits for a fact of a kind. */
  fact<Kind extends MediaFact['kind']>(kind: Kind): Promise<Extract<MediaFact, { kind: Kind }>> {
    const is = (fact: MediaFact): fact is Extract<MediaFact, { kind: Kind }> => fact.kind === kind;
    return eventually(`a fact ${kind}`, () => this.script.facts.find(is));
  }

  kinds(): string[] {
    return this.script.facts.map(({ kind }) => kind);
  }

  /** Closes everything and waits until the workers are gone. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    const pids = [...this.#planes].flatMap((plane) => plane.stats().workerPids);
    await Promise.all([...this.#planes].map((plane) => plane.close()));
    await eventually('the end of the workers', () => !pids.some(alive));
  }
}
