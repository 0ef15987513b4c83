// Writes the log with all that is needed to check it into a directory, in the layout of c2sp.org/tlog-tiles.
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EventStore } from '../commands/eventStore.ts';
import { checkpointEvents, signingKeyEvents } from '../domain/proof/events.ts';
import { untrustedCheckpoint } from '../proof/checkpoint.ts';
import { bundleOf, entryOf } from '../proof/entries.ts';
import { keyListText } from '../proof/keyList.ts';
import { leafHash } from '../proof/merkle.ts';
import { growingTree, type TilePlace, tilePath, tileWidth } from '../proof/tiles.ts';
import { CannotStart } from './cannotStart.ts';
import { errnoOf, makeDirectory, syncDirectory, whyUnwritable } from './files.ts';

export type ExportNeeds = {
  store: EventStore;
  /** Of all application events. */
  categories: readonly string[];
  /** A directory that does not exist yet, or is empty. */
  target: string;
};

export type Exported = {
  size: number;
  verifierKey: string;
  /** When the checkpoint that it ends at was signed. */
  signedAt: string;
  /** Events that came after that, the checkpoint's own included, and are left out. */
  newer: number;
};

const refuse = (message: string, cause?: unknown): CannotStart =>
  new CannotStart('export_impossible', message, cause === undefined ? {} : { cause });

type Signed = { size: number; note: string; verifierKey: string; signedAt: string };

/** The newest checkpoint, null before the first, and all keys, as they are on the record. */
export const signedParts = async (store: EventStore): Promise<{ newest: Signed | null; keys: string }> => {
  let newest: Signed | null = null;
  const keys: { verifierKey: string; endorsement: string | null }[] = [];
  for await (const { type, stream, data } of store.readAll({ filter: { categories: ['checkpoint', 'signingKey'] } })) {
    const stored = { type, data: JSON.parse(Buffer.from(data).toString()) as unknown };
    if (stream.startsWith('signingKey-')) keys.push(signingKeyEvents.parse(stored).data);
    else {
      const event = checkpointEvents.parse(stored);
      if (event.type === 'CheckpointSigned' && event.data.size >= (newest?.size ?? 0)) newest = event.data;
    }
  }
  return { newest, keys: keyListText(keys) };
};

const assertEmpty = async (target: string): Promise<void> => {
  try {
    if ((await readdir(target)).length === 0) return;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw refuse(`${target} is not a directory that can be read.`, error);
  }
  throw refuse(`${target} is not empty. Name a new directory.`);
};

const writer = (directory: string) => {
  const made = new Set<string>();
  return async (path: string, bytes: Buffer | string): Promise<void> => {
    const file = join(directory, path);
    const folder = dirname(file);
    if (!made.has(folder)) await makeDirectory(folder);
    made.add(folder);
    await writeFile(file, bytes);
  };
};

const writeAll = async (needs: ExportNeeds, directory: string): Promise<Exported> => {
  const { store, categories } = needs;
  const { newest, keys } = await signedParts(store);
  if (!newest) throw refuse('No checkpoint was signed yet. Start the server; it signs the first one by itself.');
  const { size, root } = untrustedCheckpoint(newest.note);
  const write = writer(directory);
  const tiles: { place: TilePlace; bytes: Buffer }[] = [];
  const tree = growingTree(({ level, index, hashes }) =>
    tiles.push({ place: { level, index, width: hashes.length }, bytes: Buffer.concat(hashes) }),
  );
  let bundle: Buffer[] = [];
  const flush = async (): Promise<void> => {
    const index = Math.floor((tree.size() - 1) / tileWidth);
    await write(tilePath({ level: 'entries', index, width: bundle.length }), bundleOf(bundle));
    bundle = [];
    for (const { place, bytes } of tiles.splice(0)) await write(tilePath(place), bytes);
  };
  let last: string | null = null;
  for await (const event of store.readAll({ filter: { categories }, limit: size })) {
    last = event.position;
    const entry = entryOf(event);
    bundle.push(entry);
    tree.append(leafHash(entry));
    if (bundle.length === tileWidth) await flush();
  }
  if (bundle.length > 0) await flush();
  if (tree.size() !== size || !tree.root().equals(root))
    throw refuse('The stored events are not what was signed, so there is nothing that could be proved.');
  for (const { level, index, hashes } of tree.unfinished())
    await write(tilePath({ level, index, width: hashes.length }), Buffer.concat(hashes));
  await write('keys.json', keys);
  await write('checkpoint', newest.note);
  const newer = await countAfter(needs, last);
  return { size, verifierKey: newest.verifierKey, signedAt: newest.signedAt, newer };
};

const countAfter = async ({ store, categories }: ExportNeeds, position: string | null): Promise<number> => {
  const after = position === null ? {} : { after: position };
  let count = 0;
  for await (const _ of store.readAll({ filter: { categories }, ...after })) count += 1;
  return count;
};

/**
 * Exports what the newest checkpoint covers. The directory is there whole or not at all. Rejects with `CannotStart`
 * where the target is not empty, nothing was signed, or the stored events are not what was signed.
 */
export const exportLog = async (needs: ExportNeeds): Promise<Exported> => {
  const { target } = needs;
  await assertEmpty(target);
  const draft = `${target.replace(/\/+$/, '')}.unfinished`;
  try {
    await rm(draft, { recursive: true, force: true });
    await makeDirectory(draft);
    const exported = await writeAll(needs, draft);
    await rename(draft, target);
    await syncDirectory(dirname(target));
    return exported;
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const why = whyUnwritable(error);
    if (why === undefined) throw error;
    throw refuse(`The export cannot be written to ${target}: ${why}. Nothing of it was left there.`, error);
  }
};
