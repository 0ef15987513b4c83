import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';

const token = 'read-by-the-watcher';

describe('/metrics', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { HANSARD_METRICS_TOKEN: token } });
  });
  afterAll(() => stack.stop());

  const ask = (headers: Record<string, string> = {}) => fetch(`${stack.url}/metrics`, { headers });
  const figure = async (name: string): Promise<number> => {
    const text = await (await ask()).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };

  test('tells the figures of both processes in one text that Prometheus reads', async () => {
    const response = await ask();
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^hansard_projection_lag_ms\{projection="\w+"\} \d/m);
    assert.match(text, /^hansard_media_up 1$/m);
    assert.match(text, /^hansard_media_workers 1$/m);
    assert.match(text, /^hansard_media_resident_memory_bytes [1-9]\d+$/m);
    const named = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    assert.equal(new Set(named).size, named.length); // A name told twice would void the whole text.
    assert.ok(text.split('\n').every((line) => line === '' || /^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? \S+)$/.test(line)));
  });

  test('counts what the media process refuses', async () => {
    const socket = new WebSocket(`${stack.url.replace('http', 'ws')}/signalling`);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    socket.send('no JSON');
    await eventually('the refusal', async () =>
      /^hansard_media_refused_total\{reason="bad_message"\} 1$/m.test(await (await ask()).text()),
    );
    assert.equal(await figure('hansard_media_sockets'), 1);
    socket.close();
    await eventually('no socket', async () => (await figure('hansard_media_sockets')) === 0);
  });

  test('is closed to a proxy on this machine, and says who may ask', async () => {
    const response = await ask({ 'x-forwarded-for': '127.0.0.1' });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /HANSARD_METRICS_TOKEN/);
    const bearer = (text: string) => ({ 'x-forwarded-for': '192.0.2.7', authorization: `Bearer ${text}` });
    assert.equal((await ask(bearer('wrong'))).status, 403);
    assert.equal((await ask(bearer(token))).status, 200);
  });

  test('says that the media process is gone, and goes on', async () => {
    await stack.kill('media', 'SIGKILL');
    assert.equal(await figure('hansard_media_up'), 0);
    assert.ok((await figure('process_resident_memory_bytes')) > 0);
    await stack.start('media');
    assert.equal(await figure('hansard_media_up'), 1);
  });
});
