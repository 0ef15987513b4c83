// Searches find what is new first: the indices over words begin with the day.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As `dayOf` of the projections. */
const day = `($1 at time zone 'UTC')::date - '2000-01-01'::date`;

/** Where the extensions for it are to be had; elsewhere it stays as it was. */
const indexed = (table: string, time: string, texts: readonly string[]): string => `do $$
  declare
    trigrams text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_trgm');
    numbers text;
  begin
    begin
      create extension if not exists btree_gin with schema "read";
    exception when others then
      raise warning 'btree_gin is not to be had (%): searching long reports will be slow', sqlerrm;
    end;
    numbers := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'btree_gin');
    if trigrams is not null and numbers is not null then
      execute format('create index "${table}_by_day" on "read"."${table}" using gin (
        "read"."day"("${time}") %1$I.int4_ops, ${texts.map((text) => `${text} %2$I.gin_trgm_ops`).join(', ')})', numbers, trigrams);
    end if;
  end $$`;

/** The index over words alone, which has no use beside the other. */
const dropped = (table: string): string => `do $$
  begin
    if to_regclass('read.${table}_by_day') is not null then
      drop index if exists "read"."${table}_by_words";
    end if;
  end $$`;

const madeAgain = (table: string, text: string): string => `do $$
  declare home text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm');
  begin
    if home is not null then
      execute format('create index if not exists "${table}_by_words" on "read"."${table}"
        using gin ("read"."plain"(${text}) %I.gin_trgm_ops)', home);
    end if;
  end $$`;

const words = { event: '"search"', chat_message: 'lower("text")' };

export class SearchedDays202611221530 implements MigrationInterface {
  name = 'SearchedDays1795361400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create function "read"."day"(timestamptz) returns int language sql immutable parallel safe return ${day}`,
    );
    // An address is one word here, so that its parts are found side by side.
    const address = `translate("ip", ''.:'', ''xy'')`;
    await runner.query(indexed('event', 'occurredAt', [`"read"."plain"(${words.event})`, address]));
    await runner.query(indexed('chat_message', 'postedAt', [`"read"."plain"(${words.chat_message})`]));
    // Last, since nobody can read from then on to the end of the transaction.
    for (const table of Object.keys(words)) await runner.query(dropped(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, text] of Object.entries(words)) {
      await runner.query(madeAgain(table, text));
      await runner.query(`drop index if exists "read"."${table}_by_day"`);
    }
    await runner.query('drop function "read"."day"(timestamptz)');
  }
}
