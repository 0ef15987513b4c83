import { describe, test } from 'vitest';
import type { ParkedEventEvent, ReadModelRebuildEvent } from '../../src/domain/processes/events.ts';
import { parkedEvent } from '../../src/domain/processes/parkedEvent.ts';
import { readModelRebuild } from '../../src/domain/processes/readModelRebuild.ts';
import { anna, at, given, id, now } from './given.ts';

const past = given(parkedEvent);
const eventId = id(70);
const place = {
  eventId,
  type: 'AccountDeactivated',
  stream: `account-${anna}`,
  revision: 3,
  position: '0000000000000000042',
  correlationId: id(71),
};
const parkedFor = (reason: string): ParkedEventEvent => ({
  type: 'EventParked',
  data: { ...place, reason, parkedAt: at },
});
const parked = parkedFor('no luck');
const retried: ParkedEventEvent = { type: 'ParkedEventRetried', data: { eventId, retriedAt: at } };
const settled: ParkedEventEvent = { type: 'ParkedEventSettled', data: { eventId, settledAt: at } };
const park = { type: 'ParkEvent' as const, data: { ...place, reason: 'no luck' } };
const retry = { type: 'RetryParkedEvent' as const, data: { eventId } };
const settle = { type: 'SettleParkedEvent' as const, data: { eventId } };

describe('a parked event', () => {
  test('is parked once', () => {
    past().when(park).then(parked);
    past(parked).when(park).nothing();
  });
  test('is tried again when somebody says so, and once at a time', () => {
    past(parked).when(retry).then(retried);
    past(parked, retried).when(retry).nothing();
  });
  test('whose retry was lost with its server is tried again a minute later', () => {
    const later = new Date(now.getTime() + 60_000);
    past(parked, retried)
      .when(retry, anna, later)
      .then({ type: 'ParkedEventRetried', data: { eventId, retriedAt: later.toISOString() } });
  });
  test('is parked again where the retry fails, for the reason it failed for then', () => {
    const again = { ...park, data: { ...park.data, reason: 'worse' } };
    past(parked, retried).when(again).then(parkedFor('worse'));
    past(parked, retried, parkedFor('worse')).when(retry).then(retried);
  });
  test('is settled by a retry that went well, and by nothing else', () => {
    past(parked, retried).when(settle).then(settled);
    past(parked).when(settle).nothing();
    past(parked, retried, settled).when(settle).nothing();
  });
  test('that is none cannot be tried again', () => {
    past().when(retry).refused('process.not_parked');
    past(parked, retried, settled).when(retry).refused('process.not_parked');
  });
});

describe('a rebuild of read models', () => {
  const rebuildId = id(80);
  const rebuilds = given(readModelRebuild);
  const request = { type: 'RequestRebuild' as const, data: { rebuildId, readModels: ['accounts', 'rooms'] } };
  const requested: ReadModelRebuildEvent = { type: 'RebuildRequested', data: { ...request.data, requestedAt: at } };
  const done = {
    rebuildId,
    readModel: 'rooms',
    tables: [{ table: 'room', rows: 3, unfounded: 0, lost: 0, different: 1 }],
  };
  const rebuilt: ReadModelRebuildEvent = { type: 'ReadModelRebuilt', data: { ...done, endedAt: at } };
  const record = { type: 'RecordRebuilt' as const, data: done };
  const why = { rebuildId, readModel: 'accounts', reason: 'no luck' };

  test('is asked for once under its id', () => {
    rebuilds().when(request).then(requested);
    rebuilds(requested).when(request).refused('read_model.rebuild_exists');
  });
  test('ends once for each read model, and only for those that were asked for', () => {
    rebuilds(requested).when(record).then(rebuilt);
    rebuilds(requested, rebuilt).when(record).nothing();
    rebuilds().when(record).nothing();
    rebuilds(requested)
      .when({ type: 'RecordRebuilt', data: { ...done, readModel: 'others' } })
      .nothing();
  });
  test('that fails says why', () => {
    rebuilds(requested, rebuilt)
      .when({ type: 'RecordRebuildFailed', data: why })
      .then({ type: 'ReadModelRebuildFailed', data: { ...why, endedAt: at } });
  });
});
