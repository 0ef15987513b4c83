// The Merkle tree over all stored events, kept as tiles: what checkpoints sign and proofs are made of.
import type { Pool } from 'pg';
import { entryOf, type ProvenEvent } from '../proof/entries.ts';
import { type Hash, hashBytes, leafHash, rootOf } from '../proof/merkle.ts';
import { tileWidth } from '../proof/tiles.ts';
import type { Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

type TreeRow = {
  name: string;
  /** How many leaves there are. */
  size: string;
  /** The size that a checkpoint is wanted for: up to the newest event that is none about checkpoints. */
  wanted: string;
  /** Of the newest leaf. */
  position: string | null;
};

/** As it is written: `\x` and hexadecimal digits. As it is read from the table: bytes. */
type Bytes = Buffer | string;

type TileRow = {
  level: number;
  index: string;
  hashes: Bytes;
  /** Position of the event before its first leaf, for tiles of leaves; null at the beginning of the log. */
  after: string | null;
};

export const trees = table<TreeRow>('proof_tree', {
  name: { type: 'text', primary: true },
  size: { type: 'int8' },
  wanted: { type: 'int8' },
  position: { type: 'text', nullable: true },
});

export const tiles = table<TileRow>('proof_tile', {
  level: { type: 'int', primary: true },
  index: { type: 'int8', primary: true },
  hashes: { type: 'bytea' },
  after: { type: 'text', nullable: true },
});

const treeName = 'log';
const mark = '\\x';

const written = (bytes: Bytes): string => (typeof bytes === 'string' ? bytes : `${mark}${bytes.toString('hex')}`);
const hashesOf = (text: string): Hash[] => {
  const all = Buffer.from(text.slice(mark.length), 'hex');
  return Array.from({ length: tileWidth }, (_, n) => all.subarray(n * hashBytes, (n + 1) * hashBytes));
};

/** Adds a hash to its tile, and the root of a tile that is full to the one above. */
const add = async (rows: Rows, level: number, place: bigint, hash: Hash, after: string | null): Promise<void> => {
  const key = { level, index: String(place / BigInt(tileWidth)) };
  const known = await rows.get(tiles, key);
  const hashes = `${known ? written(known.hashes) : mark}${hash.toString('hex')}`;
  rows.put(tiles, { ...key, hashes, after: known ? known.after : after });
  if ((place + 1n) % BigInt(tileWidth) === 0n)
    await add(rows, level + 1, place / BigInt(tileWidth), rootOf(hashesOf(hashes)), null);
};

/** Events in the order of the log, as they are stored; `quiet` is the category whose events want no checkpoint. */
export const merkleTree = (
  categories: readonly string[],
  quiet: string,
): Projection<ProvenEvent & { position: string }> => ({
  name: 'merkle_tree',
  version: 1,
  categories,
  tables: [trees, tiles],
  apply: async (event, rows) => {
    const key = { name: treeName };
    const tree = (await rows.get(trees, key)) ?? { ...key, size: '0', wanted: '0', position: null };
    await add(rows, 0, BigInt(tree.size), leafHash(entryOf(event)), tree.position);
    const size = String(BigInt(tree.size) + 1n);
    const wanted = event.stream.startsWith(`${quiet}-`) ? tree.wanted : size;
    rows.put(trees, { ...key, size, wanted, position: event.position });
  },
});

/** How far the tree is built. */
const treeNow = async (pool: Pool): Promise<{ size: number; wanted: number }> => {
  const { rows } = await pool.query<TreeRow>(`select * from ${trees.sqlName} where name = $1`, [treeName]);
  return { size: Number(rows[0]?.size ?? 0), wanted: Number(rows[0]?.wanted ?? 0) };
};

const tileHashes = async (pool: Pool, level: number, index: number): Promise<Buffer> => {
  const text = `select hashes from ${tiles.sqlName} where level = $1 and index = $2`;
  const { rows } = await pool.query<{ hashes: Buffer }>({ name: 'proof tile', text, values: [level, index] });
  return rows[0]?.hashes ?? Buffer.alloc(0);
};

const bundleStart = async (pool: Pool, index: number): Promise<string | null | undefined> => {
  const text = `select after from ${tiles.sqlName} where level = 0 and index = $1`;
  const { rows } = await pool.query<{ after: string | null }>({ name: 'proof bundle', text, values: [index] });
  return rows[0]?.after;
};

/**
 * The tree as it is kept: its size, and the size that wants a checkpoint; all hashes of a tile that there are, which
 * may be more than a moment ago and none where there is no such tile; the position after which the events of a bundle
 * begin, null at the beginning of the log and undefined where there is no such bundle.
 */
export const treeIn = (pool: Pool) => ({
  now: () => treeNow(pool),
  tile: (level: number, index: number) => tileHashes(pool, level, index),
  bundleStart: (index: number) => bundleStart(pool, index),
});
