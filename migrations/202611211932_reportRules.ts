// Rules that hide rows of reports, and how many of them came before a call's end or a message.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const counts = (name: string): string =>
  `create table "read"."${name}" (
    "report" text NOT NULL,
    "deletions" integer NOT NULL,
    CONSTRAINT "PK_${name}" PRIMARY KEY ("report")
  )`;

const statements = [
  'alter table "read"."call" add "deletions" integer',
  // Transcripts are made anew from the log.
  'truncate "read"."chat_message"',
  'alter table "read"."chat_message" add "deletions" integer NOT NULL',
  `create table "read"."report_rule" (
    "eventId" uuid NOT NULL,
    "report" text NOT NULL,
    "ordinal" integer NOT NULL,
    "position" text NOT NULL,
    "filter" jsonb NOT NULL,
    CONSTRAINT "PK_report_rule" PRIMARY KEY ("eventId")
  )`,
  'create index "report_rule_by_report" on "read"."report_rule" ("report", "ordinal")',
  counts('report_rule_count'),
  counts('call_deletions'),
  counts('chat_deletions'),
];

export class ReportRules202611211932 implements MigrationInterface {
  name = 'ReportRules1795289520000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['report_rule', 'report_rule_count', 'call_deletions', 'chat_deletions']) {
      await runner.query(`drop table "read"."${name}"`);
    }
    await runner.query('alter table "read"."call" drop "deletions"');
    await runner.query('alter table "read"."chat_message" drop "deletions"');
  }
}
