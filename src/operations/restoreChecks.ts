// Whether what was restored is what was backed up: the log against its signed checkpoint, the read models, made anew,
// against their rows of then.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { codecOf } from '../commands/codec.ts';
import type { EventStore, StoredEvent } from '../commands/eventStore.ts';
import { highestFormatLevel, recordedFormatLevel } from '../commands/formatLevel.ts';
import { openPostgresEventStore } from '../commands/postgresEventStore.ts';
import { openPostgresVault } from '../commands/postgresVault.ts';
import type { Vault } from '../commands/vault.ts';
import { vocabularies } from '../commands/vocabularies.ts';
import { checkpoint } from '../domain/proof/checkpoint.ts';
import { allProjections } from '../projections/allProjections.ts';
import { fingerprintsOf, foldTo, spelling } from '../projections/foldTo.ts';
import { merkleTree } from '../projections/merkleTree.ts';
import type { Placed, Projection, ReadBatch } from '../projections/projection.ts';
import { migrateReadModels } from '../projections/readDatabase.ts';
import { openCheckpoint } from '../proof/checkpoint.ts';
import { entryOf } from '../proof/entries.ts';
import { keyListIn, trustedFrom } from '../proof/keyList.ts';
import { leafHash } from '../proof/merkle.ts';
import { NoteInvalid, type Verifier } from '../proof/note.ts';
import { growingTree } from '../proof/tiles.ts';
import { type Manifest, unusable } from './backupManifest.ts';
import type { Connection } from './embeddedPostgres.ts';
import { signedParts } from './exportLog.ts';

/** What a restore was compared with, and came to. */
export type Checked = {
  /** The signed checkpoint that the log was found to go on from; null where nothing was signed. */
  proved: { size: number; by: string } | null;
  /** How many of the first events have the root that the tree had at the backup. */
  treeSize: number;
  /** Tables made anew whose rows are those of then, and those whose rows are not. */
  equalTables: number;
  differing: readonly string[];
  /** Projections with nothing to compare: of another version, halted, or not there yet. */
  uncompared: readonly string[];
};

export type CheckNeeds = {
  connection: Connection;
  dataDir: string;
  source: string;
  manifest: Manifest;
  key: Verifier | null;
  say: (line: string) => void;
};

const batchSize = 2_000;

const inBatches = async function* <Event extends Placed>(
  stored: AsyncIterable<StoredEvent>,
  open: (events: StoredEvent[]) => Promise<Event[]>,
): AsyncGenerator<ReadBatch<Event>> {
  let held: StoredEvent[] = [];
  const batch = async (): Promise<ReadBatch<Event>> => {
    const position = held.at(-1)?.position ?? '';
    return { events: await open(held), position, caughtUp: false };
  };
  for await (const event of stored) {
    held.push(event);
    if (held.length < batchSize) continue;
    yield await batch();
    held = [];
  }
  if (held.length > 0) yield await batch();
};

/** The signed checkpoint, opened with the keys that came with the log or with the one that is known. */
const signedIn = async (store: EventStore, { source, key }: CheckNeeds) => {
  const { newest, keys } = await signedParts(store);
  if (!newest) return null;
  try {
    const known = keyListIn(keys);
    return openCheckpoint(newest.note, key ? trustedFrom(known, key) : known.map(({ verifier }) => verifier));
  } catch (error) {
    if (error instanceof NoteInvalid) throw unusable(source, `its checkpoint is not signed: ${error.message}`, error);
    throw error;
  }
};

/** Hashes all events again, and compares the roots on the way. */
const proveLog = async (store: EventStore, needs: CheckNeeds): Promise<Pick<Checked, 'proved' | 'treeSize'>> => {
  const { manifest, source } = needs;
  const signed = await signedIn(store, needs);
  if (signed && signed.origin !== `hansard/${manifest.logId}`)
    throw unusable(source, `its checkpoint is of another log, ${signed.origin}`);
  const tree = growingTree();
  const compare = (): void => {
    const size = tree.size();
    if (signed?.size === size && !tree.root().equals(signed.root))
      throw unusable(source, `its first ${size} events are not those that were signed`);
    if (manifest.tree?.size === size && tree.root().toString('base64') !== manifest.tree.root)
      throw unusable(source, `its first ${size} events are not those that were there`);
  };
  for await (const event of store.readAll({ filter: { categories: [...vocabularies.keys()] } })) {
    tree.append(leafHash(entryOf(event)));
    compare();
  }
  const short = [signed?.size ?? 0, manifest.tree?.size ?? 0].find((size) => size > tree.size());
  if (short !== undefined) throw unusable(source, `${short} events were signed, and it holds ${tree.size()}`);
  return { proved: signed && { size: signed.size, by: signed.by.text }, treeSize: manifest.tree?.size ?? 0 };
};

/** Works with a connection of its own. */
const alone = async (connection: Connection, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const options = `${spelling} -c synchronous_commit=off -c work_mem=64MB -c maintenance_work_mem=256MB`;
  const client = new pg.Client({ ...connection, options, application_name: 'hansard restore' });
  client.on('error', () => undefined); // The statement under way is told.
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** Makes the read models as far as they were at the backup, and compares their rows. */
const remakeReadModels = async (
  store: EventStore,
  vault: Vault,
  { connection, manifest }: CheckNeeds,
): Promise<Omit<Checked, 'proved' | 'treeSize'>> => {
  await migrateReadModels(connection);
  const logId = await store.positionsId();
  const codec = codecOf(vault, vocabularies);
  const stored = (categories: readonly string[]) => store.readAll({ filter: { categories } });
  const opened = { logId, batches: (categories: readonly string[]) => inBatches(stored(categories), decode) };
  const raw = { logId, batches: (categories: readonly string[]) => inBatches(stored(categories), same) };
  const decode = async (events: StoredEvent[]) => (await codec.decode(events)).map(({ event }) => event);
  const same = (events: StoredEvent[]) => Promise.resolve(events);
  const uncompared: string[] = [];
  const differing: string[] = [];
  let equalTables = 0;
  const remake = async <Event extends Placed>(
    client: pg.Client,
    needs: Omit<Parameters<typeof foldTo<Event>>[0], 'client'>,
    projections: readonly Projection<Event>[],
  ) => {
    const thenOf = (of: Projection<Event>) =>
      manifest.readModels.find(({ name, version }) => name === of.name && version === of.version);
    const known = projections.flatMap((projection) => {
      const then = thenOf(projection);
      return then ? [{ projection, target: then.position, tables: then.tables }] : [];
    });
    // The others are made by the server when it starts.
    uncompared.push(...projections.filter((each) => !thenOf(each)).map(({ name }) => name));
    await foldTo({ ...needs, client }, known);
    for (const { projection, tables } of known) {
      for (const { table, rows, sum } of await fingerprintsOf(client, projection.tables)) {
        const before = tables.find((each) => each.table === table);
        if (before?.rows === rows && before.sum === sum) equalTables += 1;
        else differing.push(`${table} (${rows} rows, ${before?.rows ?? 'none'} then)`);
      }
    }
  };
  const categories = [...vocabularies.keys()];
  const [trail, ...others] = allProjections(categories);
  // Half of the work is the trail's, and half of that is the database's: indices.
  await Promise.all([
    alone(connection, (client) => remake(client, opened, trail ? [trail] : [])),
    alone(connection, async (client) => {
      await remake(client, raw, [merkleTree(categories, checkpoint.category)]);
      await remake(client, opened, others);
    }),
  ]);
  return { equalTables, differing, uncompared };
};

/**
 * Opens what was restored and compares it. Rejects with `CannotStart` where the log is not what was signed or no key
 * fits; read models that differ are told, since the log they are made from was proved.
 */
export const checkRestored = async (needs: CheckNeeds): Promise<Checked> => {
  const { connection, dataDir, source, say } = needs;
  const store = await openPostgresEventStore({ connection });
  try {
    const level = await recordedFormatLevel(store, await store.logId());
    if (level > highestFormatLevel) throw unusable(source, 'it was made by a newer Hansard, which has to restore it');
    say('Comparing the log with what was signed ...');
    const proof = await proveLog(store, needs);
    const masterKey = await readFile(join(dataDir, 'secrets', 'master.key'));
    const vault = await openPostgresVault({ connection, masterKey }).catch((error: unknown) => {
      throw unusable(source, 'its master key does not open its keys', error);
    });
    try {
      say('Making the read models anew, and comparing them ...');
      return { ...proof, ...(await remakeReadModels(store, vault, needs)) };
    } finally {
      await vault.close();
    }
  } finally {
    await store.close();
  }
};
