// The commands `up` and `down` as they are typed.
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BadUsage, type Given, type Handler, wholeNumber } from './cli.ts';
import { closedToOthers, openDataDirectory } from './dataDirectory.ts';
import { detach } from './detach.ts';
import { down } from './down.ts';
import { twoOfEach } from './nodePlans.ts';
import { restartInTurn } from './rollingRestart.ts';
import { up } from './up.ts';

export type UpCommandNeeds = {
  env: Record<string, string | undefined>;
  /** Root of the checkout. */
  root: string;
  /** What runs this program: interpreter and main file. */
  program: readonly string[];
  /** Aborted on SIGINT and SIGTERM. */
  stop: AbortSignal;
  /** Calls back on each SIGHUP. */
  onHangUp: (act: () => void) => void;
  prepare: (say: (line: string) => void) => Promise<Record<string, string | undefined>>;
  print: (text: string) => void;
  now: () => Date;
  random: (bytes: number) => Uint8Array;
};

const systemDataDir = '/var/lib/hansard';

/**
 * Where data goes unless told otherwise: beside the checkout, except for root in a place that PostgreSQL's own user may
 * not pass through (such as /root).
 */
const defaultDataDir = async (root: string): Promise<string> => {
  const besides = join(root, '.hansard', 'data');
  return process.getuid?.() === 0 && (await closedToOthers(root)) !== null ? systemDataDir : besides;
};

/** The data directory a command means: as typed, as the environment says, or the usual one. */
export const dataDirOf = async (
  { text }: Given,
  { env, root }: Pick<UpCommandNeeds, 'env' | 'root'>,
): Promise<string> => resolve(text('data') ?? env['HANSARD_DATA'] ?? (await defaultDataDir(root)));

/** The first address of this machine that others can reach, or the loopback one. */
const ownAddress = (): string => {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
};

const runUp = async (given: Given, needs: UpCommandNeeds): Promise<number> => {
  const { env, program, print, stop } = needs;
  const dataDir = await dataDirOf(given, needs);
  const https = given.flag('https');
  const announced = given.text('announce');
  if (announced !== undefined && !https) throw new BadUsage('--announce goes with --https.');
  const port = wholeNumber(given.text('port') ?? env['HANSARD_PORT'] ?? '8080', 'port', 0, 65_535);
  if (given.flag('detach')) {
    const options = ['--data', dataDir, '--port', String(port), ...(https ? ['--https'] : [])];
    const command = [...program, 'up', ...options, ...(announced ? ['--announce', announced] : [])];
    return detach({ dataDir, command, env, print });
  }
  await openDataDirectory(dataDir);
  const certificate = https
    ? await (await import('./certificates.ts')).ensureCertificate({
        dataDir,
        announced: announced ? [announced] : [],
        now: needs.now(),
        random: needs.random,
      })
    : null;
  const say = (line: string) => print(`${line}\n`);
  if (certificate?.renewed) say(`Devices that shall trust this server need ${certificate.authorityFile}`);
  await up({
    dataDir,
    port,
    host: env['HANSARD_HOST'] ?? (https ? '0.0.0.0' : '127.0.0.1'),
    shownHost: https ? (announced ?? ownAddress()) : '127.0.0.1',
    tls: certificate,
    env,
    program,
    prepare: needs.prepare,
    say,
    stop,
  });
  return 0;
};

/** Two of each role on this machine, to try what several nodes do; SIGHUP starts them again one after the other. */
const runCluster = async (given: Given, needs: UpCommandNeeds): Promise<number> => {
  const { env, program, print, stop } = needs;
  const say = (line: string) => print(`${line}\n`);
  const pause = (timeoutMs: number) => delay(timeoutMs, undefined, { signal: stop }).catch(() => undefined);
  await up({
    dataDir: await dataDirOf(given, needs),
    port: wholeNumber(given.text('port') ?? env['HANSARD_PORT'] ?? '8080', 'port', 0, 65_535),
    host: '127.0.0.1',
    shownHost: '127.0.0.1',
    tls: null,
    env,
    program,
    prepare: needs.prepare,
    plan: twoOfEach,
    say,
    stop,
    whenUp: (_, roles) => {
      let round = Promise.resolve();
      needs.onHangUp(() => {
        round = round.then(async () => {
          const missing = await restartInTurn(roles, say, pause);
          if (missing === null) say('All processes were started again.');
        });
      });
    },
  });
  return 0;
};

/** Handlers for the table of commands. */
export const upCommands = (needs: UpCommandNeeds): { up: Handler; cluster: Handler; down: Handler } => ({
  up: (given) => runUp(given, needs),
  cluster: (given) => runCluster(given, needs),
  down: async (given) => {
    await down(await dataDirOf(given, needs), (line) => needs.print(`${line}\n`));
    return 0;
  },
});
