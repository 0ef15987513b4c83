// The rule of each report that deletes by age.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Retention202611212201 implements MigrationInterface {
  name = 'Retention1795298460000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create table "read"."retention_rule" (
        "report" text NOT NULL,
        "days" integer NOT NULL,
        "before" timestamptz NOT NULL,
        "upTo" bigint NOT NULL,
        "rows" integer NOT NULL,
        "holdIds" uuid array NOT NULL,
        "appliedAt" timestamptz NOT NULL,
        CONSTRAINT "PK_retention_rule" PRIMARY KEY ("report")
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."retention_rule"');
  }
}
