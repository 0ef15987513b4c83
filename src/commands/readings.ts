// Who reads the record is on the record. An act is noted once in half an hour (see the domain), beside the answer and
// not before it: reports stay readable while the log cannot be written, and what was read then is noted when it can.
import { Refusal } from '../domain/kernel.ts';
import type { PastList, ReportFilter, ReportName } from '../domain/reports/events.ts';
import {
  historyKey,
  pastKey,
  type ReadingCommand,
  reading,
  readingOnceMs,
  searchKey,
} from '../domain/reports/reading.ts';
import type { Caller } from './access.ts';
import type { Needs } from './call.ts';
import { derivedId } from './canonical.ts';

export type Readings = {
  searched: (caller: Caller, report: ReportName, filter: ReportFilter) => void;
  changes: (caller: Caller, filter: ReportFilter) => void;
  history: (caller: Caller, objectType: string, objectId: string) => void;
  /** A list as of the event with this number. */
  past: (caller: Caller, what: PastList, number: string, filter: ReportFilter) => void;
  /** Tries once more what could not be written, and waits for it. */
  close: () => Promise<void>;
};

type Act = { ask: Pick<ReadingCommand, 'type' | 'data'>; caller: Caller; commandId: string; at: Date };

const waitingMax = 1_000;
const rememberedMax = 5_000;
const againMs = 5_000;
const nameMax = 100;

/** A stream for each reader and day: it stays short however long somebody works here. */
const streamOf = (readerId: string, at: Date): string =>
  derivedId('reading', readerId, at.toISOString().slice(0, 'yyyy-mm-dd'.length));

type Log = (message: string, fields: Record<string, unknown>) => void;

/** Whatever was asked for, as a text that can be kept: half surrogate pairs and NUL cannot. */
const storable = (text: string): string => text.slice(0, nameMax).toWellFormed().replaceAll('\0', '');

export const readings = ({ executor, now }: Needs, newId: () => string, log: Log): Readings => {
  const recent = new Map<string, number>();
  let waiting: Act[] = [];
  let writing: Promise<void> | null = null;

  const write = async ({ ask, caller, commandId, at }: Act): Promise<void> => {
    const ctx = { actor: caller.actor, origin: caller.origin, commandId, asked: null };
    await executor.execute(reading, streamOf(caller.actor.id, at), ask as ReadingCommand, ctx);
  };

  const writeAll = async (): Promise<void> => {
    for (let act = waiting[0]; act; act = waiting[0]) {
      try {
        await write(act);
      } catch (error) {
        // Nothing is lost by asking again with the same id; anything else cannot be helped and is told.
        if (error instanceof Refusal && error.code === 'event_store.unavailable') return;
        log('a reading is not on the record', { reason: error instanceof Error ? error.message : String(error) });
      }
      waiting = waiting.slice(1);
    }
  };

  const goOn = (): Promise<void> => {
    writing ??= writeAll().finally(() => (writing = null));
    return writing;
  };
  const again = setInterval(() => waiting.length > 0 && void goOn(), againMs);
  again.unref();

  const note = (caller: Caller, key: string, ask: Act['ask']): void => {
    if (caller.actor.kind !== 'account') return;
    const at = now();
    const id = `${caller.actor.id} ${key}`;
    if (at.getTime() - (recent.get(id) ?? 0) < readingOnceMs) return;
    if (recent.size >= rememberedMax) recent.clear();
    recent.set(id, at.getTime());
    if (waiting.length >= waitingMax) return log('a reading is not on the record', { reason: 'too many wait' });
    waiting = [...waiting, { ask, caller, commandId: newId(), at }];
    void goOn();
  };

  return {
    searched: (caller, report, filter) =>
      note(caller, searchKey(report, filter), {
        type: 'NoteSearch',
        data: { readerId: caller.actor.id, report, filter },
      }),
    changes: (caller, filter) =>
      note(caller, searchKey('changes', filter), { type: 'NoteChanges', data: { readerId: caller.actor.id, filter } }),
    history: (caller, objectType, objectId) =>
      note(caller, historyKey(objectType, objectId), {
        type: 'NoteHistory',
        data: { readerId: caller.actor.id, objectType: storable(objectType), objectId: storable(objectId) },
      }),
    past: (caller, what, number, filter) =>
      note(caller, pastKey(what, number, filter), {
        type: 'NotePast',
        data: { readerId: caller.actor.id, what, number, filter },
      }),
    close: async () => {
      clearInterval(again);
      await goOn();
    },
  };
};
