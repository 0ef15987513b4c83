// One client of EventStoreDB, replaced when it does not get through any more.
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, isCommandError } from '@eventstore/db-client';
import { StoreUnavailable } from './eventStore.ts';

/** Nobody answered in time. What was asked may still be carried out. */
class NoAnswer extends Error {}

export type Connection = {
  /**
   * Asks and waits `timeoutMs` at most, counted anew whenever `heard` is called, since a long answer comes in many parts.
   * Rejects with the client's error or `NoAnswer`.
   */
  ask: <T>(work: (client: EventStoreDBClient, heard: () => void) => Promise<T>, timeoutMs?: number) => Promise<T>;
  /** The client of now, and a signal that is aborted when it is replaced. */
  current: () => { client: EventStoreDBClient; replaced: AbortSignal };
  /** The last thing that was asked has failed or is overdue: better look before sending something. */
  isSuspect: () => boolean;
  close: () => Promise<void>;
};

export type ConnectionOptions = {
  url: string;
  answerTimeoutMs: number;
  onFault: (error: unknown) => void;
};

/**
 * For every call: another node may be behind. One that does not lead refuses and names the leader, to which the client
 * then goes by itself; it went to the leader in the first place, but the leader may have changed since.
 */
export const byLeader = { requiresLeader: true } as const;

const renewedEveryMs = 250;
/** A client that was told of the leader has gone there a moment later. */
const toLeaderMs = 10;
const toLeaderMax = 3;
const disposeMs = 1000;

/** Whether the store itself said this, so it is there. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && !['unavailable', 'unknown', 'cancelled'].includes(error.type);

/** The client found no node of a cluster that would do, and from then on says so for ever, without another look. */
const isLost = (error: Error): boolean => error.message.startsWith('Failed to discover');

/** Whether what was asked surely never left: the client did not even learn what the server can do. */
export const neverSent = (error: unknown): boolean =>
  error instanceof Error &&
  !isCommandError(error) &&
  !(error instanceof NoAnswer) &&
  ('code' in error || isLost(error));

const isElsewhere = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && error.type === 'not-leader';

/**
 * Asks again where the node that was asked does not lead any more. An append that was under way there may be written:
 * the very same again is answered as the first time.
 */
const ofLeader = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let asked = 1; ; asked += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isElsewhere(error) || asked >= toLeaderMax) throw error;
      await delay(toLeaderMs);
    }
  }
};

/** Gives `work` up when nothing is heard of it for so long. */
export const within = <T>(timeoutMs: number, work: (heard: () => void) => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = () => reject(new NoAnswer(`No answer from EventStoreDB in ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    const settling =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer);
        settle(value);
      };
    work(() => timer.refresh()).then(settling(resolve), settling(reject));
  });

/** Connects at the first question. */
export const connect = ({ url, answerTimeoutMs, onFault }: ConnectionOptions): Connection => {
  let generation: { client: EventStoreDBClient; replaced: AbortController } | null = null;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let answeredAtMs = performance.now();
  let suspect = false;
  let closed = false;

  const open = () => {
    if (closed) throw new StoreUnavailable('The event store is closed');
    generation ??= { client: EventStoreDBClient.connectionString(url), replaced: new AbortController() };
    return generation;
  };

  const retire = async () => {
    const old = generation;
    generation = null;
    old?.replaced.abort();
    // It waits for the end of every call, which some that were left in the middle never tell.
    if (old) await within(disposeMs, () => old.client.dispose()).catch(() => undefined);
  };

  const failed = (client: EventStoreDBClient, error: unknown) => {
    if (!suspect && !closed) onFault(error);
    suspect = true;
    const nowMs = performance.now();
    const silent = error instanceof NoAnswer && nowMs - answeredAtMs >= answerTimeoutMs;
    // The client renews a channel that broke, but not one that hangs or that it could not open at all.
    if (generation?.client !== client || !(silent || neverSent(error))) return;
    if (nowMs - renewedAtMs < renewedEveryMs) return;
    renewedAtMs = nowMs;
    retire().catch(onFault);
  };

  const answered = () => {
    answeredAtMs = performance.now();
    suspect = false;
  };

  return {
    current: () => {
      const { client, replaced } = open();
      return { client, replaced: replaced.signal };
    },
    isSuspect: () => suspect,
    ask: async (work, timeoutMs = answerTimeoutMs) => {
      const { client, replaced } = open();
      try {
        const answer = await within(timeoutMs, (heard) => ofLeader(() => work(client, heard)));
        // A read that was cut off by replacing its client ends like one that is complete.
        if (replaced.signal.aborted) throw new NoAnswer('The connection to EventStoreDB was replaced');
        answered();
        return answer;
      } catch (error) {
        if (isAnswer(error)) answered();
        else failed(client, error);
        throw error;
      }
    },
    close: async () => {
      closed = true;
      await retire();
    },
  };
};
