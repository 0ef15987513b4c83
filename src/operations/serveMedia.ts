// The role `media`: the SFU, fed by the log and reporting to it.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { recordMediaFact } from '../commands/mediaFacts.ts';
import { verifyTicket } from '../commands/tickets.ts';
import type { Config } from '../config.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { type SessionEvent, sessionEvents } from '../domain/sessions/events.ts';
import { generalSettings } from '../domain/settings/settings.ts';
import { OpenSessions } from '../media/feed.ts';
import { type MediaPlane, startMediaPlane } from '../media/plane.ts';
import { followLogDetail } from './logDetail.ts';
import type { DetailedLog } from './logging.ts';
import { serveMediaMetrics } from './mediaMetrics.ts';
import { signallingTargets } from './mediaNodes.ts';
import { joinNodes } from './nodeRegistry.ts';
import { databaseOf, type OpenLog, openLog, type Sources } from './openLog.ts';
import { untilTrue } from './processes.ts';
import { watchReading } from './recordReading.ts';

const categories = ['session'];
const drainTimeoutMs = 5_000;
const moveTimeoutMs = 2_000;
const recordTimeoutMs = 10_000;

const sessionEvent = (event: Recorded<Fact>): Recorded<SessionEvent> => ({ ...event, ...sessionEvents.parse(event) });

/** All events of the sessions that still want something, as of the last position read. */
const openSessions = async ({ store, codec }: OpenLog) => {
  const open = new OpenSessions();
  let position: string | null = null;
  for await (const stored of store.readAll({ filter: { categories } })) {
    position = stored.position;
    const [opened] = await codec.decode([stored]);
    if (opened) open.take(sessionEvent(opened.event));
  }
  return { position, sessions: open.events };
};

export type Running = { stop: () => Promise<void> };

export const serveMedia = async (config: Config, sources: Sources, log: DetailedLog): Promise<Running> => {
  const opened = await openLog(config, sources, log);
  const ticketKey = await opened.needs.vault.secret('ticket');
  const { listenIp, port } = config.rtc;
  const { announcedAddress } = (await opened.needs.executor.load(generalSettings, 'general')).state;
  const announced = announcedAddress || config.rtc.announced;
  const workers = config.mediaWorkers ?? availableParallelism();
  let started: MediaPlane | null = null;
  const plane = await startMediaPlane({
    node: config.node,
    now: sources.now,
    newSecret: () => randomBytes(32).toString('base64url'),
    listen: config.signalling,
    http: serveMediaMetrics(() => started?.stats() ?? null, config.metricsToken),
    rtc: {
      listenIp,
      ...(port === 0 ? {} : { portMin: port, portMax: port + 2 * workers }),
      ...(announced ? { announcedAddress: announced } : {}),
    },
    ...(config.turn ? { turn: config.turn } : {}),
    ...(config.workerBin ? { workerBin: config.workerBin } : {}),
    workers,
    sessions: {
      open: () => openSessions(opened),
      subscribe: async function* (after, signal) {
        for await (const batch of opened.feed(after, categories, signal)) {
          yield { ...batch, events: batch.events.map(sessionEvent) };
        }
      },
    },
    report: (fact) => recordMediaFact(opened.needs.executor, config.node, fact),
    verifyTicket: (ticket) => Promise.resolve(verifyTicket(ticketKey, ticket, sources.now())),
    log: (level, fields, message) => log[level](message, fields),
  });
  started = plane;
  // What an earlier life of this node had is told from what it is given now by having read the record first.
  if (!(await untilTrue(() => plane.stats().recordLive, recordTimeoutMs))) log.warn('the record is not read yet');
  const reading = watchReading(opened.store);
  const registry = await joinNodes({
    connection: databaseOf(config),
    newId: sources.newId,
    self: {
      name: config.node,
      roles: ['media'],
      signalling: { host: config.signalling.host, port: plane.port },
      load: () => plane.stats().legs + plane.stats().placed,
      reads: reading.now,
    },
    log: (message, fields) => log.warn(message, fields),
    replaced: () => process.kill(process.pid, 'SIGTERM'), // Two of one name would both take what is placed on it.
  });
  log.info('media plane ready', { port: plane.port, workers });
  const stopping = new AbortController();
  const following = followLogDetail(opened, log, stopping.signal);
  const others = () => signallingTargets(registry).some(({ node }) => node !== config.node);
  return {
    stop: async () => {
      // Where another node can have them, sessions are placed anew before their people are told to come back.
      if (others()) {
        await registry.leave();
        await untilTrue(() => plane.stats().legs === 0, moveTimeoutMs);
      }
      await plane.drain(drainTimeoutMs);
      await plane.close();
      stopping.abort();
      reading.stop();
      await following;
      await registry.close();
      await opened.close();
    },
  };
};
