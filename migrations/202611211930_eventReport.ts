// The Events report: where events come from, sorting, and searching text by trigrams.
import type { MigrationInterface, QueryRunner } from 'typeorm';

// Trigrams of PostgreSQL leave out what is not ASCII where the locale is C, as in our own database: letters of the
// scripts around us are written as others for the index alone.
const letters = 'àáâãäåāăąçćčďđèéêëēęěğìíîïīįıłñńňòóôõöøōőŕřßśşšșťţțùúûüūůűųýÿźżžабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ';
const plain = 'aaaaaaaaacccddeeeeeeegiiiiiiilnnnoooooooorrssssstttuuuuuuuuyyzzzabvgdeejziiklmnoprstufhccssqyqeuaiieg';

const statements = [
  // Rows that are there show this until the trail is made anew from the log, beside them.
  `alter table "read"."event" add "gravity" integer NOT NULL default 0, add "source" text NOT NULL default 'server',
     add "actorRole" text`,
  'alter table "read"."event" alter "gravity" drop default, alter "source" drop default',
  `create table "read"."event_administrator" (
    "accountId" uuid NOT NULL,
    "role" text NOT NULL,
    CONSTRAINT "PK_event_administrator" PRIMARY KEY ("accountId")
  )`,
  'drop index "read"."event_by_time"',
  'create index "event_by_time" on "read"."event" ("occurredAt", "number")',
  'create index "event_by_gravity" on "read"."event" ("gravity", "number")',
  'create index "event_by_source" on "read"."event" ("source", "number")',
  'create index "event_by_actor" on "read"."event" ("actorId", "number")',
  `create function "read"."plain"(text) returns text language sql immutable strict parallel safe
   return translate($1, '${letters}', '${plain}')`,
  // A database without the extension, or where we may not create it, searches without the index.
  `do $$
   declare home text;
   begin
     begin
       create extension if not exists pg_trgm with schema "read";
     exception when others then
       raise warning 'pg_trgm is not to be had (%): searching reports will be slow', sqlerrm;
     end;
     select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname = 'pg_trgm';
     if home is not null then
       execute format(
         'create index "event_by_words" on "read"."event" using gin ("read"."plain"("search") %I.gin_trgm_ops)', home);
     end if;
   end $$`,
];

export class EventReport202611211930 implements MigrationInterface {
  name = 'EventReport1795289400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index if exists "read"."event_by_words"');
    await runner.query('drop function "read"."plain"(text)');
    await runner.query('drop table "read"."event_administrator"');
    await runner.query('alter table "read"."event" drop "gravity", drop "source", drop "actorRole"');
  }
}
