// The reports of calls, of all chat messages, and of the devices people use.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create table "read"."call" (
    "id" uuid NOT NULL,
    "conferenceId" uuid NOT NULL,
    "title" text NOT NULL,
    "ownerId" uuid NOT NULL,
    "startedBy" uuid NOT NULL,
    "startedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "endedAt" TIMESTAMP WITH TIME ZONE,
    "endCause" text,
    "people" integer NOT NULL,
    "connections" integer NOT NULL,
    CONSTRAINT "PK_call" PRIMARY KEY ("id")
  )`,
  'create index "call_by_start" on "read"."call" ("startedAt", "id")',
  'create index "call_by_conference" on "read"."call" ("conferenceId", "startedAt")',
  'create index "call_by_owner" on "read"."call" ("ownerId", "startedAt")',
  `create table "read"."call_person" (
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    CONSTRAINT "PK_call_person" PRIMARY KEY ("sessionId", "participantId")
  )`,
  'create index "call_person_by_person" on "read"."call_person" ("participantId")',
  `create table "read"."call_invite" (
    "eventId" uuid NOT NULL,
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    "invitedBy" uuid NOT NULL,
    "invitedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_call_invite" PRIMARY KEY ("eventId")
  )`,
  'create index "call_invite_by_session" on "read"."call_invite" ("sessionId", "invitedAt")',
  'create index "call_invite_by_person" on "read"."call_invite" ("participantId")',
  `create table "read"."call_leg" (
    "id" uuid NOT NULL,
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    "joinedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "endpointId" uuid,
    "ip" text NOT NULL,
    "userAgent" text NOT NULL,
    CONSTRAINT "PK_call_leg" PRIMARY KEY ("id")
  )`,
  'create index "call_leg_by_session" on "read"."call_leg" ("sessionId", "joinedAt")',
  'create index "call_leg_by_endpoint" on "read"."call_leg" ("endpointId", "joinedAt")',
  `create table "read"."endpoint" (
    "id" uuid NOT NULL,
    "accountId" uuid NOT NULL,
    "displayName" text NOT NULL,
    "userAgent" text NOT NULL,
    "ip" text NOT NULL,
    "firstSeenAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "lastSeenAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "signIns" integer NOT NULL,
    "legs" integer NOT NULL,
    "lastSessionId" uuid,
    CONSTRAINT "PK_endpoint" PRIMARY KEY ("id")
  )`,
  'create index "endpoint_by_time" on "read"."endpoint" ("lastSeenAt", "id")',
  'create index "endpoint_by_account" on "read"."endpoint" ("accountId", "lastSeenAt")',
  `create table "read"."endpoint_leg" (
    "legId" uuid NOT NULL,
    "endpointId" uuid NOT NULL,
    CONSTRAINT "PK_endpoint_leg" PRIMARY KEY ("legId")
  )`,
  'create index "chat_message_by_time" on "read"."chat_message" ("postedAt", "eventId")',
  'create index "chat_message_by_author" on "read"."chat_message" ("authorId", "postedAt")',
  `do $$
   declare home text;
   begin
     select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname = 'pg_trgm';
     if home is not null then
       execute format('create index "chat_message_by_words" on "read"."chat_message"
         using gin ("read"."plain"(lower("text")) %I.gin_trgm_ops)', home);
     end if;
   end $$`,
];

export class CallsAndEndpoints202611211931 implements MigrationInterface {
  name = 'CallsAndEndpoints1795289460000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['call', 'call_person', 'call_invite', 'call_leg', 'endpoint', 'endpoint_leg']) {
      await runner.query(`drop table "read"."${name}"`);
    }
    for (const name of ['by_time', 'by_author', 'by_words']) {
      await runner.query(`drop index if exists "read"."chat_message_${name}"`);
    }
  }
}
