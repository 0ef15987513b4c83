// Moves checkpoints on: with the rows of a batch, or several together where there was nothing for them.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { type Write, writeSql } from './rows.ts';

export type Move = {
  name: string;
  from: string | null;
  to: string;
  /** Which making of the tables the mover knows. */
  built: number;
  /** Heard on the channel with the commit. */
  notice: string;
};

/** False tells that the checkpoint did not stand at `from` any more, or that its projection halted. */
export type Moves = (move: Move) => Promise<boolean>;

type Asked = { move: Move; answer: (moved: boolean) => void; fail: (error: unknown) => void };

// Locked in one order, so that two processes never wait for each other.
const statement = `
  with asked as (
    select * from jsonb_to_recordset($1::jsonb) as a(name text, "from" text, "to" text, built int, notice text)
  ),
  standing as (
    select c.name from read.checkpoint c join asked a on a.name = c.name
    where c.position is not distinct from a."from" and c.built = a.built and c."haltedAt" is null
    order by c.name for update of c
  ),
  moved as (
    update read.checkpoint c set position = a."to" from asked a join standing s on s.name = a.name
    where c.name = a.name and c.position is not distinct from a."from" and c.built = a.built
      and c."haltedAt" is null
    returning c.name, a.notice
  )
  select name, pg_notify($2, notice) from moved`;

/**
 * Moves checkpoints on and tells `channel` of it. All that is asked while a statement is under way goes with the next
 * one; an error of a statement is told to everybody whose move it was to make.
 */
export const gatherMoves = (pool: Pool, channel: string): Moves => {
  let waiting: Asked[] = [];
  let running = false;

  const send = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const sent = waiting;
      waiting = [];
      try {
        const moves = JSON.stringify(sent.map(({ move }) => move));
        const { rows } = await pool.query<{ name: string }>({
          name: 'move checkpoints',
          text: statement,
          values: [moves, channel],
        });
        const moved = new Set(rows.map(({ name }) => name));
        for (const { move, answer } of sent) answer(moved.has(move.name));
      } catch (error) {
        for (const { fail } of sent) fail(error);
      }
    }
    running = false;
  };

  return (move) =>
    new Promise((answer, fail) => {
      waiting.push({ move, answer, fail });
      // Whoever was woken by the same event asks within this turn.
      if (!running) setImmediate(() => void (running || send()));
    });
};

/**
 * Moves one checkpoint on, in one statement with everything a batch writes; nothing is written where it answers false.
 */
export const moveWith = async (
  pool: Pool,
  { name, from, to, built, notice }: Move,
  channel: string,
  writes: readonly Write[],
): Promise<boolean> => {
  const parts = writes.map(
    (write, index) => `w${index} as (${writeSql(write, `$${index + 7}`, 'exists (select from moved)')})`,
  );
  const tables = writes.map(({ verb, table }) => `${verb} ${table.sqlName}`).join(', ');
  const { rowCount } = await pool.query({
    // PostgreSQL heeds the first 63 characters only.
    name: `move with ${createHash('sha256').update(tables).digest('base64url')}`,
    text: `
      with moved as (
        update read.checkpoint set position = $3
        where name = $1 and position is not distinct from $2 and built = $6 and "haltedAt" is null returning name
      ),
      ${parts.join(',\n')}
      select pg_notify($4, $5) from moved`,
    values: [name, from, to, channel, notice, built, ...writes.map(({ rows }) => JSON.stringify(rows))],
  });
  return rowCount === 1;
};
