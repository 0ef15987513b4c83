// What one person reads of the record in one day. The same act is noted once in half an hour, however many pages it
// takes and however often a page asks again by itself.
import type { Command, Decider } from '../kernel.ts';
import { type PastList, type ReadingEvent, type ReportFilter, type ReportName, readingEvents } from './events.ts';

export type ReadingCommand =
  | Command<'NoteSearch', { readerId: string; report: ReportName; filter: ReportFilter }>
  | Command<'NoteChanges', { readerId: string; filter: ReportFilter }>
  | Command<'NoteHistory', { readerId: string; objectType: string; objectId: string }>
  | Command<'NotePast', { readerId: string; what: PastList; number: string; filter: ReportFilter }>;

/** When each act was last noted, in milliseconds. */
export type Reading = ReadonlyMap<string, number>;

export const readingOnceMs = 30 * 60_000;
const actsMax = 500;
const hour = /^(\d{4}-\d\d-\d\dT\d\d):[\d:.]+Z$/;

/** Acts are the same that ask for the same; periods that move with the clock, for as long as the hour is the same. */
export const searchKey = (report: ReportName | 'changes', filter: ReportFilter): string => {
  const told = Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rounded = told.map(([name, value]) => [name, typeof value === 'string' ? value.replace(hour, '$1') : value]);
  return JSON.stringify([report, rounded]);
};

export const historyKey = (objectType: string, objectId: string): string =>
  JSON.stringify(['history', objectType, objectId]);

/** A room is gone through from event to event: that is one act. */
export const pastKey = (what: PastList, number: string, filter: ReportFilter): string =>
  JSON.stringify([
    'past',
    what,
    what === 'room' ? null : number,
    Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

const keyOf = ({ type, data }: ReadingCommand): string => {
  switch (type) {
    case 'NoteSearch':
      return searchKey(data.report, data.filter);
    case 'NoteChanges':
      return searchKey('changes', data.filter);
    case 'NoteHistory':
      return historyKey(data.objectType, data.objectId);
    case 'NotePast':
      return pastKey(data.what, data.number, data.filter);
  }
};

const decide = (command: ReadingCommand, state: Reading): ReadingEvent[] => {
  const { now } = command.meta;
  const before = state.get(keyOf(command));
  if (before !== undefined && now.getTime() - before < readingOnceMs) return [];
  const at = now.toISOString();
  switch (command.type) {
    case 'NoteSearch': {
      const { filter, ...rest } = command.data;
      return [{ type: 'ReportSearched', data: { ...rest, asked: { filter }, searchedAt: at } }];
    }
    case 'NoteChanges': {
      const { readerId, filter } = command.data;
      return [{ type: 'ChangesSearched', data: { readerId, asked: { filter }, searchedAt: at } }];
    }
    case 'NoteHistory':
      return [{ type: 'HistoryRead', data: { ...command.data, readAt: at } }];
    case 'NotePast': {
      const { filter, ...rest } = command.data;
      return [{ type: 'PastRead', data: { ...rest, asked: { filter }, readAt: at } }];
    }
  }
};

const noted = (state: Reading, key: string, at: string): Reading =>
  new Map([...[...state].slice(1 - actsMax), [key, Date.parse(at)]]);

const evolve = (state: Reading, { type, data }: ReadingEvent): Reading => {
  if (type === 'HistoryRead') return noted(state, historyKey(data.objectType, data.objectId), data.readAt);
  if (!data.asked) return state;
  if (type === 'PastRead') return noted(state, pastKey(data.what, data.number, data.asked.filter), data.readAt);
  const report = type === 'ChangesSearched' ? 'changes' : data.report;
  return noted(state, searchKey(report, data.asked.filter), data.searchedAt);
};

export const reading: Decider<Reading, ReadingCommand, ReadingEvent> = {
  category: 'reading',
  initial: new Map(),
  decide,
  evolve,
  vocabulary: readingEvents,
};
