// Versions of accounts, settings, conferences, sessions and the people in them, and the moments of the log.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create table "read"."account_version" (
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
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_account_version" PRIMARY KEY ("id", "until")
  )`,
  'create index "account_version_by_name" on "read"."account_version" ("displayName", "id")',
  'create index "account_version_by_age" on "read"."account_version" ("createdAt")',
  `create table "read"."settings_section_version" (
    "section" text NOT NULL,
    "values" jsonb NOT NULL,
    "revision" integer NOT NULL,
    "editedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_settings_section_version" PRIMARY KEY ("section", "until")
  )`,
  `create table "read"."legal_hold_version" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "reason" text NOT NULL,
    "accountIds" uuid array NOT NULL,
    "conferenceIds" uuid array NOT NULL,
    "revision" integer NOT NULL,
    "placedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "releasedAt" TIMESTAMP WITH TIME ZONE,
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_legal_hold_version" PRIMARY KEY ("id", "until")
  )`,
  `create table "read"."conference_version" (
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
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_conference_version" PRIMARY KEY ("id", "until")
  )`,
  'create index "conference_version_by_age" on "read"."conference_version" ("createdAt", "id")',
  `create table "read"."session_version" (
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
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_session_version" PRIMARY KEY ("id", "until")
  )`,
  'create index "session_version_by_start" on "read"."session_version" ("startedAt", "id")',
  'create index "session_version_by_conference" on "read"."session_version" ("conferenceId", "startedAt")',
  `create table "read"."participant_version" (
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
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
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_participant_version" PRIMARY KEY ("sessionId", "participantId", "until")
  )`,
  `create table "read"."leg_version" (
    "id" uuid NOT NULL,
    "sessionId" uuid NOT NULL,
    "participantId" uuid NOT NULL,
    "joinedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "connectedAt" TIMESTAMP WITH TIME ZONE,
    "leftAt" TIMESTAMP WITH TIME ZONE,
    "leftCause" text,
    "quality" jsonb,
    "until" text NOT NULL,
    "from" text NOT NULL,
    CONSTRAINT "PK_leg_version" PRIMARY KEY ("id", "until")
  )`,
  'create index "leg_version_by_session" on "read"."leg_version" ("sessionId", "participantId")',
  `create table "read"."moment" (
    "second" bigint NOT NULL,
    "position" text NOT NULL,
    CONSTRAINT "PK_moment" PRIMARY KEY ("second")
  )`,
  `create table "read"."moment_latest" (
    "name" text NOT NULL,
    "second" bigint NOT NULL,
    CONSTRAINT "PK_moment_latest" PRIMARY KEY ("name")
  )`,
];

const tables = [
  'account_version',
  'settings_section_version',
  'legal_hold_version',
  'conference_version',
  'session_version',
  'participant_version',
  'leg_version',
  'moment',
  'moment_latest',
];

export class Past202611212100 implements MigrationInterface {
  name = 'Past1795294800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of tables) await runner.query(`drop table "read"."${name}"`);
  }
}
