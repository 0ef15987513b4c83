// How it went with each witness of the log.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WitnessStates202611212300 implements MigrationInterface {
  name = 'WitnessStates1795302000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."witness_state" (
      "name" text NOT NULL,
      "size" bigint,
      "keptAt" TIMESTAMP WITH TIME ZONE,
      "failures" integer NOT NULL,
      "failedAt" TIMESTAMP WITH TIME ZONE,
      "reason" text,
      CONSTRAINT "PK_witness_state" PRIMARY KEY ("name")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."witness_state"');
  }
}
