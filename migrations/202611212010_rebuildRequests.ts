// Rebuilds of read models that were asked for.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RebuildRequests202611212010 implements MigrationInterface {
  name = 'RebuildRequests1795291800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."rebuild_request" (
      "rebuildId" uuid NOT NULL,
      "readModel" text NOT NULL,
      "position" text NOT NULL,
      "requestedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      "endedAt" TIMESTAMP WITH TIME ZONE,
      "reason" text,
      CONSTRAINT "PK_rebuild_request" PRIMARY KEY ("rebuildId", "readModel")
    )`);
    await runner.query('create index "rebuild_request_by_age" on "read"."rebuild_request" ("position", "readModel")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."rebuild_request"');
  }
}
