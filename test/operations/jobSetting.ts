// What tests of jobs share: a program that says nothing, on a database of its own, and sessions that nobody joins.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { systemActor } from '../../src/commands/call.ts';
import { readConfig } from '../../src/config.ts';
import { session } from '../../src/domain/sessions/session.ts';
import type { openLog } from '../../src/operations/openLog.ts';
import { freshDatabase } from '../support/postgres.ts';
import { databaseUrl } from '../support/stack.ts';

export const nothing = (): void => undefined;
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, setDetailed: nothing };
export const sources = { now: () => new Date(), newId: () => randomUUID() };

/** Closes after each test what was put onto the list it answers, the newest first. */
export const closedAfterEach = (): (() => Promise<unknown>)[] => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return closing;
};

/** The configuration of a program with a database and a directory of its own, which go with `closing`. */
export const ownProgram = async (closing: (() => Promise<unknown>)[], env: Record<string, string> = {}) => {
  const { connection, drop } = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-jobs-'));
  closing.push(drop, () => rm(dataDir, { recursive: true }));
  const config = readConfig({ HANSARD_DATA: dataDir, DATABASE_URL: databaseUrl(connection), ...env });
  return { config, connection };
};

/** Starts a session that nobody joins; answers its id. */
export const startSession = async ({ needs }: Pick<Awaited<ReturnType<typeof openLog>>, 'needs'>): Promise<string> => {
  const sessionId = randomUUID();
  const people = { conferenceId: randomUUID(), title: 'Board', ownerId: randomUUID(), startedBy: randomUUID() };
  const ctx = { actor: systemActor, origin: null, commandId: randomUUID(), asked: null };
  await needs.executor.execute(session, sessionId, { type: 'StartSession', data: { sessionId, ...people } }, ctx);
  return sessionId;
};
