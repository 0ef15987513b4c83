// The tree over all events, and what was signed of it.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Proof202611211910 implements MigrationInterface {
  name = 'Proof1795288200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "read"."proof_tree" (
      "name" text NOT NULL,
      "size" bigint NOT NULL,
      "wanted" bigint NOT NULL,
      "position" text,
      CONSTRAINT "PK_proof_tree" PRIMARY KEY ("name")
    )`);
    await runner.query(`create table "read"."proof_tile" (
      "level" integer NOT NULL,
      "index" bigint NOT NULL,
      "hashes" bytea NOT NULL,
      "after" text,
      CONSTRAINT "PK_proof_tile" PRIMARY KEY ("level", "index")
    )`);
    // Hashes do not shrink.
    await runner.query('alter table "read"."proof_tile" alter column "hashes" set storage external');
    await runner.query(`create table "read"."proof_checkpoint" (
      "eventId" uuid NOT NULL,
      "size" bigint NOT NULL,
      "root" text NOT NULL,
      "note" text NOT NULL,
      "verifierKey" text NOT NULL,
      "signedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_proof_checkpoint" PRIMARY KEY ("eventId")
    )`);
    await runner.query(
      'create index "proof_checkpoint_by_size" on "read"."proof_checkpoint" ("size", "signedAt", "eventId")',
    );
    await runner.query(`create table "read"."proof_key" (
      "keyId" uuid NOT NULL,
      "place" integer NOT NULL,
      "verifierKey" text NOT NULL,
      "endorsement" text,
      "adoptedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_proof_key" PRIMARY KEY ("keyId")
    )`);
    await runner.query(`create table "read"."proof_finding" (
      "kind" text NOT NULL,
      "size" bigint,
      "number" bigint,
      "reason" text NOT NULL,
      "foundAt" TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT "PK_proof_finding" PRIMARY KEY ("kind")
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['finding', 'key', 'checkpoint', 'tile', 'tree'])
      await runner.query(`drop table "read"."proof_${name}"`);
  }
}
