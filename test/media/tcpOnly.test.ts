// People whose network lets no UDP out: their media goes over TCP (RFC 6544), to the same port.
import { strict as assert } from 'node:assert';
import type { Page } from 'playwright-core';
import { afterAll, test } from 'vitest';
import { Harness } from './harness.ts';
import { meetInBrowsers } from './meetingPair.ts';

const harness = new Harness();
afterAll(() => harness.close());

/** Keeps the connections of a page, to ask them which way they took, and leaves out addresses that `lost` matches. */
const watching = (lost: RegExp): string => `
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config) { super(config); window.connections.push(this); }
    setRemoteDescription({ type, sdp }) {
      const lines = sdp.split('\\r\\n').filter((line) => !${lost}.test(line));
      return super.setRemoteDescription({ type, sdp: lines.join('\\r\\n') });
    }
  };`;

/** By which protocol each connection of a page reached the server; those that never did are left out. */
const protocolsOf = (page: Page): Promise<string[]> =>
  page.evaluate(`Promise.all(window.connections.map(async (connection) => {
    const rows = [...(await connection.getStats()).values()];
    const pair = rows.find(({ type, state }) => type === 'candidate-pair' && state === 'succeeded');
    return rows.filter(({ id }) => id === pair?.remoteCandidateId).map(({ protocol }) => protocol);
  })).then((all) => all.flat())`);

test('two browsers whose UDP does not get through see each other', async () => {
  const plane = await harness.start();
  await meetInBrowsers(harness, plane, watching(/^a=candidate:.* udp /i), async (pages) => {
    for (const page of pages) assert.deepEqual(await protocolsOf(page), ['tcp', 'tcp']);
  });
});

test('two browsers whose UDP gets through take it', async () => {
  const plane = await harness.start();
  await meetInBrowsers(harness, plane, watching(/^a=nothing/), async (pages) => {
    for (const page of pages) assert.deepEqual(await protocolsOf(page), ['udp', 'udp']);
  });
});
