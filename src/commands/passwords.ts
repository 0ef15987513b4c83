// Argon2id, with a bounded queue: hashing is meant to be slow, and must not become a way to stop the server.
import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../domain/kernel.ts';

// QUALITY §2; RFC 9106 §4's second recommended choice has the same memory.
const parameters = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 };
const runningMax = 2;
const waitingMax = 64;

export type Passwords = {
  hash: (password: string) => Promise<string>;
  /** Compares in about the same time whether or not there is a hash to compare with. */
  verify: (stored: string | null, password: string) => Promise<boolean>;
};

/** Refuses with `command.too_busy` when 64 are waiting already. */
export const argon2Passwords = (): Passwords => {
  const waiting: (() => void)[] = [];
  let running = 0;
  let decoy: Promise<string> | null = null;

  const inTurn = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    if (running >= runningMax) {
      if (waiting.length >= waitingMax) throw new Refusal('command.too_busy');
      await new Promise<void>((go) => waiting.push(go));
    }
    running += 1;
    try {
      return await act();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };

  return {
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: async (stored, password) => {
      decoy ??= inTurn(() => hash('nobody has this password', parameters));
      const against = stored ?? (await decoy);
      return (await inTurn(() => verify(against, password))) && stored !== null;
    },
  };
};
