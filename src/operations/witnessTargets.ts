// Where checkpoints are kept off this machine: a directory mounted from elsewhere, or an address that takes them.
import { lookup } from 'node:dns/promises';
import { readFile, stat } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import type { WitnessSettings } from '../domain/settings/events.ts';
import { isPublic, isWithin, type Subnet } from '../subnets.ts';
import { errnoOf, writeFileAtomic } from './files.ts';

/** A checkpoint on its way: `id` stays the same when it is sent again. */
export type Sent = { id: string; origin: string; size: number; note: string };
export type WitnessTarget = { name: string; send: (checkpoint: Sent) => Promise<void> };

const timeoutMs = 10_000;
const sizeDigits = 16;

/** A checkpoint of the same size with another root was kept before. */
export class OtherHistory extends Error {}

/** Keeps each checkpoint as a file of its own, and never writes over one. */
export const directoryTarget = (directory: string): WitnessTarget => ({
  name: directory,
  send: async ({ origin, size, note }) => {
    // What should be mounted there and is not must not be made up.
    if (!(await stat(directory)).isDirectory()) throw new Error('it is no directory');
    const name = `${origin.replaceAll('/', '-')}-${String(size).padStart(sizeDigits, '0')}.checkpoint`;
    const path = join(directory, name);
    const there = await readFile(path, 'utf8').catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (there === null) return writeFileAtomic(path, note, 0o644);
    // The same size is signed again when the key is new; another root would be another history.
    const rootOf = (text: string): string | undefined => text.split('\n')[2];
    if (rootOf(there) !== rootOf(note))
      throw new OtherHistory(`${name} holds another root: another history was signed`);
  },
});

/** One address of a host that may be asked; resolved here, so that the one looked at is the one that is asked. */
const addressOf = async (host: string, networks: readonly Subnet[]): Promise<{ address: string; family: number }> => {
  const found = await lookup(host, { all: true });
  const refused = found.find(({ address }) => !isPublic(address) && !isWithin(address, networks));
  const [first] = found;
  if (!refused && first) return first;
  throw new Error(
    `${host} is ${refused?.address ?? 'nowhere'}, no public address; HANSARD_WITNESS_NETWORKS can allow its network`,
  );
};

/** Sends each checkpoint with POST; redirects are not followed, and of the answer only its status is looked at. */
const webhookTarget = (url: URL, networks: readonly Subnet[]): WitnessTarget => ({
  // A query may hold a secret.
  name: `${url.origin}${url.pathname === '/' ? '' : url.pathname}`,
  send: async ({ id, note }) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const { address, family } = await addressOf(host, networks);
    const body = Buffer.from(note);
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': body.length,
      'webhook-id': id,
      'user-agent': 'hansard',
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const pinned: LookupFunction = (_, { all }, done) =>
      all === true ? done(null, [{ address, family }]) : done(null, address, family);
    const status = await new Promise<number>((resolve, reject) => {
      const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
      const request = ask(url, { method: 'POST', headers, signal, lookup: pinned, agent: false });
      request.once('error', reject);
      request.once('response', (response) => {
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      request.end(body);
    });
    if (status < 200 || status > 299) throw new Error(`it answers ${status}`);
  },
});

/** The address of a witness as the settings have it: another Hansard is asked at its own path. */
export const placeOf = ({ kind, address }: WitnessSettings['targets'][number]): string =>
  kind === 'server' && new URL(address).pathname === '/' ? new URL('/witness', address).href : address;

/** A target as it is configured: an absolute directory or a URL. `networks` may be asked though they are not public. */
export const witnessTarget = (place: string, networks: readonly Subnet[]): WitnessTarget =>
  place.startsWith('/') ? directoryTarget(place) : webhookTarget(new URL(place), networks);
