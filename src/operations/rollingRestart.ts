// Starts processes again one after the other, so that there is always another one for what each of them does.
import { untilTrue } from './processes.ts';
import type { RoleProcess } from './roleProcess.ts';

const readyTimeoutMs = 60_000;
/** How old what the others know of a process may be. */
const knownLateMs = 2_000;

/** How often a process has said, since it was first started, that it is ready. */
export const readiesOf = async (role: Pick<RoleProcess, 'printed'>): Promise<number> =>
  (await role.printed()).match(/"msg":"(media plane )?ready"/g)?.length ?? 0;

/** Settles when all are ready again; answers the name of the one that did not come back, which ends the round. */
export const restartInTurn = async (
  roles: readonly RoleProcess[],
  say: (line: string) => void,
  pause: (timeoutMs: number) => Promise<void>,
): Promise<string | null> => {
  for (const role of roles) {
    const before = await readiesOf(role);
    role.restart();
    if (!(await untilTrue(async () => (await readiesOf(role)) > before, readyTimeoutMs, 100))) {
      say(`The ${role.name} process did not come back; the others go on as they are.`);
      return role.name;
    }
    say(`The ${role.name} process was started again.`);
    await pause(knownLateMs); // Before the next one goes, the others have to know that this one is back.
  }
  return null;
};
