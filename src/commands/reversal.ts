// What undoing a change of the configuration would mean: its fields before, after and now, folded from the stream.
import { conference } from '../domain/conferences/conference.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { Fact, Recorded } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
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

/** Where the change stands: its first event. */
export type ChangePlace = { stream: string; revision: number };
type Fields = Record<string, unknown>;
type Change = readonly Recorded<Fact>[];

export type Conflict = { field: string; before: unknown; after: unknown; now: unknown };
export type Reversal = {
  kind: ReversibleKind;
  objectId: string;
  /** Revision of the stream that was looked at. */
  revision: number;
  /** Fields to be set back, with the values they had. */
  values: Fields;
};

/** Fields of an object after some of its events; null while it does not exist. `change` tells which of many are meant. */
type Look = (events: Change, change: Change, objectId: string) => Fields | null;

type Folded<State, Event> = {
  initial: State;
  evolve: (state: State, event: Event) => State;
  vocabulary: { parse: (stored: Recorded<Fact>) => Event };
};
const fold = <State, Event>({ initial, evolve, vocabulary }: Folded<State, Event>, events: Change): State =>
  events.reduce((state, event) => evolve(state, vocabulary.parse(event)), initial);

/** The person that a change of a list is about, or null. */
const personOf = (change: Change): string | null => {
  const [first] = change;
  const { accountId } = (first?.data ?? {}) as { accountId?: unknown };
  return typeof accountId === 'string' ? accountId : null;
};

const sections = {
  general: generalSettings,
  access: accessSettings,
  retention: retentionSettings,
  witnesses: witnessSettings,
  diagnostics: diagnosticSettings,
};
const isSection = (name: string): name is keyof typeof sections => Object.hasOwn(sections, name);

const sectionThen = (events: Change, name: string): Fields | null => {
  if (!isSection(name)) return null;
  switch (name) {
    case 'general':
      return { ...fold(generalSettings, events) };
    case 'access':
      return { ...fold(accessSettings, events) };
    case 'retention':
      return { ...fold(retentionSettings, events) };
    case 'witnesses':
      return { ...fold(witnessSettings, events) };
    case 'diagnostics':
      return { ...fold(diagnosticSettings, events) };
  }
};

const looks = {
  account: (events) => {
    const state = fold(account, events);
    if ((state.status !== 'active' && state.status !== 'inactive') || state.person === null) return null;
    const { login: _, ...profile } = state.person;
    return { ...profile, active: state.status === 'active' };
  },
  conference: (events, change) => {
    const state = fold(conference, events);
    if (state.status !== 'planned') return null;
    const { title, description, joinWithoutInvitation, cid } = state;
    const person = personOf(change);
    const listed = (list: readonly string[]) =>
      person === null ? null : { accountId: person, on: list.includes(person) };
    return {
      ...{ title, description, joinWithoutInvitation, cid },
      members: listed(state.members),
      moderators: listed(state.moderators),
    };
  },
  administration: (events, change) => ({ role: fold(administration, events).roles[personOf(change) ?? ''] ?? null }),
  settings: (events, _, objectId) => sectionThen(events, objectId),
  preferences: (events) => ({ ...fold(preferences, events) }),
  legalHold: (events) => {
    const state = fold(legalHold, events);
    if (state.status !== 'placed') return null;
    const { status: _, ...held } = state;
    return held;
  },
} as const satisfies Record<string, Look>;
type ReversibleKind = keyof typeof looks;

const isReversible = (kind: string): kind is ReversibleKind => Object.hasOwn(looks, kind);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const eventsMax = 50_000;

const eventsOf = async (store: EventStore, codec: Codec, stream: string): Promise<Recorded<Fact>[]> => {
  const stored = await Array.fromAsync(store.readStream(stream, { limit: eventsMax }));
  return (await codec.decode(stored)).map(({ event }) => event);
};

/** The events of the command that the event at `revision` belongs to, from there on. */
const changeAt = (events: Change, revision: number): Change => {
  const from = events.slice(revision);
  const other = from.findIndex(({ meta }) => meta.commandId !== from[0]?.meta.commandId);
  return other < 0 ? from : from.slice(0, other);
};

const whatIsToSetBack = (before: Fields, after: Fields, now: Fields, overwrite: readonly string[] | null): Fields => {
  const changed = Object.keys(before).filter((field) => !same(before[field], after[field]));
  if (changed.length === 0) throw new Refusal('change.not_revertible', { why: 'no_fields' });
  const conflicts = changed
    .filter((field) => !same(now[field], after[field]) && !same(now[field], before[field]))
    .map((field): Conflict => ({ field, before: before[field], after: after[field], now: now[field] }));
  if (overwrite === null && conflicts.length > 0) throw new Refusal('change.conflicts', { conflicts });
  const kept = conflicts.map(({ field }) => field).filter((field) => overwrite?.includes(field) !== true);
  return Object.fromEntries(changed.filter((field) => !kept.includes(field)).map((field) => [field, before[field]]));
};

/**
 * What has to be set back to undo the change that begins at `place`. Fields that were changed again since are conflicts:
 * without `overwrite` they are refused with `change.conflicts`, each with its values; with it, those that it names are
 * set back too and the others stay. Refuses with `change.not_revertible` what made, deleted or only re-keyed something.
 */
export const reversalOf = async (
  store: EventStore,
  codec: Codec,
  { stream, revision }: ChangePlace,
  overwrite: readonly string[] | null,
): Promise<Reversal> => {
  const dash = stream.indexOf('-');
  const [kind, objectId] = [stream.slice(0, dash), stream.slice(dash + 1)];
  if (!isReversible(kind)) throw new Refusal('change.not_revertible', { why: 'kind' });
  const events = await eventsOf(store, codec, stream);
  const change = changeAt(events, revision);
  const fieldsOf: Look = looks[kind];
  const [before, after, now] = [events.slice(0, revision), events.slice(0, revision + change.length), events].map(
    (some) => fieldsOf(some, change, objectId),
  );
  if (!before) throw new Refusal('change.not_revertible', { why: 'created' });
  if (!after) throw new Refusal('change.not_revertible', { why: 'deleted' });
  if (!now) throw new Refusal('change.not_revertible', { why: 'gone' });
  return {
    kind,
    objectId: kind === 'administration' ? (personOf(change) ?? '') : objectId,
    revision: events.length - 1,
    values: whatIsToSetBack(before, after, now, overwrite),
  };
};
