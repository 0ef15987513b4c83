// Lists of the past by one entry for each object there ever was, in the place of one for each of its versions.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const before: readonly (readonly [name: string, table: string, columns: string])[] = [
  ['conference_version_by_age', 'conference_version', '"createdAt", "id"'],
  ['session_version_by_start', 'session_version', '"startedAt", "id"'],
  ['session_version_by_conference', 'session_version', '"conferenceId", "startedAt"'],
];
const after: typeof before = [
  ['conference_ever_by_age', 'conference_version', '"createdAt", "id"'],
  ['session_ever_by_start', 'session_version', '"startedAt", "id"'],
  ['session_ever_by_conference', 'session_version', '"conferenceId", "startedAt"'],
];

export class PastLists202611220200 implements MigrationInterface {
  name = 'PastLists1795312800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name] of before) await runner.query(`drop index "read"."${name}"`);
    for (const [name, table, columns] of after) {
      await runner.query(`create index "${name}" on "read"."${table}" (${columns}) where "until" = 'now'`);
    }
    await runner.query('create unique index "moment_by_position" on "read"."moment" ("position")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index "read"."moment_by_position"');
    for (const [name] of after) await runner.query(`drop index "read"."${name}"`);
    for (const [name, table, columns] of before) {
      await runner.query(`create index "${name}" on "read"."${table}" (${columns})`);
    }
  }
}
