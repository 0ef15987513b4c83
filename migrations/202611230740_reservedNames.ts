// Names that were reserved, and neither confirmed nor let go so far.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservedNames202611230740 implements MigrationInterface {
  name = 'ReservedNames1795419600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."reserved_name" (
      "category" text NOT NULL,
      "key" text NOT NULL,
      "until" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_reserved_name" PRIMARY KEY ("category", "key")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."reserved_name"');
  }
}
