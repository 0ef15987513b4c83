// The status of each account on record, beside the live one.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccountStatuses202611211140 implements MigrationInterface {
  name = 'AccountStatuses1795261200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."account_status" (
      "accountId" uuid NOT NULL,
      "status" integer NOT NULL,
      "since" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_account_status" PRIMARY KEY ("accountId")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."account_status"');
  }
}
