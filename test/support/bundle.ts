// One browser script out of TypeScript sources, and a server for a page with it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';

/** Bundles `entry` into one classic script. */
export const bundled = async (entry: string): Promise<string> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'page' } },
  });
  const first = Array.isArray(built) ? built[0] : built;
  if (!first || !('output' in first)) throw new Error('vite answered with a watcher instead of a bundle');
  return first.output[0].code;
};

/** Serves one empty page with the script on a free port of 127.0.0.1, where browsers allow cameras. */
export const servePage = async (script: string): Promise<{ url: string; close: () => Promise<void> }> => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const safe = script.replaceAll('</script', '<\\/script');
    response.end(`<!doctype html><link rel="icon" href="data:,"><body><script>${safe}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
