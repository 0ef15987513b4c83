// A part of an address is the beginning of one of its tails: an index over all tails knows at once who had it.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Made beside the one there is, if there is one: reports are read meanwhile. */
const madeAnew = (address: string): string => `do $$
  declare
    trigrams text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_trgm');
    numbers text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'btree_gin');
  begin
    if to_regclass('read.event_by_day') is not null then
      execute format('create index "event_by_day_next" on "read"."event" using gin (
        "read"."day"("occurredAt") %1$I.int4_ops, "read"."plain"("search") %2$I.gin_trgm_ops, ${address})',
        numbers, trigrams);
      drop index "read"."event_by_day";
      alter index "read"."event_by_day_next" rename to "event_by_day";
    end if;
  end $$`;

const tails = (count: number): string =>
  `array[${Array.from({ length: count }, (_, index) => `substr($1, ${index + 1})`).join(', ')}]`;

export class TailsOfAddresses202611222200 implements MigrationInterface {
  name = 'TailsOfAddresses1795384800000';

  async up(runner: QueryRunner): Promise<void> {
    // Without a loop, which would cost ten times as much; most addresses are short, none is longer than 45.
    await runner.query(
      `create function "read"."tails"(text) returns tsvector language sql immutable parallel safe return
       array_to_tsvector(array_remove(case when length($1) <= 15 then ${tails(15)} else ${tails(45)} end, ''))`,
    );
    await runner.query(madeAnew(`"read"."tails"("ip")`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(madeAnew(`translate("ip", ''.:'', ''xy'') %2$I.gin_trgm_ops`));
    await runner.query('drop function "read"."tails"(text)');
  }
}
