// `hansard serve --roles …`: one process with the roles it is given, stopped by SIGTERM.
import type { Config } from '../config.ts';
import { CannotStart } from './cannotStart.ts';
import { assertDatabaseAnswers } from './databaseAnswers.ts';
import { type DetailedLog, serverLog } from './logging.ts';
import { databaseOf, type Sources } from './openLog.ts';
import type { ServerRole } from './serveApi.ts';
import type { Running } from './serveMedia.ts';
import { collectSeldom, dropStartGarbage } from './serverHeap.ts';
import { version } from './version.ts';

const serverRoles: readonly string[] = ['api', 'projections', 'jobs'] satisfies ServerRole[];
const isServerRole = (role: string): role is ServerRole => serverRoles.includes(role);
const stopTimeoutMs = 15_000;

const start = async (
  config: Config,
  roles: readonly string[],
  sources: Sources,
  log: DetailedLog,
): Promise<Running> => {
  const unknown = roles.filter((role) => role !== 'media' && !isServerRole(role));
  if (unknown.length > 0 || roles.length === 0) {
    throw new CannotStart(
      'bad_roles',
      `Roles are api, projections, jobs and media, joined by commas; not "${roles.join(',')}".`,
    );
  }
  if (roles.includes('media') && roles.length > 1) {
    throw new CannotStart(
      'bad_roles',
      'The media role runs in a process of its own: start a second "serve" for the other roles.',
    );
  }
  await assertDatabaseAnswers(databaseOf(config));
  // Each role loads only what it runs: half of the memory of an idle server is code.
  if (roles.includes('media')) return (await import('./serveMedia.ts')).serveMedia(config, sources, log);
  return (await import('./serveApi.ts')).serveRoles(config, new Set(roles.filter(isServerRole)), sources, log);
};

/** Serves until SIGTERM or SIGINT, then drains; resolves when everything has stopped. */
export const serve = async (config: Config, roles: readonly string[], sources: Sources): Promise<void> => {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    // The supervisor is gone; going on would hold our ports against its successor.
    process.once('disconnect', () => resolve());
  });
  const kept = { dataDir: config.dataDir, roles: roles.join(','), run: sources.newId().slice(0, 8) };
  const log = serverLog(config.logLevel, config.node, kept);
  collectSeldom();
  const running = await start(config, roles, sources, log);
  log.info('started', { version });
  dropStartGarbage();
  await stopped;
  log.info('stopping');
  const timer = setTimeout(() => process.exit(1), stopTimeoutMs);
  await running.stop();
  log.info('stopped');
  clearTimeout(timer);
};
