// The HTTP server: pages, GraphQL, health, metrics, and the way through to the media process.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { mayAdministerFrom } from '../commands/adminAccess.ts';
import type { Subnet } from '../subnets.ts';
import { type BodyTimes, limitBodyTime } from './bodyTime.ts';
import { type ClientSideOf, clientSideBehind, isFromThisMachine } from './clientSide.ts';
import { configurationBytesMax, configurationFiles } from './configurationFiles.ts';
import type { ApiParts } from './context.ts';
import { exportDownloads } from './exports/download.ts';
import { graphqlHandler, type Transport } from './graphql.ts';
import { pageOf, pages } from './pages.ts';
import { serverLogDownload } from './serverLog.ts';
import { sharedStreams } from './sharedStreams.ts';
import { type MediaTarget, type PassedOn, proxySignalling } from './signallingProxy.ts';
import { tlog } from './tlog.ts';
import { type KeepCheckpoint, witness } from './witness.ts';

export type ApiOptions = {
  /** `reusePort`: others may listen there too (SO_REUSEPORT, socket(7)). */
  listen: { host: string; port: number; reusePort: boolean };
  /** PEM texts; absent means plain HTTP. */
  tls: { key: string; cert: string } | null;
  /** Whose `X-Forwarded-*` headers are believed. */
  trustedProxies: readonly Subnet[];
  media: MediaTarget;
  webRoot: string;
  newId: () => string;
  bodyTimes: BodyTimes;
  log: Transport['log'];
  /** Told of every request; names and times, and nothing that was sent. */
  detail: Transport['detail'];
  /** Keeps checkpoints of other servers; null where none are known. */
  witness: KeepCheckpoint | null;
  /** Why the server is not ready, or null. */
  notReady: () => Promise<string | null>;
  metrics: () => Promise<{ contentType: string; body: string }>;
  /** Judged by the socket's peer and the headers as they came. */
  mayReadMetrics: (request: IncomingMessage) => boolean;
  refuseMetrics: (response: ServerResponse) => void;
};

const userAgentMax = 400;
const bodyBytesMax = 256 * 1024;

/** Browsers treat pages from this machine as secure. */
const isLocal = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);

const transportOf = ({ log, detail }: ApiOptions, clientSideOf: ClientSideOf): Transport => ({
  origin: (request) => {
    const agent = request.headers['user-agent'] ?? '';
    return { displayName: '', ip: clientSideOf(request).address, userAgent: agent.slice(0, userAgentMax) };
  },
  encrypted: (request) => clientSideOf(request).encrypted,
  secure: (request) => {
    const { encrypted, host } = clientSideOf(request);
    return encrypted || isLocal(host);
  },
  // The name too, or a page of another site could have its own name lead here (DNS rebinding).
  local: (request) => isFromThisMachine(request) && isLocal((request.headers.host ?? '').toLowerCase()),
  log,
  detail,
});

/**
 * Keeps the dashboard from whoever comes from an address that nobody may administer from. While nobody can say what the
 * settings are, the page is sent: there is nothing in it, and each of its questions is judged by itself.
 */
const guardDashboard =
  ({ needs }: ApiParts, clientSideOf: ClientSideOf) =>
  async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (pageOf(request.path) !== 'admin.html') return next();
    const { address } = clientSideOf(request);
    if (await mayAdministerFrom(needs, address).catch(() => true)) return next();
    response
      .status(403)
      .type('text')
      .send(
        `This server cannot be administered from your address (${address}).\nUse another one, or have an administrator ` +
          'add yours under Access. At the server itself: ./hansard access --allow ADDRESS\n\n' +
          `Von Ihrer Adresse (${address}) aus kann dieser Server nicht verwaltet werden.\nVerwenden Sie eine andere, ` +
          'oder lassen Sie Ihre von einem Administrator unter Zugang eintragen. Am Server selbst: ' +
          './hansard access --allow ADRESSE\n',
      );
  };

/** Other sites cannot set this header without asking first, and we never allow them (QUALITY §2, sessions). */
const requireOwnHeader = (request: Request, response: Response, next: NextFunction): void => {
  if (request.headers['x-hansard'] !== undefined) return next();
  response.status(403).json({ errors: [{ message: 'Send the header "x-hansard: 1" with every request to the API.' }] });
};

/** Links, images and forms of other sites can make a browser send anything else than a POST of JSON. */
const takeOnlyJson = (request: Request, response: Response, next: NextFunction): void => {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST').status(405);
    response.json({ errors: [{ message: 'Ask with POST.' }] });
  } else if (!request.is('application/json')) {
    response.status(415).json({ errors: [{ message: 'Send content-type: application/json.' }] });
  } else next();
};

const limitBody =
  (bytesMax: number) =>
  (request: Request, response: Response, next: NextFunction): void => {
    if (request.headers['transfer-encoding'] !== undefined) {
      response.status(411).json({ errors: [{ message: 'Say how long the request is: send a content-length.' }] });
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) <= bytesMax) return next();
    response.status(413).json({ errors: [{ message: `A request has at most ${bytesMax} bytes.` }] });
  };

const tellRequests =
  ({ detail }: ApiOptions) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const begunMs = performance.now();
    const { method, path } = request;
    response.once('finish', () => {
      const tookMs = Math.round(performance.now() - begunMs);
      detail('request', { method, path: path.slice(0, 200), status: response.statusCode, tookMs });
    });
    next();
  };

const health = (options: ApiOptions): express.Router => {
  const router = express.Router();
  router.get('/livez', (_request, response) => {
    response.type('text').send('ok\n');
  });
  router.get('/readyz', (_request, response, next) => {
    options
      .notReady()
      .then((reason) =>
        response
          .status(reason === null ? 200 : 503)
          .type('text')
          .send(`${reason ?? 'ready'}\n`),
      )
      .catch(next);
  });
  router.get('/metrics', (request, response, next) => {
    if (!options.mayReadMetrics(request)) return options.refuseMetrics(response);
    options
      .metrics()
      .then(({ contentType, body }) => response.setHeader('content-type', contentType).send(body))
      .catch(next);
  });
  return router;
};

const application = (parts: ApiParts, options: ApiOptions, clientSideOf: ClientSideOf): RequestListener => {
  const app = express();
  app.disable('x-powered-by');
  app.use(limitBodyTime(options.bodyTimes));
  // Pages set their own policy with a nonce; everything else needs none at all.
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
      },
      // Our own certificate is one that people have to accept first, which this header would forbid them for good.
      strictTransportSecurity: false,
      crossOriginEmbedderPolicy: false,
    }),
  );
  app.use(health(options));
  app.use(tellRequests(options));
  const transport = transportOf(options, clientSideOf);
  const { yoga, run, fault } = graphqlHandler(parts, transport);
  app.use(serverLogDownload(parts, transport));
  app.use(exportDownloads(parts, transport, parts.exports, options.newId));
  app.use('/graphql', requireOwnHeader, limitBody(bodyBytesMax), takeOnlyJson);
  app.use('/configuration', requireOwnHeader, limitBody(configurationBytesMax));
  app.use(configurationFiles(parts, transport, options.bodyTimes));
  app.use('/graphql/shared', express.json({ limit: bodyBytesMax }), sharedStreams(run, fault));
  app.use((request, response, next) => {
    if (request.path !== '/graphql' && request.path !== '/graphql/stream') return next();
    // Yoga answers its own errors; what rejects here is a connection that broke.
    Promise.resolve(yoga(request, response)).catch(next);
  });
  app.use(guardDashboard(parts, clientSideOf));
  app.use('/tlog', tlog(parts, transport.origin));
  app.use('/witness', witness(options.witness));
  app.use(pages(options.webRoot));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status < 500)
      return void response.status(status).type('text').send('Not found\n');
    options.log('request failed', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    response.status(500).type('text').send('Something went wrong on the server. Its log says what it was.\n');
  });
  return app as RequestListener;
};

export type ApiServer = {
  port: number;
  /** Signalling that goes through this process now. */
  passedOn: ReadonlySet<PassedOn>;
  close: () => Promise<void>;
};

/** Starts listening; rejects where the port cannot be had. */
export const startApi = async (parts: ApiParts, options: ApiOptions): Promise<ApiServer> => {
  const clientSideOf = clientSideBehind(options.trustedProxies);
  const app = application(parts, options, clientSideOf);
  const server: Server = options.tls === null ? createHttpServer(app) : createHttpsServer(options.tls, app);
  const passedOn = new Set<PassedOn>();
  server.on('upgrade', proxySignalling(options.media, clientSideOf, passedOn));
  // Nothing may take longer than this; how long most may take is limited by the application.
  server.requestTimeout = options.bodyTimes.uploadMs;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    passedOn,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Streams end when told; whoever has not gone after a second is cut off.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
};
