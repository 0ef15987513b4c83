// Subscriptions: look again whenever something that matters changed, with the caller's rights as of then.
import type { Change } from '../projections/watch.ts';
import type { ApiContext } from './context.ts';

export type Following<Value> = {
  wakes: (change: Change) => boolean;
  /** Asked before every push; once false, the subscription completes. */
  allowed: (context: ApiContext) => boolean | Promise<boolean>;
  /** Reads what to push; null pushes nothing. `ids` are the objects touched since the last look. */
  produce: (ids: ReadonlySet<string>, context: ApiContext) => Promise<Value | null>;
  /** Push once at the start, before anything changed. */
  first?: boolean;
  /** Look again after this time even without a change, in milliseconds. */
  everyMs?: number;
};

const idsMax = 500;
const reauthenticateMs = 10_000;

type Collected = { ids: Set<string>; woken: boolean };

/** Resolves when woken, when the time is up, or when the subscriber went away. */
const bell = () => {
  let ring: (() => void) | null = null;
  return {
    ring: (): void => ring?.(),
    wait: (timeoutMs: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => ring?.(), timeoutMs);
        ring = () => {
          clearTimeout(timer);
          ring = null;
          resolve();
        };
      }),
  };
};

/** One subscriber's stream. Changes that arrive while it is busy are looked at together. */
export async function* subscribed<Value>(context: ApiContext, following: Following<Value>): AsyncGenerator<Value> {
  const { watch, presence, caller } = context;
  const collected: Collected = { ids: new Set(), woken: following.first ?? false };
  const { ring, wait } = bell();
  let mustLook = true;
  const stop = watch.onChange((change) => {
    const rights = change.name === 'user_directory';
    const matters = following.wakes(change);
    if (!rights && !matters) return;
    mustLook = true;
    if (matters) {
      collected.woken = true;
      for (const id of change.ids ?? []) if (collected.ids.size < idsMax) collected.ids.add(id);
    }
    ring();
  });
  const leave = presence.enter(caller.actor.id);
  const pauseMs = following.everyMs ?? reauthenticateMs;
  try {
    for (;;) {
      const fresh = await context.reauthenticate();
      if (!fresh) return;
      const mine = { ...context, caller: fresh };
      if (!(await following.allowed(mine))) return;
      mustLook = false;
      if (collected.woken || following.everyMs !== undefined) {
        const ids = new Set(collected.ids);
        collected.ids.clear();
        collected.woken = false;
        const value = await following.produce(ids, mine);
        if (value !== null) yield value;
      }
      if (!isSet(() => mustLook)) await wait(pauseMs);
    }
  } finally {
    stop();
    leave();
    ring();
  }
}

/** The compiler does not see that listeners change a variable while we wait. */
const isSet = (look: () => boolean): boolean => look();
