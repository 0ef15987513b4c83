// Which event a device was first heard of by: what is new in the report of endpoints is told by that.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FirstHeardOf202611220430 implements MigrationInterface {
  name = 'FirstHeardOf1795321800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table "read"."endpoint" add "firstPosition" text not null default ''`);
    await runner.query('create index "endpoint_by_position" on "read"."endpoint" ("firstPosition")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index "read"."endpoint_by_position"');
    await runner.query('alter table "read"."endpoint" drop column "firstPosition"');
  }
}
