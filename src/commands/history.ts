// The state of one object after any of its events, folded from its stream.
import { conference } from '../domain/conferences/conference.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import { signIn } from '../domain/identity/signIn.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { session } from '../domain/sessions/session.ts';
import { legalHold } from '../domain/settings/legalHold.ts';
import { preferences } from '../domain/settings/preferences.ts';
import {
  accessSettings,
  diagnosticSettings,
  generalSettings,
  retentionSettings,
  witnessSettings,
} from '../domain/settings/settings.ts';
import type { Codec } from './codec.ts';
import type { EventStore } from './eventStore.ts';

export type StateThen = { revision: number; position: string; at: Date; state: unknown };

type Folding = (events: readonly Recorded<Fact>[], objectId: string) => unknown;

const foldingOf =
  <State, Event extends Fact>(decider: {
    initial: State;
    evolve: (state: State, event: Event) => State;
    vocabulary: { parse: (stored: { type: string; data: unknown }) => Event };
  }): Folding =>
  (events) =>
    events.reduce((state, event) => decider.evolve(state, decider.vocabulary.parse(event)), decider.initial);

const sections: Record<string, Folding> = {
  general: foldingOf(generalSettings),
  access: foldingOf(accessSettings),
  retention: foldingOf(retentionSettings),
  witnesses: foldingOf(witnessSettings),
  diagnostics: foldingOf(diagnosticSettings),
};

const foldings: Record<string, Folding> = {
  account: foldingOf(account),
  administration: foldingOf(administration),
  signIn: foldingOf(signIn),
  conference: foldingOf(conference),
  session: foldingOf(session),
  settings: (events, section) => sections[section]?.(events, section) ?? null,
  preferences: foldingOf(preferences),
  legalHold: foldingOf(legalHold),
};

/** Whether the kind has objects that are called by a name instead of an id: the sections of the settings. */
export const isNamed = (objectType: string, objectId: string): boolean =>
  objectType === 'settings' && Object.hasOwn(sections, objectId);

/** Kinds of objects whose state can be shown as of any event. */
export const historicTypes: readonly string[] = Object.keys(foldings);

const eventsPerObjectMax = 50_000;

/**
 * The state after the object's event `revision`, or after its last event not later than `at`; its present state
 * without either. Null when the object did not exist then. A moment is compared with the running maximum of the
 * events' times, so that a clock that was set back cannot reorder them.
 */
export const stateOf = async (
  store: EventStore,
  codec: Codec,
  objectType: string,
  objectId: string,
  until: { revision?: number | null | undefined; at?: Date | null | undefined },
): Promise<StateThen | null> => {
  const folding = foldings[objectType];
  if (!folding) return null;
  const limit = until.revision == null ? eventsPerObjectMax : Math.min(until.revision + 1, eventsPerObjectMax);
  const stored = await Array.fromAsync(store.readStream(`${objectType}-${objectId}`, { limit }));
  const opened = (await codec.decode(stored)).map(({ event }) => event);
  const events = until.at == null ? opened : notAfter(opened, until.at);
  const last = events.at(-1);
  if (!last) return null;
  return {
    revision: last.revision,
    position: last.position,
    at: last.meta.occurredAt,
    state: folding(events, objectId),
  };
};

const notAfter = (events: readonly Recorded<Fact>[], at: Date): Recorded<Fact>[] => {
  let latest = 0;
  return events.filter(({ meta }) => {
    latest = Math.max(latest, meta.occurredAt.getTime());
    return latest <= at.getTime();
  });
};
