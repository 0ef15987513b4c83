// Which making of its tables a checkpoint belongs to, and how far a rebuild beside the live tables has come.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Rebuilds202611211900 implements MigrationInterface {
  name = 'Rebuilds1795287600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table "read"."checkpoint" add column "built" integer NOT NULL DEFAULT 0');
    await runner.query(`create table "read"."rebuild" (
      "name" text NOT NULL,
      "phase" text NOT NULL,
      "position" text,
      "events" bigint NOT NULL,
      "startedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      "endedAt" TIMESTAMP WITH TIME ZONE,
      "reason" text,
      "tables" jsonb NOT NULL,
      CONSTRAINT "PK_rebuild" PRIMARY KEY ("name")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."rebuild"');
    await runner.query('alter table "read"."checkpoint" drop column "built"');
  }
}
