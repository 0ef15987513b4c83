// The built pages: hashed files cached for ever, HTML with a fresh nonce each time.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Response, type Router } from 'express';

const yearSeconds = 31_536_000;

/** The content security policy of a document with this nonce. */
export const policy = (nonce: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const sendPage = async (root: string, file: string, response: Response): Promise<void> => {
  const nonce = randomBytes(16).toString('base64url');
  const html = await readFile(join(root, file), 'utf8');
  response
    .status(200)
    .setHeader('content-security-policy', policy(nonce))
    .setHeader('cache-control', 'no-store')
    .type('html')
    .send(html.replaceAll('__NONCE__', nonce));
};

/** Which page belongs to which path: admin, room, and the portal for everything else. */
export const pageOf = (path: string): string => {
  if (path === '/admin' || path.startsWith('/admin/')) return 'admin.html';
  return /^\/c\/[^/]+\/room\/?$/.test(path) ? 'room.html' : 'portal.html';
};

export const pages = (root: string): Router => {
  const router = express.Router();
  const served = express.static(root, { index: false, immutable: true, maxAge: yearSeconds * 1000, redirect: false });
  router.use(
    '/assets',
    express.static(join(root, 'assets'), { immutable: true, maxAge: yearSeconds * 1000, fallthrough: false }),
  );
  router.use((request, response, next) =>
    /\.(html|json)$/.test(request.path) ? next() : served(request, response, next),
  );
  router.get(/.*/, (request, response, next) => {
    sendPage(root, pageOf(request.path), response).catch(next);
  });
  return router;
};
