// Clients that can reach nothing but the relay: a real coturn, its own client, and real browsers.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { MediaPlane } from '../../src/media/plane.ts';
import { type IceServer, iceServersFor } from '../../src/media/turn.ts';
import { startCoturn, type TestCoturn } from '../support/coturn.ts';
import { Harness } from './harness.ts';
import { meetInBrowsers } from './meetingPair.ts';

const hourMs = 3_600_000;

describe('the relay', () => {
  const harness = new Harness();
  let coturn: TestCoturn;
  let plane: MediaPlane;
  let url: string;

  beforeAll(async () => {
    coturn = await startCoturn();
    url = `turn:127.0.0.1:${coturn.port}?transport=udp`;
    plane = await harness.start({ turn: { urls: [url], secret: coturn.secret } });
  });
  afterAll(async () => {
    await harness.close();
    await coturn.stop();
  });

  /** Allocates twice at the relay and sends two packets from one to the other; answers what its client printed. */
  const allocate = (
    { username, credential }: IceServer,
    peer: string[] = ['-y'],
  ): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      const args = ['-u', username, '-w', credential, '-n', '2', '-m', '1', '-c', ...peer];
      execFile(
        '/usr/bin/turnutils_uclient',
        [...args, '-p', String(coturn.port), '127.0.0.1'],
        { timeout: 20_000 },
        (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, said: out + err }),
      );
    });
  const only = (servers: IceServer[]): IceServer => {
    const [server] = servers;
    assert.ok(server && servers.length === 1);
    return server;
  };

  test('lets in whoever a leg was told to, for some hours', async () => {
    const guest = await harness.enter(plane, harness.script.start());
    const { transportId, iceServers } = await guest.client.request('createTransport', { direction: 'send' });
    const server = only(iceServers);
    assert.deepEqual(server.urls, [url]);
    assert.match(server.username, new RegExp(`^\\d{10}:${guest.legId}$`));
    const { code, said } = await allocate(server);
    assert.equal(code, 0, said);
    assert.match(said, /tot_send_msgs=4, tot_recv_msgs=4/);
    const again = only((await guest.client.request('restartIce', { transportId })).iceServers);
    assert.equal((await allocate(again)).code, 0);
  });

  test('lets in nobody else, nor anybody when the time is over', async () => {
    const relay = { urls: [url], secret: coturn.secret };
    const mine = only(iceServersFor(relay, 'leg', new Date()));
    const late = only(iceServersFor(relay, 'leg', new Date(Date.now() - 13 * hourMs)));
    const stretched = { ...mine, username: mine.username.replace(/^\d/, '9') };
    const guessed = only(iceServersFor({ ...relay, secret: 'another secret of the same sort' }, 'leg', new Date()));
    for (const bad of [late, stretched, guessed]) {
      const { code, said } = await allocate(bad);
      assert.notEqual(code, 0);
      assert.match(said, /Cannot complete Allocation/);
    }
  });

  test('leads to the media nodes and nowhere else', async () => {
    const mine = only(iceServersFor({ urls: [url], secret: coturn.secret }, 'leg', new Date()));
    const { said } = await allocate(mine, ['-e', '127.0.0.2']);
    assert.match(said, /error 403/);
  });

  test('is not spoken of where there is none', async () => {
    const elsewhere = new Harness();
    try {
      const { client } = await elsewhere.enter(await elsewhere.start(), elsewhere.script.start());
      const { iceServers } = await client.request('createTransport', { direction: 'send' });
      assert.deepEqual(iceServers, []);
    } finally {
      await elsewhere.close();
    }
  });

  test('carries a meeting of browsers that have no other way', async () => {
    const script = `window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(config) { super({ ...config, iceTransportPolicy: 'relay' }); }
    }`;
    await meetInBrowsers(harness, plane, script, () => {
      assert.match(coturn.log(), /ALLOCATE processed, success/);
      return Promise.resolve();
    });
  });
});
