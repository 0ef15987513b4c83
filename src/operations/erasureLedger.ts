// The erasure ledger: which keys were destroyed, kept apart from the database, so that an older backup which still has
// them can be restored without bringing anybody back. It holds ids and times, and nothing of a person.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { z } from 'zod';
import type { ErasureLedger } from '../commands/erasure.ts';
import { CannotStart } from './cannotStart.ts';
import { replaceFile } from './files.ts';

/** Where a server keeps its ledger, in its data directory. */
export const ledgerFile = 'erasures.ndjson';

const Line = z.object({ subject: z.string().min(1).max(200), erasedAt: z.iso.datetime() });
type Line = z.infer<typeof Line>;

const textOf = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Adds lines to the ledger of a data directory; on disk once it resolves. Repeats add repeated lines. */
export const ledgerIn = (dataDir: string, now: () => Date): ErasureLedger => {
  let last: Promise<void> = Promise.resolve();
  const add = async (subjects: readonly string[]): Promise<void> => {
    if (subjects.length === 0) return;
    const file = await open(join(dataDir, ledgerFile), 'a', 0o600);
    try {
      const erasedAt = now().toISOString();
      await file.appendFile(textOf(subjects.map((subject) => ({ subject, erasedAt }))));
      await file.sync();
    } finally {
      await file.close();
    }
  };
  return (subjects) => {
    const mine = last.then(() => add(subjects));
    last = mine.catch(() => undefined);
    return mine;
  };
};

const linesPerStep = 5_000;

/**
 * Writes a ledger of all that was ever erased, as the vault knows it, in place of `path`: of every node, and where the
 * files of a node are lost. Answers how many lines it has.
 */
export const writeErasureLedger = async (client: pg.ClientBase, path: string): Promise<number> => {
  let count = 0;
  await replaceFile(path, async (write) => {
    for (let after = ''; ; ) {
      const { rows } = await client.query<{ subject: string; erased_at: Date }>(
        'select subject, erased_at from vault.keys where erased_at is not null and subject > $1 order by subject limit $2',
        [after, linesPerStep],
      );
      await write(textOf(rows.map(({ subject, erased_at: at }) => ({ subject, erasedAt: at.toISOString() }))));
      count += rows.length;
      after = rows.at(-1)?.subject ?? after;
      if (rows.length < linesPerStep) return;
    }
  });
  return count;
};

async function* linesOf(path: string): AsyncGenerator<Line[]> {
  let lines: Line[] = [];
  let number = 0;
  const input = createReadStream(path);
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (text.trim() === '') continue;
    const parsed = Line.safeParse(parsedJson(text));
    if (!parsed.success) throw new Error(`line ${number} is not one of a ledger`);
    lines.push(parsed.data);
    if (lines.length < linesPerStep) continue;
    yield lines;
    lines = [];
  }
  yield lines;
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** Whom a ledger names. Rejects with `CannotStart` where the file is no ledger. */
export const readErasureLedger = async (path: string): Promise<Set<string>> => {
  const subjects = new Set<string>();
  try {
    for await (const lines of linesOf(path)) for (const { subject } of lines) subjects.add(subject);
    return subjects;
  } catch (error) {
    throw unusable(path, error);
  }
};

const unusable = (path: string, error: unknown): CannotStart => {
  const why = error instanceof Error ? error.message : String(error);
  return new CannotStart('backup_unusable', `The erasure ledger ${path} cannot be used: ${why}.`, { cause: error });
};

/**
 * Destroys in a restored vault what the ledger names: keys, and what would still open an erased person's account. The
 * caller commits. Answers how many keys it took. Rejects with `CannotStart` where the file is no ledger.
 */
export const applyErasureLedger = async (client: pg.ClientBase, path: string): Promise<number> => {
  let erased = 0;
  try {
    for await (const lines of linesOf(path)) {
      const byId = new Map(lines.map(({ subject, erasedAt }) => [subject, erasedAt]));
      const subjects = [...byId.keys()];
      const { rowCount } = await client.query(
        `insert into vault.keys (subject, erased_at)
         select * from unnest($1::text[], $2::timestamptz[])
         on conflict (subject) do update set key_id = null, wrapped = null, erased_at = excluded.erased_at
           where vault.keys.erased_at is null`,
        [subjects, [...byId.values()]],
      );
      erased += rowCount ?? 0;
      await client.query('delete from vault.passwords where account_id = any($1)', [subjects]);
      await client.query('delete from vault.tokens where account_id = any($1)', [subjects]);
    }
  } catch (error) {
    if (error instanceof Error && 'severity' in error) throw error; // The database's own.
    throw unusable(path, error);
  }
  return erased;
};
