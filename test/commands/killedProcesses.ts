// One log and one vault, and processes over them that are killed or stand still when they are about to append.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Caller } from '../../src/commands/access.ts';
import type { Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { createConference, reassignConferenceId } from '../../src/commands/conferences.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { createAccount } from '../../src/commands/identity.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import { react as reactTo } from '../../src/commands/processes.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import { Refusal } from '../../src/domain/kernel.ts';
import { memoryVault } from '../support/memoryVault.ts';

export const caller: Caller = {
  actor: { kind: 'account', id: randomUUID() },
  role: 'admin',
  signInId: randomUUID(),
  origin: { displayName: 'Admin', ip: '192.0.2.1', userAgent: 'test' },
};
export const lapsedMs = 61_000;

export class Killed extends Error {}

/** One log and one vault that outlive their processes. */
export const world = () => {
  const clock = { now: new Date('2026-03-01T12:00:00Z') };
  const now = () => clock.now;
  const store = memoryEventStore({ now });
  const vault = memoryVault();
  const serverId = randomUUID();
  const codec = codecOf(vault, vocabularies);

  /** A process whose n-th append (from 0) waits for what is given for it. */
  const interrupted = (before: (append: number) => Promise<void>): Needs => {
    let appends = -1;
    const mortal: EventStore = {
      ...store,
      append: async (...args) => {
        appends += 1;
        await before(appends);
        return store.append(...args);
      },
    };
    return {
      executor: executor({ store: mortal, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) }),
      vault,
      passwords: { hash: (password) => Promise.resolve(`hash of ${password}`), verify: () => Promise.resolve(true) },
      now,
      serverId,
      signInLifetimeMs: 1_000,
      media: noMediaNodes,
    };
  };
  /** A process that is killed when it is about to append for the `appendsMax`-th time after that. */
  const boot = (appendsMax = Number.POSITIVE_INFINITY): Needs =>
    interrupted((append) => (append < appendsMax ? Promise.resolve() : Promise.reject(new Killed())));
  let checkpoint: string | null = null;
  /** What the jobs process makes of all that was recorded since it last got to the end of an event. */
  const react = async (needs = boot()): Promise<void> => {
    const nothing = {
      signInsOf: () => Promise.resolve([]),
      liveSessionsOf: () => Promise.resolve([]),
      eventsSince: () => Readable.from([]),
      eventAt: () => Promise.reject(new Error('Nothing is parked')),
      messagesOf: () => Readable.from([]),
      ledger: () => Promise.resolve(),
    };
    const after = checkpoint === null ? {} : { after: checkpoint };
    for (const { event } of await codec.decode(await Array.fromAsync(store.readAll(after)))) {
      if (/^(conference|account)-/.test(event.stream)) await reactTo(needs, nothing, event);
      checkpoint = event.position;
    }
  };
  const recorded = async () => {
    const opened = await codec.decode(await Array.fromAsync(store.readAll()));
    return opened.map(({ event: { stream, type, meta } }) => ({ stream, type, by: meta.actor.kind }));
  };
  return {
    boot,
    interrupted,
    react,
    recorded,
    later: (ms: number) => (clock.now = new Date(clock.now.getTime() + ms)),
  };
};

export type World = ReturnType<typeof world>;
export type Act = (needs: Needs, id: string, commandId: string) => Promise<unknown>;

export const account: Act = (needs, accountId, commandId) =>
  createAccount(needs, { caller, commandId }, { accountId, login: 'anna', password: 'long enough', profile: {} });
export const conference: Act = (needs, conferenceId, commandId) =>
  createConference(needs, { caller, commandId }, { conferenceId, kind: 'ad_hoc', title: 'X', cid: 'board' });
export const renamed: Act = async (needs, conferenceId, commandId) => {
  await createConference(
    { ...needs },
    { caller, commandId: conferenceId },
    { conferenceId, kind: 'ad_hoc', title: 'X', cid: `old-${conferenceId}` },
  );
  await reassignConferenceId(needs, { caller, commandId }, { conferenceId, cid: 'board' });
};

/** Whether it was done; false when the name is taken. */
export const done = async (act: Promise<unknown>): Promise<boolean> => {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof Refusal && /taken$/.test(error.code)) return false;
    throw error;
  }
};

export const appendsOf = async (act: Act): Promise<number> => {
  let appends = 0;
  for (; ; appends += 1) {
    const killed = await act(world().boot(appends), randomUUID(), randomUUID()).then(
      () => false,
      (error: unknown) => error instanceof Killed || Promise.reject(error as Error),
    );
    if (!killed) return appends;
  }
};

export const ends = ({ recorded }: World, type: RegExp) =>
  recorded().then((events) => events.filter((event) => type.test(event.type)).length);

/** Sends a command until somebody knows what came of it, as clients do. */
export const settled = async (send: () => Promise<unknown>): Promise<boolean> => {
  for (;;) {
    try {
      return await done(send());
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'command.too_busy')) throw error;
    }
  }
};
