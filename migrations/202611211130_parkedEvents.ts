// Parked events are on the record now; what is shown of them is a projection like any other.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  'drop table "read"."parked"',
  `create table "read"."parked_event" (
    "eventId" uuid NOT NULL,
    "type" text NOT NULL,
    "stream" text NOT NULL,
    "revision" integer NOT NULL,
    "position" text NOT NULL,
    "correlationId" text NOT NULL,
    "reason" text NOT NULL,
    "parkedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "retriedAt" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_parked_event" PRIMARY KEY ("eventId")
  )`,
  'create unique index "parked_event_by_position" on "read"."parked_event" ("position")',
];

export class ParkedEvents202611211130 implements MigrationInterface {
  name = 'ParkedEvents1795260600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."parked_event"');
  }
}
