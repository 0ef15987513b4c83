// Files of the configuration in the data directory: a reserve copy of each that is saved, and the one that is just
// being restored.
import { createReadStream } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigurationFiles } from '../api/keptFiles.ts';
import { Refusal } from '../domain/kernel.ts';
import { errnoOf, makeDirectory, replaceFile } from './files.ts';

/** Where they are, in the data directory. */
const settingsBackups = 'settings-backups';
/** The newest so many are kept. */
const settingsBackupsKept = 10;
const ours = /^settings-\d{4}-\d\d-\d\dT[\d-]+Z\.hansard$/;
const upload = /^\.upload-.*\.partial$/;

/** Of what an earlier process left in the middle of an upload. */
const staleMs = 60 * 60_000;

const prune = async (directory: string, now: Date): Promise<void> => {
  const names = await readdir(directory);
  const copies = names.filter((name) => ours.test(name)).toSorted();
  const old = copies.slice(0, Math.max(0, copies.length - settingsBackupsKept));
  for (const name of names.filter((each) => upload.test(each))) {
    const begun = Number(name.split('-')[1]);
    if (now.getTime() - begun > staleMs) old.push(name);
  }
  for (const name of old) await rm(join(directory, name), { force: true });
};

const diskFailed = (error: unknown): never => {
  throw errnoOf(error) === null ? error : new Refusal('settings.disk_failed', { reason: errnoOf(error) });
};

export const configurationFilesIn = (dataDir: string, now: () => Date, newId: () => string): ConfigurationFiles => {
  const directory = join(dataDir, settingsBackups);
  const made = () => makeDirectory(directory, 0o700);
  return {
    keep: async (lines) => {
      const name = `settings-${now().toISOString().replaceAll(/[:.]/g, '-')}.hansard`;
      const path = join(directory, name);
      try {
        await made();
        await replaceFile(path, async (write) => {
          for await (const line of lines) await write(line);
        });
        await prune(directory, now());
        return { name, path };
      } catch (error) {
        // What the disk says is told; anything else is no matter of the copy.
        if (errnoOf(error) === null) throw error;
        return { failed: error instanceof Error ? error.message : String(error) };
      }
    },
    stage: async (bytes) => {
      const path = join(directory, `.upload-${now().getTime()}-${newId()}.partial`);
      const remove = () => rm(path, { force: true });
      const file = await made()
        .then(() => prune(directory, now()))
        .then(() => open(path, 'wx', 0o600))
        .catch(diskFailed);
      try {
        for await (const chunk of bytes) await file.writeFile(chunk).catch(diskFailed);
      } catch (error) {
        await remove();
        throw error;
      } finally {
        await file.close();
      }
      return { read: () => createReadStream(path), remove };
    },
  };
};
