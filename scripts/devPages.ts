// The pages straight from their sources: Vite in front, which loads what changed into open pages and passes everything
// else on to the server.
import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer, type Plugin } from 'vite';
import { pageOf, policy } from '../src/api/pages.ts';

export type DevPages = { close: () => Promise<void> };

/** Answers documents like the server does: with a fresh nonce each, and the same policy. */
const documents = (web: string): Plugin => ({
  name: 'hansard-documents',
  configureServer: (vite) => () => {
    vite.middlewares.use((request, response, next) => {
      const path = new URL(request.originalUrl ?? '/', 'http://local').pathname;
      const file = pageOf(path);
      const send = async () => {
        const html = await vite.transformIndexHtml(`/${file}`, await readFile(join(web, file), 'utf8'));
        const nonce = randomBytes(16).toString('base64url');
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader('content-security-policy', policy(nonce));
        response.setHeader('cache-control', 'no-store');
        response.end(html.replaceAll('__NONCE__', nonce));
      };
      send().catch(next);
    });
  },
});

/** Listens on `port` of 127.0.0.1; GraphQL, signalling and health go to the server at `serverPort`. */
export const serveDevPages = async (root: string, port: number, serverPort: number): Promise<DevPages> => {
  const web = join(root, 'web');
  const target = `http://127.0.0.1:${serverPort}`;
  const vite = await createServer({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    cacheDir: join(root, '.runtime', 'vite'),
    appType: 'custom',
    clearScreen: false,
    logLevel: 'warn',
    plugins: [documents(web)],
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      // A linked node_modules lies elsewhere.
      fs: { allow: [root, await realpath(join(root, 'node_modules'))] },
      proxy: Object.fromEntries(
        ['/graphql', '/livez', '/readyz', '/metrics', '/signalling'].map((path) => [
          path,
          { target, ws: path === '/signalling' },
        ]),
      ),
    },
  });
  await vite.listen();
  return { close: () => vite.close() };
};
