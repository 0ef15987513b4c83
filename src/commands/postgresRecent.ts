// The end of the log in memory: many followers in one process, one question to the server.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { categoryOf, type Filter, numberOf, type StoredEvent } from './eventStore.ts';
import type { Page, Reader } from './postgresLogReader.ts';

const recentEventsMax = 512;
const pageEventsMax = 500;

/**
 * Pages like the reader's, from memory for whoever follows close behind the end. Looking past the end is one question
 * for all who ask before it is sent.
 */
export const createRecent = (reader: Reader): Reader['page'] => {
  let events: StoredEvent[] = [];
  /** Memory holds everything after `from` up to `to`; null before the first look. */
  let held: { from: bigint; to: bigint } | null = null;
  let asked: Promise<bigint> | null = null;

  const look = async (): Promise<bigint> => {
    await nextTurn();
    asked = null;
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

  return async (after: bigint, filter: Filter | undefined): Promise<Page> => {
    if (held && after < held.from) return reader.page(after, filter);
    asked ??= look();
    const head = await asked;
    if (held === null || after < held.from || after > held.to) return reader.page(after, filter);
    const newer = events.slice(events.length - Number(held.to - after)).slice(0, pageEventsMax);
    const last = newer.at(-1);
    const upTo = last ? numberOf(last.position) : after;
    const { categories } = filter ?? {};
    const wanted = categories ? newer.filter(({ stream }) => categories.includes(categoryOf(stream))) : newer;
    return { events: wanted, upTo, head: head > upTo ? head : upTo };
  };
};
