// Reads docker-compose.yml as a container engine would: anchors, variables, and only keys we mean to use.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const words = z.array(z.string().min(1)).min(1);
const seconds = z.string().regex(/^\d+s$/);
const settings = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string());
const port = z.string().regex(/^\d+(-\d+)?:\d+(-\d+)?(\/(udp|tcp))?$/);
const mount = z.strictObject({ source: z.string(), target: z.string().startsWith('/') });

// The part of the Compose Specification that our file uses; a key it does not name is a slip of the pen.
const attachment = z.strictObject({ ipv4_address: z.ipv4().optional(), aliases: words.optional() });
const service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+(:[\w.-]+)?$/),
  build: z.literal('.').optional(),
  profiles: z.array(z.enum(['single', 'cluster'])).optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: settings.optional(),
  secrets: words.optional(),
  configs: z.array(mount).optional(),
  volumes: z.array(z.string().regex(/^[a-z0-9-]+:\/[\w/-]+$/)).optional(),
  ports: z.array(port).optional(),
  networks: z.union([words, z.record(z.string(), attachment)]).optional(),
  network_mode: z.literal('host').optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal('service_healthy'), required: z.boolean().optional() }))
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string()),
      interval: seconds,
      timeout: seconds,
      retries: z.int().positive(),
      start_period: seconds.optional(),
    })
    .optional(),
  restart: z.literal('unless-stopped'),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  user: z.string().optional(),
  cap_drop: words.optional(),
  security_opt: words.optional(),
  tmpfs: words.optional(),
  shm_size: z.string().optional(),
  stop_grace_period: seconds.optional(),
  ulimits: z.strictObject({ nofile: z.int() }).optional(),
});
const file = z.strictObject({ file: z.string() });
const compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional(), ipam: z.unknown().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
  configs: z.record(z.string(), file),
  secrets: z.record(z.string(), file),
});

export type Service = z.infer<typeof service>;
export type Compose = z.infer<typeof compose> & { unused: string[]; variables: string[] };

/** `${NAME}`, `${NAME:-default}`, `${NAME:?reason}`, and `$$` for a dollar. Throws where a value is missing. */
const interpolated = (text: string, variables: Record<string, string>, seen: Set<string>): string =>
  text.replaceAll(
    /\$(?:(\$)|\{(\w+)(?::-([^}]*)|:\?([^}]*))?\})/g,
    (_, dollar?: string, name = '', standard?: string, reason?: string) => {
      if (dollar) return '$';
      seen.add(name);
      const value = variables[name] ?? standard;
      if (value === undefined) throw new Error(`${name} is not set: ${reason ?? 'it has no default'}`);
      return value;
    },
  );

const everywhere = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => everywhere(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, everywhere(each, change)]));
};

/** Throws where the file is not what it should be. */
export const readCompose = (variables: Record<string, string>): Compose => {
  const seen = new Set<string>();
  const text = readFileSync(`${projectRoot}/docker-compose.yml`, 'utf8');
  const raw = everywhere(parse(text, { merge: true }), (each) => interpolated(each, variables, seen));
  const all = z.record(z.string(), z.unknown()).parse(raw);
  const extensions = Object.entries(all).filter(([key]) => key.startsWith('x-'));
  const rest = Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('x-')));
  const { 'x-unused': unused } = Object.fromEntries(extensions);
  return { ...compose.parse(rest), unused: z.array(z.string()).parse(unused), variables: [...seen] };
};
