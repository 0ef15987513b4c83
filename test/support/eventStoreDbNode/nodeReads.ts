// Read of the test node: pages and subscriptions, of a stream and of everything.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Faults } from './nodeAppends.ts';
import {
  caughtUpFrame,
  checkpointFrame,
  confirmationFrame,
  eventFrame,
  lastPositionFrame,
  nameOf,
  notFoundFrame,
  streamDeleted,
} from './nodeFrames.ts';
import type { Kept, NodeLog } from './nodeLog.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

const unknown = 2;
const windowDefault = 32;

const filterOf = (options: ReadReq.Options) => {
  const filter = options.getFilter();
  if (!filter) return null;
  const byType = filter.getEventType();
  const expression = byType ?? filter.getStreamIdentifier();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '');
  const matches = (text: string) =>
    prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  return {
    matches: (event: Kept) => matches(byType ? event.type : event.stream),
    checkpointEvery: (filter.getMax() || windowDefault) * (filter.getCheckpointintervalmultiplier() || 1),
  };
};

/** Where reading begins, as an index into `source`; 'end' behind its last event, null for a place that is none. */
type Start = {
  source: () => readonly Kept[];
  from: number | 'end' | null;
  /** The first index that is shown at all. */
  low: () => number;
  missing: string | null;
};

const startOf = (log: NodeLog, options: ReadReq.Options, subscribing: boolean): Start => {
  const stream = options.getStream();
  if (stream) {
    const name = nameOf(stream.getStreamIdentifier());
    const source = () => log.streamOf(name);
    const low = () => log.shownFrom(name);
    const missing = source().length <= low() ? name : null;
    if (stream.hasEnd()) return { source, from: 'end', low, missing };
    if (stream.hasStart()) return { source, from: 0, low, missing };
    return { source, from: Number(stream.getRevision()) + (subscribing ? 1 : 0), low, missing };
  }
  const all = options.getAll();
  const rest = { source: () => log.all, low: () => 0, missing: null };
  if (all?.hasEnd()) return { ...rest, from: 'end' };
  const place = all?.getPosition();
  if (!place) return { ...rest, from: 0 };
  const position = BigInt(place.getCommitPosition());
  if (position >= log.end()) return { ...rest, from: subscribing ? 'end' : null };
  const index = log.indexAt(position);
  return { ...rest, from: index === null ? null : index + (subscribing ? 1 : 0) };
};

const bufferedFramesMax = 500;

/** Settles once the caller has room for more. */
const send = async (call: Call, frame: ReadResp): Promise<void> => {
  if (call.cancelled || call.write(frame) || call.writableLength < bufferedFramesMax) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      call.off('drain', go).off('cancelled', go);
      resolve();
    };
    call.on('drain', go).on('cancelled', go);
  });
};

const fail = (call: Call, details: string) => call.emit('error', { code: unknown, details });

const page = async (
  call: Call,
  options: ReadReq.Options,
  faults: Faults,
  { source, from, low, missing }: Start,
): Promise<void> => {
  const backwards = options.getReadDirection() === 1;
  let left = Number(options.getCount());
  if (left === 0 || (from === 'end' && !backwards)) return void fail(call, 'Unexpected ReadStreamResult: Error');
  if (missing !== null) await send(call, notFoundFrame(missing));
  const events = source();
  const filter = filterOf(options);
  // Reading everything backwards begins before the position, reading a stream at the revision.
  const before = options.hasAll() && from !== 'end' ? 1 : 0;
  const last = events.length - 1;
  const forwardsFrom = (asked: number) => Math.max(asked, low());
  let index =
    from === null ? -1 : from === 'end' ? last : backwards ? Math.min(from - before, last) : forwardsFrom(from);
  for (const step = backwards ? -1 : 1; left > 0 && !call.cancelled; index += step) {
    const event = events[index];
    if (!event || index < low()) break;
    if (filter && !filter.matches(event)) continue;
    left -= 1;
    if (faults.slowReadMs > 0) await delay(faults.slowReadMs);
    await send(call, eventFrame(event));
  }
  // Who says that it knows this frame gets it at the end of the stream.
  const controls = (options.getControlOption()?.getCompatibility() ?? 0) > 0;
  if (controls && options.hasStream() && missing === null && !backwards && index > last) {
    await send(call, lastPositionFrame(last));
  }
  call.end();
};

let subscriptions = 0;

const subscription = async (call: Call, log: NodeLog, options: ReadReq.Options, start: Start): Promise<void> => {
  if (start.from === null) return void fail(call, 'Exception was thrown by handler.');
  subscriptions += 1;
  const filter = filterOf(options);
  let index = start.from === 'end' ? start.source().length : Math.max(start.from, start.low());
  let looked = 0;
  let caughtUp = false;
  const cancelled = once(call, 'cancelled');
  await send(call, confirmationFrame(String(subscriptions)));
  while (!call.cancelled) {
    const event = start.source()[index];
    if (event) {
      index += 1;
      looked += 1;
      if (!filter || filter.matches(event)) await send(call, eventFrame(event));
      if (filter && looked % filter.checkpointEvery === 0) await send(call, checkpointFrame(event.position));
      continue;
    }
    // For a stream that does not exist yet, a real node says so only after its first event.
    if (!caughtUp && (options.hasAll() || start.source().length > 0)) {
      caughtUp = true;
      await send(call, caughtUpFrame());
      continue;
    }
    await Promise.race([log.news(), cancelled]);
  }
};

export const read =
  (log: NodeLog, faults: Faults) =>
  (call: Call): void => {
    const options = call.request.getOptions();
    if (!options) return void fail(call, 'No options');
    const name = nameOf(options.getStream()?.getStreamIdentifier());
    if (log.isTombstoned(name)) return void call.emit('error', streamDeleted(name));
    const subscribing = options.hasSubscription();
    const start = startOf(log, options, subscribing);
    call.on('error', () => undefined); // The caller went away.
    void (subscribing ? subscription(call, log, options, start) : page(call, options, faults, start));
  };
