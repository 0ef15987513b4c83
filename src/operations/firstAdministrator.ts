// The first administrator: from the environment, or by the one-time link that the server prints.
import { setTimeout as delay } from 'node:timers/promises';
import { type Needs, systemActor } from '../commands/call.ts';
import { setUpServer } from '../commands/identity.ts';
import type { Config } from '../config.ts';
import { administration } from '../domain/identity/administration.ts';
import { Refusal } from '../domain/kernel.ts';

const othersWaitMs = 10_000;

const isSetUp = async ({ executor, serverId }: Needs): Promise<boolean> =>
  (await executor.load(administration, serverId)).state.setUp;

/** Waits for another process that started at the same time and came first; rethrows `error` where there is none. */
const setUpByAnother = async (needs: Needs, error: unknown): Promise<void> => {
  const deadline = performance.now() + othersWaitMs;
  while (error instanceof Refusal && performance.now() < deadline) {
    if (await isSetUp(needs)) return;
    await delay(100);
  }
  throw error;
};

/**
 * Makes the administrator that the environment names where there is none yet. Answers the path of the setup link while
 * the server still has to be set up by hand, else null.
 */
export const ensureAdministrator = async (
  needs: Needs,
  { firstAdministrator }: Config,
  newId: () => string,
): Promise<string | null> => {
  if (await isSetUp(needs)) return null;
  if (!firstAdministrator) return `/setup?token=${(await needs.vault.secret('setup')).toString('base64url')}`;
  const caller = { actor: systemActor, role: null, signInId: null, origin: { displayName: '', ip: '', userAgent: '' } };
  const { login, password } = firstAdministrator;
  const input = { accountId: newId(), login, password };
  const made = setUpServer(needs, { caller, commandId: newId() }, input, true);
  await made.catch((error: unknown) => setUpByAnother(needs, error));
  return null;
};
