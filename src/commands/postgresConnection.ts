// What every Postgres adapter has to know about a server that may go away at any time.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Signal } from './signal.ts';

/** What was asked for did not come in time; it may still. */
export class NoAnswer extends Error {}

/** Settles like `work`, or rejects with `NoAnswer` after `timeoutMs`; a frozen server never answers. */
export const within = async <Result>(timeoutMs: number, what: string, work: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`${what}: no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Whether the server itself said no, so that the statement was surely rolled back. Otherwise (lost connection, server
 * going down: SQLSTATE classes 08 and 57P) it may have been carried out.
 */
export const saidNo = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && error.code !== undefined && !/^(08|57P)/.test(error.code);

/** Drops a connection without waiting for a server that may be frozen. */
export const drop = (client: pg.Client): void => {
  client.connection.stream.destroy();
};

export type Link = { client: pg.Client; lost: () => boolean };

/** Connects, and raises `changed` when the connection is lost later on. */
const connect = async (config: pg.ClientConfig, changed: Signal): Promise<Link> => {
  const client = new pg.Client({ connectionTimeoutMillis: 1500, keepAlive: true, ...config });
  let lost = false;
  const lose = () => {
    lost = true;
    changed.raise();
  };
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
  } catch (error) {
    drop(client);
    throw error;
  }
  return { client, lost: () => lost };
};

type Kept = {
  config: pg.ClientConfig;
  /** Raised when the connection is lost. */
  changed: Signal;
  wanted: () => boolean;
  use: (link: Link) => Promise<void>;
  onFault: (error: unknown) => void;
};

/** Keeps a connection up and hands it to `use`, anew after each loss, until `use` ends by itself or it is unwanted. */
export const keepConnected = async ({ config, changed, wanted, use, onFault }: Kept): Promise<void> => {
  let pauseMs = 20;
  while (wanted()) {
    let link: Link | null = null;
    try {
      link = await connect(config, changed);
      pauseMs = 20;
      await use(link);
      await within(1000, 'Closing a connection', link.client.end());
      return;
    } catch (error) {
      if (link) drop(link.client);
      if (!wanted()) return;
      onFault(error);
    }
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * 2, 250);
  }
};
