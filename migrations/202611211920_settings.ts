// The settings of the server, and the legal holds.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Settings202611211920 implements MigrationInterface {
  name = 'Settings1795288800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."settings_section" (
      "section" text NOT NULL,
      "values" jsonb NOT NULL,
      "revision" integer NOT NULL,
      "editedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_settings_section" PRIMARY KEY ("section")
    )`);
    await runner.query(`create table "read"."legal_hold" (
      "id" uuid NOT NULL,
      "name" text NOT NULL,
      "reason" text NOT NULL,
      "accountIds" uuid array NOT NULL,
      "conferenceIds" uuid array NOT NULL,
      "revision" integer NOT NULL,
      "placedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      "releasedAt" TIMESTAMP WITH TIME ZONE,
      CONSTRAINT "PK_legal_hold" PRIMARY KEY ("id")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."legal_hold"');
    await runner.query('drop table "read"."settings_section"');
  }
}
