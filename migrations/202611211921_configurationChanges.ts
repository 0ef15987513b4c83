// The report of configuration changes, and the objects as they are, for what the next change calls "before".
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ConfigurationChanges202611211921 implements MigrationInterface {
  name = 'ConfigurationChanges1795288860000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."configuration_change" (
      "position" text NOT NULL,
      "eventId" uuid NOT NULL,
      "stream" text NOT NULL,
      "revision" integer NOT NULL,
      "objectType" text NOT NULL,
      "objectId" text NOT NULL,
      "action" text NOT NULL,
      "changes" jsonb NOT NULL,
      "erased" boolean NOT NULL,
      "occurredAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      "actorKind" text NOT NULL,
      "actorId" text NOT NULL,
      "commandId" uuid NOT NULL,
      "previous" text,
      CONSTRAINT "PK_configuration_change" PRIMARY KEY ("position")
    )`);
    const index = async (name: string, columns: string, unique = ''): Promise<unknown> =>
      runner.query(
        `create ${unique} index "configuration_change_${name}" on "read"."configuration_change" (${columns})`,
      );
    await index('by_event', '"eventId"', 'unique');
    await index('by_object', '"objectId", "position"');
    await index('by_actor', '"actorId", "position"');
    await index('by_time', '"occurredAt"');
    await runner.query(`create table "read"."configured_object" (
      "objectType" text NOT NULL,
      "objectId" text NOT NULL,
      "values" jsonb NOT NULL,
      "last" text,
      CONSTRAINT "PK_configured_object" PRIMARY KEY ("objectType", "objectId")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table "read"."configured_object"');
    await runner.query('drop table "read"."configuration_change"');
  }
}
