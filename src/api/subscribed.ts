// Subscriptions: look again whenever something that matters changed, with the caller's rights as of then.
import { isUnavailable } from '../projections/databaseErrors.ts';
import { pause } from '../projections/pace.ts';
import type { Change, Watch } from '../projections/watch.ts';
import type { ApiContext } from './context.ts';
import type { Presence } from './presence.ts';

/** What following takes of a request's context. */
export type Follower = Pick<ApiContext, 'caller' | 'closed' | 'reauthenticate'> & {
  watch: Pick<Watch, 'onChange'>;
  presence: Pick<Presence, 'enter'>;
};

export type Following<Value, Context extends Follower = ApiContext> = {
  wakes: (change: Change) => boolean;
  /** Asked before every push; once false, the subscription completes. */
  allowed: (context: Context) => boolean | Promise<boolean>;
  /** Reads what to push; null pushes nothing. `ids` are the objects touched since the last look; none: it may be any. */
  produce: (ids: ReadonlySet<string>, context: Context) => Promise<Value | null>;
  /** Push once at the start, before anything changed. */
  first?: boolean;
  /** Look again after this time even without a change, in milliseconds. */
  everyMs?: number;
  /** After each look wait so long before the next, in milliseconds: what comes meanwhile is looked at together. */
  paceMs?: number;
  /** Whether more than what was just read may be waiting already. */
  more?: (value: Value) => boolean;
};

const idsMax = 500;
const reauthenticateMs = 10_000;
const awayMs = 300;

/** `over`: the caller may see it no longer. `away`: nobody can say so just now. */
type Look<Value> = { value: Value | null } | 'over' | 'away';

/** Ids of the objects that were touched; null: it may be each of them, as in a change. */
type Touched = ReadonlySet<string> | null;

/** More objects than a page could show are not counted up one by one. */
const together = (touched: Touched, ids: Iterable<string> | null): Touched => {
  if (touched === null || ids === null) return null;
  const all = touched.union(new Set(ids));
  return all.size > idsMax ? null : all;
};

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
export async function* subscribed<Value, Context extends Follower = ApiContext>(
  context: Context,
  following: Following<Value, Context>,
): AsyncGenerator<Value> {
  const { watch, presence, caller, closed } = context;
  let woken = following.first ?? false;
  let touched: Touched = woken ? null : new Set();
  const { ring, wait } = bell();
  let mustLook = true;
  const stop = watch.onChange((change) => {
    const rights = change.name === 'user_directory' || change.name === 'server_settings';
    const matters = following.wakes(change);
    if (!rights && !matters) return;
    mustLook = true;
    if (matters) {
      woken = true;
      touched = together(touched, change.ids);
    }
    ring();
  });
  // Presence knows accounts only; who is nobody is told below that it is over.
  const leave = caller.actor.kind === 'account' ? presence.enter(caller.actor.id) : () => undefined;
  // Nobody can stop a generator that waits; it has to be woken.
  closed.addEventListener('abort', ring);
  const pauseMs = following.everyMs ?? reauthenticateMs;

  const look = async (): Promise<Look<Value>> => {
    const fresh = await context.reauthenticate();
    if (!fresh) return 'over';
    const mine = { ...context, caller: fresh };
    if (!(await following.allowed(mine))) return 'over';
    mustLook = false;
    if (!woken && following.everyMs === undefined) return { value: null };
    const ids = touched;
    touched = new Set();
    woken = false;
    try {
      return { value: await following.produce(ids ?? new Set(), mine) };
    } catch (error) {
      woken = true;
      touched = together(touched, ids);
      throw error;
    }
  };

  try {
    while (!closed.aborted) {
      // While nobody can say what the caller may see, nothing is pushed; she need not subscribe again afterwards.
      const seen = await look().catch((error: unknown) => {
        if (isUnavailable(error)) return 'away' as const;
        throw error;
      });
      if (seen === 'over') return;
      if (seen === 'away') {
        await wait(awayMs);
        continue;
      }
      if (seen.value !== null) {
        yield seen.value;
        if (following.more?.(seen.value)) woken = mustLook = true;
      }
      if (following.paceMs !== undefined) await pause(following.paceMs, closed);
      if (!isSet(() => mustLook || closed.aborted)) await wait(pauseMs);
    }
  } finally {
    stop();
    leave();
    closed.removeEventListener('abort', ring);
  }
}

/** The compiler does not see that listeners change a variable while we wait. */
const isSet = (look: () => boolean): boolean => look();
