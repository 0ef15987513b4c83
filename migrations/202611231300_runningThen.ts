// Conferences that were running at an event, found without looking at those that were not.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RunningThen202611231300 implements MigrationInterface {
  name = 'RunningThen1795438800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create type "read"."positions" as range (subtype = text)');
    await runner.query(`create index "conference_version_running" on "read"."conference_version"
      using gist ("read"."positions"("from", "until")) where "runningSessionId" is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index "read"."conference_version_running"');
    await runner.query('drop type "read"."positions"');
  }
}
