// The environment, read once and checked; every name we heed stands here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Verifier, verifierIn } from './proof/note.ts';
import { type Subnet, subnetOf } from './subnets.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const subnets = list.transform((parts, context) =>
  parts.flatMap((part): Subnet[] => {
    const subnet = subnetOf(part);
    if (subnet) return [subnet];
    context.addIssue(`"${part}" is neither an address like 192.0.2.1 nor a subnet like 192.0.2.0/24`);
    return [];
  }),
);
const text = z.string().min(1);

/** RFC 7065. */
const turnUrl = /^turns?:(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/;
const turnUrls = list.refine((urls) => urls.length <= 8 && urls.every((url) => turnUrl.test(url)), {
  message: 'at most 8 of the form turn:host:port?transport=udp or turns:host:port?transport=tcp',
});

const isWitness = (place: string): boolean => {
  if (place.startsWith('/')) return true;
  const url = URL.parse(place);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};
const witnesses = list.refine((places) => places.length <= 16 && places.every(isWitness), {
  message: 'at most 16 absolute directories or URLs like https://host/path, without a user or a password',
});

const verifiers = list.transform((texts, context) =>
  texts.flatMap((key): Verifier[] => {
    try {
      return [verifierIn(key)];
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return [];
    }
  }),
);

const environment = z.object({
  /** Where keys, files and the embedded database live. */
  HANSARD_DATA: text.default('.hansard/data'),
  /** `postgresql://user:password@host:port/database`; a unix socket's directory goes into `?host=`. */
  DATABASE_URL: text.optional(),
  /** `esdb://user:password@host:port?tls=true` or `esdb+discover:`: the log is there instead of in PostgreSQL. */
  ESDB_URL: z
    .string()
    .regex(/^(esdb|kurrentdb)(\+discover)?:\/\/./, 'a connection string: esdb://user:password@host:port?tls=true')
    .optional(),
  /** `redis://user:password@host:port/number` or `rediss:`: keeps due times where several nodes share them. */
  REDIS_URL: text.optional(),
  HANSARD_NODE: text.default('node-1'),
  HANSARD_HOST: text.default('127.0.0.1'),
  HANSARD_PORT: port.default(8080),
  /** Several API processes of this machine listen on that port; the kernel spreads connections over them. */
  HANSARD_SHARE_PORT: z.enum(['yes', 'no']).default('no'),
  /** PEM files; both or none. */
  HANSARD_TLS_KEY: text.optional(),
  HANSARD_TLS_CERT: text.optional(),
  /** Addresses and subnets of the proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed. */
  HANSARD_TRUSTED_PROXIES: subnets.default([]),
  HANSARD_SERVER_NAME: text.default('Hansard'),
  /** Where the media process serves signalling to the API process. */
  HANSARD_SIGNALLING_HOST: text.default('127.0.0.1'),
  HANSARD_SIGNALLING_PORT: port.default(8081),
  /** Takes any free port where that one is in use: the API processes learn it from the list of processes. */
  HANSARD_SIGNALLING_ANY_PORT: z.enum(['yes', 'no']).default('no'),
  /** The one UDP and TCP port of the first media worker; the others take the following ones. */
  HANSARD_RTC_PORT: port.default(40_000),
  HANSARD_RTC_LISTEN: text.default('127.0.0.1'),
  /** Address that browsers reach the media port at, where it differs. */
  HANSARD_RTC_ANNOUNCED: text.optional(),
  /** Relays for clients that cannot reach the media port, and what they share with us (coturn: static-auth-secret). */
  HANSARD_TURN_URLS: turnUrls.default([]),
  HANSARD_TURN_SECRET: z.string().min(16, 'at least 16 characters').optional(),
  HANSARD_MEDIA_WORKERS: z.coerce.number().int().min(1).max(64).optional(),
  MEDIASOUP_WORKER_BIN: text.optional(),
  /** Where a process without the API and without media answers `/livez`, on the loopback interface. */
  HANSARD_HEALTH_PORT: port.optional(),
  /** Lets whoever sends it read `/metrics` from another machine; the same for all roles. */
  HANSARD_METRICS_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  /** A checkpoint of the log is signed at most so often, and only where something new was recorded. */
  HANSARD_CHECKPOINT_SECONDS: z.coerce.number().positive().max(86_400).default(60),
  /** How often all events are read again and compared with what was signed. */
  HANSARD_VERIFY_HOURS: z.coerce.number().positive().max(500).default(24),
  /** Where checkpoints are sent: absolute directories and URLs, joined by commas. */
  HANSARD_WITNESSES: witnesses.default([]),
  /** Public keys of other logs whose checkpoints are kept here, joined by commas. */
  HANSARD_WITNESS_FOR: verifiers.default([]),
  /** A witness gets a checkpoint at most so often. */
  HANSARD_WITNESS_SECONDS: z.coerce.number().positive().max(86_400).default(300),
  /** Addresses and subnets of witnesses that are not on the public internet. */
  HANSARD_WITNESS_NETWORKS: subnets.default([]),
  HANSARD_SIGN_IN_HOURS: z.coerce.number().positive().max(8_760).default(168),
  /** Makes the first administrator at start, where there is none. */
  HANSARD_ADMIN_LOGIN: text.optional(),
  HANSARD_ADMIN_PASSWORD: text.optional(),
  HANSARD_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** Settings that may also be given as the path of a file that holds them: the same name with `_FILE` at its end. */
const secrets = [
  'DATABASE_URL',
  'REDIS_URL',
  'ESDB_URL',
  'HANSARD_METRICS_TOKEN',
  'HANSARD_TURN_SECRET',
  'HANSARD_ADMIN_PASSWORD',
] as const;

/** Every name of the environment that means something to the server. */
export const environmentNames: readonly string[] = [
  ...new Set([...Object.keys(environment.shape), ...secrets, ...secrets.map((name) => `${name}_FILE`)]),
].toSorted();

export type Config = ReturnType<typeof readConfig>;

/** What is wrong with the environment, one line per variable. */
export class BadConfig extends Error {}

type Env = Record<string, string | undefined>;

const secretIn = (name: string, path: string): string => {
  try {
    const value = readFileSync(path, 'utf8').trimEnd();
    if (value !== '') return value;
  } catch (error) {
    throw new BadConfig(`${name}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  throw new BadConfig(`${name}: ${path} is empty.`);
};

const withSecretFiles = (env: Env): Env => {
  const read = secrets.flatMap((name) => {
    const path = env[`${name}_FILE`];
    if (path === undefined) return [];
    if (env[name] !== undefined) throw new BadConfig(`Give ${name} or ${name}_FILE, not both.`);
    return [[name, secretIn(`${name}_FILE`, path)]];
  });
  return { ...env, ...Object.fromEntries(read) };
};

/** The parts of a `postgresql://` URL. */
export const databaseOf = (url: string) => {
  const parsed = new URL(url);
  return {
    host: parsed.searchParams.get('host') ?? parsed.hostname,
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username) || 'postgres',
    database: parsed.pathname.slice(1) || 'postgres',
    ...(parsed.password ? { password: decodeURIComponent(parsed.password) } : {}),
  };
};

/** Parses the environment or throws BadConfig with every problem named. */
export const readConfig = (env: Env) => {
  const { success, data, error } = environment.safeParse(withSecretFiles(env));
  if (!success) {
    throw new BadConfig(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
  const { HANSARD_TLS_KEY: key, HANSARD_TLS_CERT: cert } = data;
  if ((key === undefined) !== (cert === undefined))
    throw new BadConfig('Give both HANSARD_TLS_KEY and HANSARD_TLS_CERT, or neither.');
  const { HANSARD_TURN_URLS: urls, HANSARD_TURN_SECRET: secret } = data;
  if ((urls.length === 0) !== (secret === undefined))
    throw new BadConfig('Give both HANSARD_TURN_URLS and HANSARD_TURN_SECRET, or neither.');
  const { HANSARD_ADMIN_LOGIN: login, HANSARD_ADMIN_PASSWORD: password } = data;
  return {
    dataDir: data.HANSARD_DATA,
    secretsDir: join(data.HANSARD_DATA, 'secrets'),
    database: data.DATABASE_URL === undefined ? null : databaseOf(data.DATABASE_URL),
    esdbUrl: data.ESDB_URL ?? null,
    redisUrl: data.REDIS_URL ?? null,
    node: data.HANSARD_NODE,
    listen: { host: data.HANSARD_HOST, port: data.HANSARD_PORT, reusePort: data.HANSARD_SHARE_PORT === 'yes' },
    tls: key !== undefined && cert !== undefined ? { keyFile: key, certFile: cert } : null,
    trustedProxies: data.HANSARD_TRUSTED_PROXIES,
    serverName: data.HANSARD_SERVER_NAME,
    signalling: {
      host: data.HANSARD_SIGNALLING_HOST,
      port: data.HANSARD_SIGNALLING_PORT,
      anyPort: data.HANSARD_SIGNALLING_ANY_PORT === 'yes',
    },
    rtc: {
      listenIp: data.HANSARD_RTC_LISTEN,
      port: data.HANSARD_RTC_PORT,
      announced: data.HANSARD_RTC_ANNOUNCED ?? null,
    },
    turn: secret === undefined ? null : { urls, secret },
    mediaWorkers: data.HANSARD_MEDIA_WORKERS ?? null,
    workerBin: data.MEDIASOUP_WORKER_BIN ?? null,
    healthPort: data.HANSARD_HEALTH_PORT ?? null,
    metricsToken: data.HANSARD_METRICS_TOKEN ?? null,
    proof: {
      checkpointEveryMs: data.HANSARD_CHECKPOINT_SECONDS * 1_000,
      verifyEveryMs: data.HANSARD_VERIFY_HOURS * 3_600_000,
      witnesses: data.HANSARD_WITNESSES,
      witnessFor: data.HANSARD_WITNESS_FOR,
      witnessEveryMs: data.HANSARD_WITNESS_SECONDS * 1_000,
      witnessNetworks: data.HANSARD_WITNESS_NETWORKS,
    },
    signInLifetimeMs: data.HANSARD_SIGN_IN_HOURS * 3_600_000,
    firstAdministrator: login !== undefined && password !== undefined ? { login, password } : null,
    logLevel: data.HANSARD_LOG_LEVEL,
  };
};
