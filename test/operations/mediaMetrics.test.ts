import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'vitest';
import { fetchMediaMetrics, serveMediaMetrics } from '../../src/operations/mediaMetrics.ts';

const token = 'abcdefghijklmnop';
const stats = {
  placed: 1,
  sessions: 1,
  legs: 2,
  transports: 4,
  producers: 3,
  consumers: 3,
  sockets: 2,
  pendingSockets: 0,
  workers: 2,
  workerDeaths: 1,
  workerPids: [12, 13],
  factsWaiting: 0,
  factsDropped: 0,
  recordLive: true,
  refused: { flood: 5, hello_timeout: 1 },
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const listening = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return [{ node: 'm', host: '127.0.0.1', port: (server.address() as AddressInfo).port }];
};
const up = (text: string) => /^hansard_media_up (\d)$/m.exec(text)?.[1];

describe('the figures of a media process', () => {
  test('are fetched from it, after the word that it is up', async () => {
    const text = await fetchMediaMetrics(await listening(serveMediaMetrics(() => stats, null)), null);
    assert.equal(up(text), '1');
    for (const line of [
      'hansard_media_legs 2',
      'hansard_media_worker_deaths_total 1',
      'hansard_media_record_live 1',
      'hansard_media_refused_total{reason="flood"} 5',
      'hansard_media_refused_total{reason="hello_timeout"} 1',
    ]) {
      assert.ok(text.split('\n').includes(line), line);
    }
  });

  test('of several processes bear the name of the node', async () => {
    const [one] = await listening(serveMediaMetrics(() => stats, null));
    assert.ok(one);
    const gone = { node: 'three', host: '127.0.0.1', port: 1 };
    const text = await fetchMediaMetrics([one, { ...one, node: 'two' }, gone], null);
    const lines = text.split('\n');
    for (const line of [
      'hansard_media_up{node="m"} 1',
      'hansard_media_up{node="three"} 0',
      'hansard_media_legs{node="m"} 2',
      'hansard_media_legs{node="two"} 2',
      'hansard_media_refused_total{node="two",reason="flood"} 5',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.equal(lines.filter((line) => line.startsWith('# TYPE hansard_media_legs ')).length, 1);
  });

  test('are told to nobody else', async () => {
    const [{ port } = { port: 0 }] = await listening(serveMediaMetrics(() => stats, token));
    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
    const proxied = { 'x-forwarded-for': '192.0.2.7' };
    const refused = await ask('/metrics', { headers: proxied });
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /HANSARD_METRICS_TOKEN/);
    const told = await ask('/metrics', { headers: { ...proxied, authorization: `Bearer ${token}` } });
    assert.equal(told.status, 200);
    assert.equal((await ask('/metrics', { method: 'POST' })).status, 405);
    assert.equal((await ask('/')).status, 404);
  });

  test.each<[string, RequestListener]>([
    ['has not started yet', serveMediaMetrics(() => null, null)],
    ['wants a token that we do not have', (_, response) => void response.writeHead(403).end('No')],
    ['never answers', () => undefined],
    ['says too much', (_, response) => void response.end('x'.repeat(100_000))],
    ['sends us elsewhere', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
  ])('are left out of a process that %s', async (_, listener) => {
    assert.match(await fetchMediaMetrics(await listening(listener), token), /hansard_media_up 0\n$/);
  });

  test('are left out where nothing listens', async () => {
    assert.equal(up(await fetchMediaMetrics([{ node: 'm', host: '127.0.0.1', port: 1 }], null)), '0');
    assert.equal(up(await fetchMediaMetrics([], null)), '0');
  });
});
