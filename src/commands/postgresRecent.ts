// The end of the log in memory: many followers in one process, one question to the server.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { categoryOf, numberOf, type StoredEvent } from './eventStore.ts';
import type { Reader } from './postgresLogReader.ts';
import type { Signal } from './signal.ts';

const recentEventsMax = 512;
const pageEventsMax = 500;

/**
 * Pages like the reader's, from memory for whoever follows close behind the end. Looking past the end is one question
 * for all who ask before it is sent, and none where there has been no news since the last one.
 */
export const createRecent = (reader: Pick<Reader, 'page' | 'head'>, news: Pick<Signal, 'count'>): Reader['page'] => {
  let events: StoredEvent[] = [];
  /** Memory holds everything after `from` up to `to`; null before the first look. */
  let held: { from: bigint; to: bigint } | null = null;
  let asked: Promise<bigint> | null = null;
  /** The last look that was sent, and how much had been heard by then. */
  let sent: { heard: number; head: Promise<bigint> } | null = null;

  const look = async (): Promise<bigint> => {
    const start = held ?? (await begin());
    const page = await reader.page(start.to, undefined);
    // Another look may have come first.
    if (held?.to === start.to && page.upTo > start.to) {
      events = [...events, ...page.events].slice(-recentEventsMax);
      const [oldest] = events;
      held = { from: oldest ? numberOf(oldest.position) - 1n : page.upTo, to: page.upTo };
    }
    return page.head;
  };
  const begin = async () => {
    const head = await reader.head();
    held ??= { from: head, to: head };
    return held;
  };
  const ask = async (): Promise<bigint> => {
    await nextTurn();
    asked = null;
    sent = { heard: news.count(), head: look() };
    return sent.head;
  };

  const headNow = async (): Promise<bigint> => {
    if (asked === null && sent?.heard === news.count()) {
      const head = await sent.head;
      if (held && held.to >= head) return head;
    }
    asked ??= ask();
    return asked;
  };

  return async (after, filter) => {
    if (held && after < held.from) return reader.page(after, filter);
    const head = await headNow();
    if (held === null || after < held.from || after > held.to) return reader.page(after, filter);
    const newer = events.slice(events.length - Number(held.to - after)).slice(0, pageEventsMax);
    const last = newer.at(-1);
    const upTo = last ? numberOf(last.position) : after;
    const { categories } = filter ?? {};
    const wanted = categories ? newer.filter(({ stream }) => categories.includes(categoryOf(stream))) : newer;
    return { events: wanted, upTo, head: head > upTo ? head : upTo };
  };
};
