// The command `keys`: another master key while the server runs, and a copy of the keys under a passphrase.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemActor } from '../commands/call.ts';
import { derivedId } from '../commands/canonical.ts';
import { MasterKeyMismatch } from '../commands/masterKeys.ts';
import { RotationBusy, RotationUnfinished, rotateMasterKey } from '../commands/postgresMasterRotation.ts';
import { type ServerCommand, server } from '../domain/identity/server.ts';
import { signingKey } from '../domain/proof/signingKey.ts';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { errnoOf, makeDirectory } from './files.ts';
import { passphraseIn, readKeyFile, writeKeyFile } from './keyFile.ts';
import { keepMasterKeyIn, masterKeyIn } from './masterKey.ts';
import type { OpenLog } from './openLog.ts';
import type { WithLog } from './withLog.ts';

export type KeysNeeds = {
  withLog: WithLog;
  dataDir: string;
  random: (bytes: number) => Uint8Array;
  now: () => Date;
  say: (line: string) => void;
};

const unusable = (message: string, cause: unknown): CannotStart => new CannotStart('keys_unusable', message, { cause });

/** Puts a step of the rotation on the record; a repeat says nothing. */
const record = async ({ needs }: OpenLog, ask: Pick<ServerCommand, 'type' | 'data'>): Promise<void> => {
  const commandId = derivedId('master key', ask.type, JSON.stringify(ask.data), needs.now().toISOString());
  const ctx = { actor: systemActor, origin: null, commandId, asked: null };
  await needs.executor.execute(server, needs.serverId, ask as ServerCommand, ctx);
};

const rotate = async (opened: OpenLog, { random, say }: KeysNeeds): Promise<void> => {
  const { connection, dataDir } = opened.vaultAt;
  const { serverId } = opened.needs;
  let told = 0;
  const { id, wrapped } = await rotateMasterKey({
    connection,
    masterKey: await masterKeyIn(dataDir),
    fresh: Buffer.from(random(32)),
    keep: keepMasterKeyIn(dataDir),
    onBegun: async (keyId) => {
      say(`The new master key ${keyId} is in ${join(dataDir, 'secrets', 'master.key')}.`);
      await record(opened, { type: 'BeginMasterKeyRotation', data: { serverId, keyId } });
    },
    onWrapped: (count) => {
      if (count - told >= 10_000 || (told === 0 && count > 0)) {
        told = count;
        say(`${count} keys were wrapped anew ...`);
      }
    },
  });
  await record(opened, { type: 'EndMasterKeyRotation', data: { serverId, keyId: id, rewrapped: wrapped } });
  say(`All keys are wrapped by the new master key, ${wrapped} of them just now. The old one opens nothing more.`);
  say('Backups and exported keys from before hold the old one: make new ones.');
};

const exportKeys = async (opened: OpenLog, file: string, passphrase: string, needs: KeysNeeds): Promise<void> => {
  const { executor, vault, serverId } = opened.needs;
  const { keys } = (await executor.load(signingKey, serverId)).state;
  const signingKeys = await Promise.all(
    keys.map(async ({ keyId }) => ({ keyId, secret: (await vault.secret(`signing-key-${keyId}`)).toString('hex') })),
  );
  const masterKey = (await masterKeyIn(opened.vaultAt.dataDir)).toString('hex');
  const exportedAt = needs.now().toISOString();
  await writeKeyFile(file, { logId: serverId, exportedAt, masterKey, signingKeys }, passphrase, needs.random);
  needs.say(`The master key and ${signingKeys.length} signing keys are in ${file}.`);
};

/** Puts the master key back where there is none, and looks whether it opens the vault. */
const importKeys = async (given: Given, file: string, passphrase: string, needs: KeysNeeds): Promise<void> => {
  const { dataDir, say, withLog } = needs;
  const keys = await readKeyFile(file, passphrase);
  const path = join(dataDir, 'secrets', 'master.key');
  const there = await readFile(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (there && there.toString('hex') !== keys.masterKey)
    throw unusable(`There is another master key at ${path}. Move it away first, and keep it.`, null);
  await makeDirectory(join(dataDir, 'secrets'), 0o700);
  await keepMasterKeyIn(dataDir)(Buffer.from(keys.masterKey, 'hex'));
  say(`The master key of ${keys.exportedAt} is in ${path}.`);
  await withLog(given, async ({ needs: { vault, serverId } }) => {
    if (serverId !== keys.logId) say(`Note: the keys are of the log ${keys.logId}, and this is ${serverId}.`);
    let restored = 0;
    for (const { keyId, secret } of keys.signingKeys) {
      if (await vault.putSecret(`signing-key-${keyId}`, Buffer.from(secret, 'hex'))) restored += 1;
    }
    say(`It opens the vault. ${restored} signing keys were put back.`);
  });
};

/** What goes wrong here is for whoever typed it. */
const told = (error: unknown): unknown => {
  const known = [RotationBusy, RotationUnfinished, MasterKeyMismatch].some((kind) => error instanceof kind);
  return known && error instanceof Error ? unusable(error.message, error) : error;
};

/** The command `keys rotate-master | export FILE | import FILE`. */
export const keysCommand =
  (needs: KeysNeeds): Handler =>
  async (given) => {
    const [verb, file, ...others] = given.rest;
    const passphraseFile = given.text('passphrase-file');
    try {
      if (verb === 'rotate-master' && file === undefined) {
        await needs.withLog(given, (opened) => rotate(opened, needs));
        return 0;
      }
      if ((verb !== 'export' && verb !== 'import') || file === undefined || others.length > 0)
        throw new BadUsage('Say rotate-master, export FILE or import FILE.');
      if (passphraseFile === undefined) throw new BadUsage('Give the passphrase in a file: --passphrase-file FILE.');
      const passphrase = await passphraseIn(passphraseFile);
      if (verb === 'export') await needs.withLog(given, (opened) => exportKeys(opened, file, passphrase, needs));
      else await importKeys(given, file, passphrase, needs);
      return 0;
    } catch (error) {
      throw told(error);
    }
  };
