import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'vitest';
import type { Caller } from '../../src/commands/access.ts';
import type { Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { type EventStore, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { readings } from '../../src/commands/readings.ts';
import { openReportExport, prepareReportExport } from '../../src/commands/reportExports.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { memoryVault } from '../support/memoryVault.ts';

const callerOf = (role: Caller['role']): Caller => ({
  actor: { kind: 'account', id: randomUUID() },
  role,
  signInId: randomUUID(),
  origin: { displayName: 'X', ip: '192.0.2.1', userAgent: 'test' },
});
const auditor = callerOf('security_admin');

const world = () => {
  let time = Date.parse('2026-03-01T12:00:00Z');
  let down = false;
  const now = () => new Date(time);
  const memory = memoryEventStore({ now });
  const store: EventStore = {
    ...memory,
    append: (...args) => (down ? Promise.reject(new StoreUnavailable('down')) : memory.append(...args)),
  };
  const vault = memoryVault();
  const codec = codecOf(vault, vocabularies);
  const needs: Needs = {
    executor: executor({ store, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) }),
    vault,
    passwords: { hash: () => Promise.reject(new Error('unused')), verify: () => Promise.resolve(false) },
    now,
    serverId: randomUUID(),
    signInLifetimeMs: 60_000,
    media: noMediaNodes,
  };
  return {
    needs,
    pass: (minutes: number) => void (time += minutes * 60_000),
    setDown: (is: boolean) => void (down = is),
    types: async () => (await Array.fromAsync(memory.readAll())).map(({ type }) => type),
  };
};

describe('an export', () => {
  test('is open for an hour, for its reader alone', async () => {
    const { needs, pass } = world();
    const exportId = randomUUID();
    const selected = { report: 'events' as const, filter: {}, upTo: null };
    const call = { caller: auditor, commandId: randomUUID() };
    await prepareReportExport(needs, call, { exportId, format: { kind: 'ndjson' } }, selected);
    pass(60);
    assert.equal((await openReportExport(needs, auditor, exportId)).report, 'events');
    const other = openReportExport(needs, callerOf('admin'), exportId);
    await assert.rejects(other, { code: 'report.export_not_found' });
    await assert.rejects(openReportExport(needs, callerOf(null), exportId), { code: 'access.denied' });
    pass(1);
    await assert.rejects(openReportExport(needs, auditor, exportId), { code: 'report.export_over' });
  });
});

describe('readings', () => {
  test('that cannot be written do not hold up anybody, and are written when they can be', async () => {
    const { needs, setDown, types } = world();
    const lost: string[] = [];
    const { searched, history, close } = readings(needs, randomUUID, (message) => lost.push(message));
    setDown(true);
    searched(auditor, 'events', { search: 'x' });
    searched(auditor, 'events', { search: 'x' });
    history(auditor, 'account', randomUUID());
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await types(), []);
    setDown(false);
    await close();
    assert.deepEqual(await types(), ['ReportSearched', 'HistoryRead']);
    assert.deepEqual(lost, []);
  });
  test('are noted once by all nodes together, again after half an hour', async () => {
    const { needs, pass, types } = world();
    const nodes = [1, 2].map(() => readings(needs, randomUUID, assert.fail));
    const read = async () => {
      for (const { searched } of nodes) searched(auditor, 'chat', {});
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await read();
    pass(29);
    await read();
    assert.equal((await types()).length, 1);
    pass(1);
    await read();
    assert.equal((await types()).length, 2);
    await Promise.all(nodes.map(({ close }) => close()));
  });
});
