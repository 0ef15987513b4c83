// Commands of a process that starts: nobody is there to send them again.
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../domain/kernel.ts';

const waitMs = 20_000;
const pauseMs = 200;
const passing: readonly string[] = ['command.outcome_unknown', 'command.too_busy', 'event_store.unavailable'];

/**
 * Does `act`, which sends a command, again under the same id as long as the store has no time for it, as when a whole
 * installation starts at once. Rejects with what is not about that, or lasts for 20 s.
 */
export const untilSettled = async <T>(commandId: string, act: (commandId: string) => Promise<T>): Promise<T> => {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return await act(commandId);
    } catch (error) {
      const passes = error instanceof Refusal && passing.includes(error.code);
      if (!passes || performance.now() > deadline) throw error;
    }
    await delay(pauseMs);
  }
};
