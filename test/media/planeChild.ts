// A media plane in a process of its own, for tests that kill it; the record lives in the parent.
import { randomBytes } from 'node:crypto';
import type { Recorded } from '../../src/domain/kernel.ts';
import type { SessionEvent } from '../../src/domain/sessions/events.ts';
import type { Ticket } from '../../src/media/admission.ts';
import { startMediaPlane } from '../../src/media/plane.ts';
import { eventually } from '../support/eventually.ts';

const waiting = new Map<number, (result: unknown) => void>();
let lastId = 0;

const ask = <T>(call: string, argument: unknown): Promise<T> =>
  new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, (result) => resolve(result as T));
    process.send?.({ id: lastId, call, argument });
  });

process.on('message', ({ id, result }: { id: number; result: unknown }) => {
  waiting.get(id)?.(result);
  waiting.delete(id);
});
process.on('disconnect', () => process.exit(0)); // The test is gone.

type Opened = { position: string | null; sessions: Recorded<SessionEvent>[] };
type Batch = { events: Recorded<SessionEvent>[]; position: string; caughtUp: boolean };

const [port, workerBin] = process.argv.slice(2);
const plane = await startMediaPlane({
  node: 'test-node',
  now: () => new Date(),
  newSecret: () => randomBytes(32).toString('base64url'),
  listen: { host: '127.0.0.1', port: Number(port) },
  http: (_, response) => void response.writeHead(404).end(),
  rtc: { listenIp: '127.0.0.1' },
  ...(workerBin ? { workerBin } : {}),
  workers: 1,
  sessions: {
    open: () => ask<Opened>('open', null),
    subscribe: async function* (after, signal) {
      for (let position = after; !signal.aborted; ) {
        const batch = await ask<Batch>('next', position);
        position = batch.position;
        yield batch;
      }
    },
  },
  report: (fact) => ask('report', fact),
  verifyTicket: (ticket) => ask<Ticket | null>('verify', ticket),
  log: () => undefined,
});
await eventually('the record', () => plane.stats().recordLive);
process.send?.({ id: 0, call: 'ready', argument: plane.port });
