// Servers in memory whose configurations are saved and restored.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Caller } from '../../src/commands/access.ts';
import type { Call, Needs } from '../../src/commands/call.ts';
import { codecOf } from '../../src/commands/codec.ts';
import { type ConfigurationIds, openConfiguration, saveConfiguration } from '../../src/commands/configurationFile.ts';
import { type RestoreResult, restoreConfiguration } from '../../src/commands/configurationRestore.ts';
import type { EventStore } from '../../src/commands/eventStore.ts';
import { executor } from '../../src/commands/execute.ts';
import { setUpServer } from '../../src/commands/identity.ts';
import { noMediaNodes } from '../../src/commands/mediaNodes.ts';
import { memoryEventStore } from '../../src/commands/memoryEventStore.ts';
import type { RestoredObject } from '../../src/commands/restoreSteps.ts';
import { vocabularies } from '../../src/commands/vocabularies.ts';
import type { Recorded } from '../../src/domain/kernel.ts';
import { memoryVault } from './memoryVault.ts';

export const passphrase = 'a long enough passphrase';
export class Killed extends Error {}

/** In the form of the real one, and quick. */
const verifierOf = (password: string): string =>
  `$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHQ$${Buffer.from(password).toString('base64').replaceAll('=', '')}`;

/** A server with one administrator, `root`. */
export const memoryServer = async (address = '192.168.0.1') => {
  const clock = { now: new Date('2026-03-01T12:00:00Z') };
  const now = () => clock.now;
  const store = memoryEventStore({ now });
  const vault = memoryVault();
  const serverId = randomUUID();
  const codec = codecOf(vault, vocabularies);
  /** A process that is killed when it is about to append for the `appendsMax`-th time after that. */
  const boot = (appendsMax = Number.POSITIVE_INFINITY): Needs => {
    let left = appendsMax;
    const mortal: EventStore = {
      ...store,
      append: (...args) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Killed()) : store.append(...args);
      },
    };
    return {
      executor: executor({ store: mortal, codec, now, node: 'n', digestKey: Buffer.alloc(32, 7) }),
      vault,
      passwords: {
        hash: (password) => Promise.resolve(verifierOf(password)),
        verify: (stored, password) => Promise.resolve(stored === verifierOf(password)),
      },
      now,
      serverId,
      signInLifetimeMs: 1_000,
      media: noMediaNodes,
    };
  };
  const needs = boot();
  const rootId = randomUUID();
  const origin = { displayName: 'Root', ip: address, userAgent: 'test' };
  const caller: Caller = { actor: { kind: 'account', id: rootId }, role: 'admin', signInId: null, origin };
  const call = (more: Partial<Call> = {}): Call => ({ caller, commandId: randomUUID(), ...more });
  const nobody: Caller = { actor: { kind: 'anonymous', id: 'anonymous' }, role: null, signInId: null, origin };
  const asked = { accountId: rootId, login: 'root', password: 'password of root', displayName: 'Root' };
  await setUpServer(needs, call({ caller: nobody }), asked, true);

  const events = async (): Promise<Recorded[]> =>
    (await codec.decode(await Array.fromAsync(store.readAll()))).map(({ event }) => event);
  const idsOf = async (type: string, field: string): Promise<string[]> =>
    (await events())
      .filter((event) => event.type === type)
      .map(({ data }) => String(new Map(Object.entries(data)).get(field)));
  const ids: ConfigurationIds = {
    accounts: async function* () {
      yield await idsOf('AccountCreated', 'accountId');
    },
    conferences: async function* () {
      yield await idsOf('ConferenceCreated', 'conferenceId');
    },
  };
  const save = async (): Promise<Buffer> => {
    const lines = await saveConfiguration(needs, call(), passphrase, ids);
    return Buffer.from((await Array.fromAsync(lines())).join(''));
  };
  const restore = async (file: Buffer, more: Partial<Call> = {}, by = needs) => {
    const opened = await openConfiguration(() => Readable.from([file]), passphrase);
    const restoring = restoreConfiguration(by, call(more), opened);
    const objects: RestoredObject[] = [];
    for (;;) {
      const next = await restoring.next();
      if (next.done === true) return { objects, ...(next.value satisfies RestoreResult) };
      objects.push(next.value);
    }
  };
  return { needs, boot, call, rootId, events, save, restore, clock };
};
export type MemoryServer = Awaited<ReturnType<typeof memoryServer>>;
