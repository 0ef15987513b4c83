// The media plane of one node: follows the session events, keeps the media in line with them, and reports what happens.
import type { RequestListener } from 'node:http';
import { Admission, type Ticket } from './admission.ts';
import { FactQueue, type MediaFact, type Reported } from './facts.ts';
import { DesiredState, type SessionFeed } from './feed.ts';
import { type MediaLimits, mediaLimits } from './limits.ts';
import { Reconciler } from './reconciler.ts';
import { listenForSignalling, type Signalling, type SignallingListen } from './signalling.ts';
import type { TurnRelay } from './turn.ts';
import { type RtcListen, WorkerPool } from './workers.ts';

export type MediaPlaneNeeds = {
  /** Name of this node on the record; one process per name. */
  node: string;
  now: () => Date;
  /** An unguessable string (256 bit), for the keys legs are resumed with. */
  newSecret: () => string;
  /** Where plain WebSocket signalling is served at `/signalling`. */
  listen: SignallingListen;
  /** Answers on the same port what is no WebSocket. */
  http: RequestListener;
  rtc: RtcListen;
  /** For clients that cannot reach `rtc`; none unless given. */
  turn?: TurnRelay;
  workerBin?: string;
  workers: number;
  sessions: SessionFeed;
  /** Records a fact through its command. Rejects when it should be tried again; repeats are harmless. */
  report: (fact: MediaFact) => Promise<Reported>;
  /** Checks signature and expiry; that a ticket is used once is seen to here. */
  verifyTicket: (ticket: string) => Promise<Ticket | null>;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
  limits?: Partial<MediaLimits>;
};

type MediaStats = {
  /** Sessions the record has here, and those of them that have media. */
  placed: number;
  sessions: number;
  legs: number;
  transports: number;
  producers: number;
  consumers: number;
  sockets: number;
  pendingSockets: number;
  workers: number;
  workerDeaths: number;
  workerPids: number[];
  factsWaiting: number;
  factsDropped: number;
  /** Whether the record can be read now; nobody new is admitted while it cannot. */
  recordLive: boolean;
  /** What was refused since the start, by error code or reason. */
  refused: Record<string, number>;
};

export type MediaPlane = {
  port: number;
  stats: () => MediaStats;
  /** Lets nobody in any more, tells clients to come back, puts all ends on the record; waits at most `timeoutMs`. */
  drain: (timeoutMs: number) => Promise<void>;
  /** Stops at once and waits until the workers' processes are gone. Idempotent. */
  close: () => Promise<void>;
};

type Parts = {
  reconciler: Reconciler;
  signalling: Signalling;
  workers: WorkerPool;
  facts: FactQueue;
  desired: DesiredState;
  refused: ReadonlyMap<string, number>;
};

const statsOf = ({ reconciler, signalling, workers, facts, desired, refused }: Parts): MediaStats => {
  const { rooms } = reconciler;
  const legs = rooms.flatMap((room) => [...room.legs.values()]);
  const count = (of: (leg: (typeof legs)[number]) => number) => legs.reduce((total, leg) => total + of(leg), 0);
  const { sockets, pending } = signalling.stats();
  const { pids, deaths } = workers.stats;
  return {
    placed: reconciler.placed,
    sessions: rooms.length,
    legs: legs.length,
    transports: count((leg) => leg.transports.size),
    producers: count((leg) => leg.producers.size),
    consumers: count((leg) => leg.consumers.size),
    sockets,
    pendingSockets: pending,
    workers: pids.length,
    workerDeaths: deaths,
    workerPids: pids,
    factsWaiting: facts.stats.waiting,
    factsDropped: facts.stats.dropped,
    recordLive: desired.live,
    refused: Object.fromEntries(refused),
  };
};

/** Starts the media plane. Rejects when a worker or the listener cannot start. */
export const startMediaPlane = async (deps: MediaPlaneNeeds): Promise<MediaPlane> => {
  const { node, now, newSecret, log, verifyTicket, listen, http } = deps;
  const limits: MediaLimits = { ...mediaLimits, ...deps.limits };
  const { workerBin, rtc, turn = null } = deps;
  const workers = await WorkerPool.start({ rtc, log, ...(workerBin ? { workerBin } : {}) }, deps.workers);
  const { factsQueuedMax: queuedMax, connectedLingerMs } = limits;
  const facts = new FactQueue({ report: deps.report, queuedMax, connectedLingerMs, log });
  const desired: DesiredState = new DesiredState({
    feed: deps.sessions,
    log,
    opened: () => reconciler.inherit(),
    changed: (sessionIds) => {
      for (const sessionId of sessionIds) reconciler.reconcile(sessionId);
    },
  });
  const reconciler = new Reconciler({ node, now, limits, workers, turn, desired, facts, log });
  const admission = new Admission({ node, now, newSecret, limits, desired, reconciler, verifyTicket });
  const refused = new Map<string, number>();
  const signalling = await listenForSignalling({
    listen,
    http,
    limits,
    now,
    log,
    hello: (request, outbox) => admission.hello(request, outbox),
    refused: (reason) => refused.set(reason, (refused.get(reason) ?? 0) + 1),
  }).catch(async (error: unknown) => {
    await workers.close();
    throw error;
  });
  desired.start();
  const ticker = setInterval(() => {
    if (desired.ready && !admission.draining) reconciler.reconcileAll();
    admission.prune();
  }, limits.tickMs);
  const sampler = setInterval(() => {
    for (const { legs } of reconciler.rooms) for (const leg of legs.values()) void leg.sample();
  }, limits.qualitySampleMs);

  const close = async () => {
    clearInterval(ticker);
    clearInterval(sampler);
    facts.close();
    await desired.close();
    await signalling.close();
    for (const room of reconciler.rooms) room.close('draining');
    await workers.close();
  };
  let closing: Promise<void> | null = null;
  return {
    port: signalling.port,
    stats: () => statsOf({ reconciler, signalling, workers, facts, desired, refused }),
    drain: async (timeoutMs) => {
      admission.draining = true;
      await reconciler.closeAll();
      const waiting = await facts.drained(timeoutMs);
      if (waiting > 0) log('warn', { waiting }, 'Some facts did not reach the record before the media plane stopped');
    },
    close: () => (closing ??= close()),
  };
};
