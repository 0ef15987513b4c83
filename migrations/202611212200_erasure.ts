// Accounts whose persons are to be erased, or were; and legs are found by person.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Erasure202611212200 implements MigrationInterface {
  name = 'Erasure1795298400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table "read"."account" add "erasure" text');
    await runner.query('alter table "read"."account_version" add "erasure" text');
    await runner.query('create index "call_leg_by_person" on "read"."call_leg" ("participantId")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index "read"."call_leg_by_person"');
    await runner.query('alter table "read"."account_version" drop "erasure"');
    await runner.query('alter table "read"."account" drop "erasure"');
  }
}
