// The first read models. Everything in the schema "read" can be dropped and is then rebuilt from the log.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create table "read"."checkpoint" (
    "name" text NOT NULL,
    "version" integer NOT NULL,
    "logId" uuid NOT NULL,
    "position" text,
    "haltedAt" text,
    "haltReason" text,
    CONSTRAINT "PK_d70c4733e4ca61c1f576c2c8eef" PRIMARY KEY ("name")
  )`,
  `create table "read"."account" (
    "id" uuid NOT NULL,
    "login" text NOT NULL,
    "displayName" text NOT NULL,
    "firstName" text NOT NULL,
    "lastName" text NOT NULL,
    "email" text NOT NULL,
    "company" text NOT NULL,
    "mobilePhone" text NOT NULL,
    "workPhone" text NOT NULL,
    "homePhone" text NOT NULL,
    "sipNumber" text NOT NULL,
    "active" boolean NOT NULL,
    "deleted" boolean NOT NULL,
    "role" text,
    "revision" integer NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_54115ee388cdb6d86bb4bf5b2ea" PRIMARY KEY ("id")
  )`,
  `create index "account_by_name" on "read"."account" ("displayName", "id")`,
  `create table "read"."sign_in" (
    "id" uuid NOT NULL,
    "accountId" uuid NOT NULL,
    "ip" text NOT NULL,
    "userAgent" text NOT NULL,
    "signedInAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "endedAt" TIMESTAMP WITH TIME ZONE,
    "endCause" text,
    CONSTRAINT "PK_e1c2af97265eef8174c9a652a5e" PRIMARY KEY ("id")
  )`,
  `create index "sign_in_by_account" on "read"."sign_in" ("accountId", "signedInAt")`,
  `create table "read"."conference" (
    "id" uuid NOT NULL,
    "cid" text NOT NULL,
    "kind" text NOT NULL,
    "title" text NOT NULL,
    "description" text NOT NULL,
    "ownerId" uuid NOT NULL,
    "joinWithoutInvitation" boolean NOT NULL,
    "members" uuid array NOT NULL,
    "moderators" uuid array NOT NULL,
    "runningSessionId" uuid,
    "revision" integer NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "deleted" boolean NOT NULL,
    CONSTRAINT "PK_e203a214f53b0eeefb3db00fdb2" PRIMARY KEY ("id")
  )`,
  `create index "conference_by_owner" on "read"."conference" ("ownerId")`,
  `create index "conference_by_age" on "read"."conference" ("createdAt", "id")`,
  `create table "read"."session" (
    "id" uuid NOT NULL,
    "conferenceId" uuid NOT NULL,
    "title" text NOT NULL,
    "ownerId" uuid NOT NULL,
    "startedBy" uuid NOT NULL,
    "startedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "endedAt" TIMESTAMP WITH TIME ZONE,
    "endCause" text,
    "endedBy" uuid,
    "node" text,
    "epoch" integer,
    "liveLegs" integer NOT NULL,
    "emptySince" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_f55da76ac1c3ac420f444d2ff11" PRIMARY KEY ("id")
  )`,
  `create index "session_by_start" on "read"."session" ("startedAt", "id")`,
  `create index "session_by_conference" on "read"."session" ("conferenceId", "startedAt")`,
  `create table "read"."participant" (
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    "displayName" text NOT NULL,
    "role" text NOT NULL,
    "muted" text array NOT NULL,
    "sharing" boolean NOT NULL,
    "removed" boolean NOT NULL,
    "mayRejoin" boolean NOT NULL,
    "firstJoinedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "liveLegs" integer NOT NULL,
    "connectedLegs" integer NOT NULL,
    "leftAt" TIMESTAMP WITH TIME ZONE,
    "leftCause" text,
    CONSTRAINT "PK_7eeaecbedcf4bf9ad7f208ebf2a" PRIMARY KEY ("sessionId", "participantId")
  )`,
  `create index "participant_by_person" on "read"."participant" ("participantId")`,
  `create table "read"."leg" (
    "id" uuid NOT NULL,
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    "joinedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "connectedAt" TIMESTAMP WITH TIME ZONE,
    "leftAt" TIMESTAMP WITH TIME ZONE,
    "leftCause" text,
    "quality" jsonb,
    CONSTRAINT "PK_3d5807243e6c648621279e9f098" PRIMARY KEY ("id")
  )`,
  `create index "leg_by_session" on "read"."leg" ("sessionId", "joinedAt")`,
  `create table "read"."chat_message" (
    "eventId" uuid NOT NULL,
    "id" uuid NOT NULL,
    "sessionId" uuid NOT NULL,
    "authorId" uuid NOT NULL,
    "authorName" text NOT NULL,
    "text" text,
    "postedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_e9cbb9df4115eb662491471df28" PRIMARY KEY ("eventId")
  )`,
  `create index "chat_message_by_session" on "read"."chat_message" ("sessionId")`,
  `create table "read"."event" (
    "number" bigint NOT NULL,
    "position" text NOT NULL,
    "eventId" uuid NOT NULL,
    "type" text NOT NULL,
    "stream" text NOT NULL,
    "revision" integer NOT NULL,
    "objectType" text NOT NULL,
    "objectId" text NOT NULL,
    "occurredAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "severity" text NOT NULL,
    "actorKind" text NOT NULL,
    "actorId" text NOT NULL,
    "actorName" text NOT NULL,
    "ip" text NOT NULL,
    "userAgent" text NOT NULL,
    "reason" text,
    "commandId" uuid NOT NULL,
    "correlationId" uuid NOT NULL,
    "data" jsonb NOT NULL,
    "search" text NOT NULL,
    CONSTRAINT "PK_a0b389ba8f32c1b1d79678018f1" PRIMARY KEY ("number")
  )`,
  `create index "event_by_object" on "read"."event" ("objectId", "number")`,
  `create index "event_by_type" on "read"."event" ("type", "number")`,
  `create unique index "event_by_stream" on "read"."event" ("stream", "revision")`,
  `create index "event_by_time" on "read"."event" ("occurredAt")`,
  `create unique index "event_by_position" on "read"."event" ("position")`,
  `create table "read"."event_counter" (
    "name" text NOT NULL,
    "next" bigint NOT NULL,
    CONSTRAINT "PK_2aedcc7184cacbac7d14e7607de" PRIMARY KEY ("name")
  )`,
  `create table "read"."parked" (
    "position" text NOT NULL,
    "eventId" uuid NOT NULL,
    "type" text NOT NULL,
    "reason" text NOT NULL,
    "parkedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_parked" PRIMARY KEY ("position")
  )`,
];

export class ReadModels202611210800 implements MigrationInterface {
  name = 'ReadModels1795248000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema "read" cascade');
  }
}
