// The first administrator: from the environment, or by the one-time link that the server prints.
import { type Needs, systemActor } from '../commands/call.ts';
import { setUpServer } from '../commands/identity.ts';
import type { Config } from '../config.ts';
import { administration } from '../domain/identity/administration.ts';

/**
 * Makes the administrator that the environment names where there is none yet. Answers the path of the setup link while
 * the server still has to be set up by hand, else null.
 */
export const ensureAdministrator = async (
  needs: Needs,
  { firstAdministrator }: Config,
  newId: () => string,
): Promise<string | null> => {
  const { state } = await needs.executor.load(administration, needs.serverId);
  if (state.setUp) return null;
  if (!firstAdministrator) return `/setup?token=${(await needs.vault.secret('setup')).toString('base64url')}`;
  const caller = { actor: systemActor, role: null, signInId: null, origin: { displayName: '', ip: '', userAgent: '' } };
  const { login, password } = firstAdministrator;
  const input = { accountId: newId(), login, password };
  await setUpServer(needs, { caller, commandId: newId() }, input, true);
  return null;
};
