// The whole configuration as a file under a passphrase: settings, accounts with the verifiers of their passwords, and
// conferences; no sessions, nothing that was said, nothing of what happened.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { conference } from '../domain/conferences/conference.ts';
import { account } from '../domain/identity/account.ts';
import { administration } from '../domain/identity/administration.ts';
import type { AdministratorRole } from '../domain/identity/events.ts';
import { Refusal } from '../domain/kernel.ts';
import { configuration } from '../domain/settings/configuration.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Needs } from './call.ts';
import { assertPassphrase, openSealedFile, sealFile } from './sealedFile.ts';
import { openedSettings, savedSettings, settingsFormat, settingsTextMax } from './settingsFile.ts';

/** Version 1 held the settings alone, in the clear. */
const kind = { format: settingsFormat, version: 2 };
const objectsMax = 100_000;
const peopleMax = 10_000;
const lineMax = 4 * 1024 * 1024;
const atOnce = 16;

const text = z.string().max(10_000);
const ids = z.array(z.uuid()).max(peopleMax);
const role = z.enum(['admin', 'security_admin']).nullable();
const profile = z.object({
  displayName: text,
  firstName: text,
  lastName: text,
  email: text,
  company: text,
  mobilePhone: text,
  workPhone: text,
  homePhone: text,
  sipNumber: text,
});

/** What a line of the content is. More than the shape is judged by the commands that restore it. */
const record = z.discriminatedUnion('is', [
  z.object({ is: z.literal('settings'), serverId: z.uuid(), sections: z.record(z.string(), z.unknown()) }),
  z.object({
    is: z.literal('account'),
    id: z.uuid(),
    login: text,
    profile,
    active: z.boolean(),
    role,
    verifier: text.nullable(),
  }),
  z.object({
    is: z.literal('conference'),
    id: z.uuid(),
    kind: z.enum(['virtual_room', 'ad_hoc']),
    cid: text,
    title: text,
    description: text,
    ownerId: z.uuid(),
    joinWithoutInvitation: z.boolean(),
    members: ids,
    moderators: ids,
  }),
]);
export type ConfigurationRecord = z.infer<typeof record>;
export type SavedAccount = Extract<ConfigurationRecord, { is: 'account' }>;
export type SavedConference = Extract<ConfigurationRecord, { is: 'conference' }>;

/** The ids of all there are, page by page. */
export type ConfigurationIds = {
  accounts: () => AsyncIterable<readonly string[]>;
  conferences: () => AsyncIterable<readonly string[]>;
};

/** Loads a few at a time; what is gone by now is left out. */
const loaded = async function* <Loaded>(
  pages: AsyncIterable<readonly string[]>,
  load: (id: string) => Promise<Loaded | null>,
): AsyncGenerator<Loaded> {
  let count = 0;
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += atOnce) {
      for (const found of await Promise.all(page.slice(from, from + atOnce).map(load))) {
        if (found === null) continue;
        count += 1;
        if (count > objectsMax) throw new Refusal('settings.too_many', { max: objectsMax });
        yield found;
      }
    }
  }
};

const savedAccount = async (
  needs: Needs,
  roles: Record<string, AdministratorRole>,
  id: string,
  again = true,
): Promise<SavedAccount | null> => {
  const { state } = await needs.executor.load(account, id);
  if (!('person' in state) || state.person === null) return null;
  const { login, ...profile } = state.person;
  const verifier = state.passwordId === null ? null : await needs.vault.passwordOf(state.passwordId);
  // Another password was set in between, and the vault has forgotten this one.
  if (verifier === null && state.passwordId !== null && again) return savedAccount(needs, roles, id, false);
  return { is: 'account', id, login, profile, active: state.status === 'active', role: roles[id] ?? null, verifier };
};

const savedConference = async ({ executor }: Needs, id: string): Promise<SavedConference | null> => {
  const { state } = await executor.load(conference, id);
  if (state.status !== 'planned') return null;
  const { status: _, runningSessionId: __, createdAt: ___, ...rest } = state;
  return { is: 'conference', id, ...rest };
};

const contentOf = async function* (needs: Needs, all: ConfigurationIds): AsyncGenerator<string> {
  const line = (each: ConfigurationRecord) => `${JSON.stringify(each)}\n`;
  yield line({ is: 'settings', serverId: needs.serverId, sections: await savedSettings(needs) });
  const { roles } = (await needs.executor.load(administration, needs.serverId)).state;
  for await (const each of loaded(all.accounts(), (id) => savedAccount(needs, roles, id))) yield line(each);
  for await (const each of loaded(all.conferences(), (id) => savedConference(needs, id))) yield line(each);
};

/**
 * Puts on record that the configuration is saved, and answers the lines of the file, which may be asked for more than
 * once: each time it is of then. Refuses with `settings.passphrase_short` or, on the way, `settings.too_many`.
 */
export const saveConfiguration = async (
  needs: Needs,
  call: Call,
  passphrase: string,
  all: ConfigurationIds,
): Promise<() => AsyncGenerator<string>> => {
  allow(call.caller, 'saveConfiguration');
  assertPassphrase(passphrase);
  const fileId = call.commandId;
  const ask = { type: 'SaveConfiguration' as const, data: { fileId } };
  await needs.executor.execute(configuration, fileId, ask, ctxOf(call, { fileId }));
  return () => sealFile({ random: randomBytes, now: needs.now }, kind, passphrase, contentOf(needs, all));
};

/** The lines of the content, each of them parsed. */
const recordsOf = async function* (content: AsyncIterable<Buffer>): AsyncGenerator<ConfigurationRecord> {
  let held = Buffer.alloc(0);
  for await (const piece of content) {
    held = Buffer.concat([held, piece]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      const { success, data } = record.safeParse(parsedJson(held.subarray(0, end).toString()));
      if (!success) throw new Refusal('settings.file_damaged');
      yield data;
      held = held.subarray(end + 1);
    }
    if (held.length > lineMax) throw new Refusal('settings.file_damaged');
  }
};

const parsedJson = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
};

export type OpenedConfiguration = {
  savedAt: string;
  accounts: number;
  conferences: number;
  records: () => AsyncGenerator<ConfigurationRecord>;
};

/** A file of the settings alone, as version 1 wrote it; null for what may be any other. */
const openedPlain = async (read: () => AsyncIterable<Uint8Array>): Promise<OpenedConfiguration | null> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of read()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > settingsTextMax) return null;
  }
  const plain = openedSettings(Buffer.concat(chunks).toString());
  if (plain === null) return null;
  const { savedAt, serverId, sections } = plain;
  const records = async function* (): AsyncGenerator<ConfigurationRecord> {
    yield await Promise.resolve({ is: 'settings', serverId, sections });
  };
  return { savedAt, accounts: 0, conferences: 0, records };
};

/**
 * Opens a file of any version, after it was read as a whole once; `read` begins at its first byte each time. A file of
 * version 1 needs no passphrase. Refuses as `openSealedFile` does.
 */
export const openConfiguration = async (
  read: () => AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<OpenedConfiguration> => {
  const plain = await openedPlain(read);
  if (plain) return plain;
  const { savedAt, content } = await openSealedFile(read, kind, passphrase);
  const counts = { settings: 0, account: 0, conference: 0 };
  for await (const { is } of recordsOf(content())) {
    counts[is] += 1;
    if (counts[is] > objectsMax) throw new Refusal('settings.too_many', { max: objectsMax });
  }
  return { savedAt, accounts: counts.account, conferences: counts.conference, records: () => recordsOf(content()) };
};
