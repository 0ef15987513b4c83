// Reads the journals of all processes as one log, the newest line first, without holding more than a file of each.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalFilter, JournalLine, JournalPage, Journals } from '../api/journals.ts';
import { errnoOf } from './files.ts';
import { fileOf, filesMax } from './journal.ts';

const levels: Record<number, JournalLine['level']> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'error' };
/** Lines looked at for one page; the next page goes on from there. */
const lookedAtMax = 50_000;

type Stored = { level: number; time: number; node: string; roles: string; run: string; seq: number; msg: string };

const isStored = (value: unknown): value is Stored & Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  const texts = [line['node'], line['roles'], line['run'], line['msg']].every((text) => typeof text === 'string');
  return texts && [line['level'], line['time'], line['seq']].every((number) => typeof number === 'number');
};

/** What is no line of ours (cut off by a crash) is left out. */
const lineIn = (text: string): JournalLine | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isStored(parsed)) return null;
  const { level, time, node, roles, run, seq, msg, ...fields } = parsed;
  return {
    id: `${String(time).padStart(15, '0')}-${run}-${String(seq).padStart(10, '0')}`,
    at: new Date(time),
    level: levels[level] ?? 'info',
    node,
    roles: roles.split(','),
    message: msg,
    fields,
  };
};

const processesIn = async (directory: string): Promise<string[]> => {
  try {
    const names = await readdir(directory);
    return [...new Set(names.map((name) => name.replace(/(\.\d+)?\.ndjson$/, '')))].toSorted();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
};

/** Lines of one process from its newest on. */
const backwards = async function* (directory: string, process: string): AsyncGenerator<JournalLine> {
  let lastId = '\uffff';
  for (let age = 0; age < filesMax; age += 1) {
    const text = await readFile(join(directory, fileOf(process, age)), 'utf8').catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return '';
      throw error;
    });
    for (const each of text.split('\n').reverse()) {
      const line = each === '' ? null : lineIn(each);
      // A file that was renamed while it was read comes a second time.
      if (line === null || line.id >= lastId) continue;
      lastId = line.id;
      yield line;
    }
  }
};

/** Lines of all processes from the newest on. */
const merged = async function* (directory: string): AsyncGenerator<JournalLine> {
  const sources = (await processesIn(directory)).map((process) => backwards(directory, process));
  const heads = await Promise.all(sources.map(async (lines) => ({ lines, head: (await lines.next()).value ?? null })));
  for (;;) {
    let newest: (typeof heads)[number] | null = null;
    for (const each of heads) if (each.head && (!newest?.head || each.head.id > newest.head.id)) newest = each;
    if (!newest?.head) return;
    yield newest.head;
    newest.head = (await newest.lines.next()).value ?? null;
  }
};

const matches = (line: JournalLine, { levels: wanted, roles, node, search }: JournalFilter): boolean => {
  if (wanted && wanted.length > 0 && !wanted.includes(line.level)) return false;
  if (roles && roles.length > 0 && !line.roles.some((role) => roles.includes(role))) return false;
  if (node && node !== line.node) return false;
  if (!search) return true;
  const text = `${line.message} ${JSON.stringify(line.fields)}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** The journals of this machine, or of all that share its data directory. */
export const journalsIn = (directory: string): Journals => ({
  page: async (filter, first, after): Promise<JournalPage> => {
    const lines: JournalLine[] = [];
    let looked = 0;
    let last: string | null = null;
    for await (const line of merged(directory)) {
      if (after && line.id >= after) continue;
      if (lines.length >= first || looked >= lookedAtMax) return { lines, next: last };
      looked += 1;
      last = line.id;
      if (matches(line, filter)) lines.push(line);
    }
    return { lines, next: null };
  },
  since: async (filter, ids, afterMs, max) => {
    const fresh: JournalLine[] = [];
    for await (const line of merged(directory)) {
      if (line.at.getTime() < afterMs || fresh.length >= max) break;
      if (!ids.has(line.id) && matches(line, filter)) fresh.push(line);
    }
    return fresh.reverse();
  },
  all: () => merged(directory),
});
