// How the hashes of a tree and its entries are cut into files (c2sp.org/tlog-tiles).
import { emptyRoot, type Hash, hashBytes, type NodeReader, nodeHash, rootOf } from './merkle.ts';

/** Hashes of a full tile; entries of a full bundle. */
export const tileWidth = 256;
const tileHeight = 8;
const levelMax = 6; // 256 ** 7 leaves are more than a number can count.

/** A tile of hashes, or a bundle of entries. `width` is less than 256 at the right edge of a tree. */
export type TilePlace = { level: number | 'entries'; index: number; width: number };

/** Its path below the prefix of the log, e.g. `tile/0/x001/x234/067.p/3`. */
export const tilePath = ({ level, index, width }: TilePlace): string => {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const name = groups.map((group, place) => (place === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === tileWidth ? '' : `.p/${width}`}`;
};

/** What a path means, or null where it is no path of a tile. There is one path to each tile. */
export const tilePlaceOf = (path: string): TilePlace | null => {
  const [, level = '', groups = '', width = String(tileWidth)] =
    /^tile\/(\d|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  const place: TilePlace = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: Number(width),
  };
  const fits = place.width >= 1 && place.width <= tileWidth && (place.level === 'entries' || place.level <= levelMax);
  return fits && groups !== '' && tilePath(place) === path ? place : null;
};

/** The tiles that hold a tree of this size, level by level, without the bundles of its entries. */
export function* tilesOf(size: number): Generator<TilePlace & { level: number }> {
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidth)) {
    const full = Math.floor(hashes / tileWidth);
    for (let index = 0; index < full; index += 1) yield { level, index, width: tileWidth };
    if (hashes % tileWidth > 0) yield { level, index: full, width: hashes % tileWidth };
  }
}

/** The bundles that hold the entries of a tree of this size. */
export function* bundlesOf(size: number): Generator<TilePlace & { level: 'entries' }> {
  for (let index = 0; index * tileWidth < size; index += 1)
    yield { level: 'entries', index, width: Math.min(tileWidth, size - index * tileWidth) };
}

/** The hashes in the bytes of a tile. Throws where these are not whole hashes. */
const hashesIn = (tile: Buffer): Hash[] => {
  if (tile.length % hashBytes !== 0) throw new Error(`A tile of ${tile.length} bytes is not made of whole hashes`);
  return Array.from({ length: tile.length / hashBytes }, (_, index) =>
    tile.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
};

/** Reads nodes from tiles. `tileAt` answers all hashes of a tile that there are; each tile is asked for once. */
export const nodesIn = (tileAt: (level: number, index: number) => Promise<Buffer>): NodeReader => {
  const known = new Map<string, Promise<Hash[]>>();
  const hashesAt = (level: number, index: number): Promise<Hash[]> => {
    const name = `${level}/${index}`;
    const found = known.get(name) ?? tileAt(level, index).then(hashesIn);
    known.set(name, found);
    return found;
  };
  return async (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    const width = 2 ** (level % tileHeight);
    const first = index * width;
    const hashes = await hashesAt(tileLevel, Math.floor(first / tileWidth));
    const wanted = hashes.slice(first % tileWidth, (first % tileWidth) + width);
    if (wanted.length < width) throw new Error(`Tile ${tileLevel}/${Math.floor(first / tileWidth)} is too short`);
    return rootOf(wanted);
  };
};

type FullTile = { level: number; index: number; hashes: Hash[] };

/** A tree that grows leaf by leaf and remembers only the unfinished tile of each level. */
export const growingTree = (onFull: (tile: FullTile) => void = () => undefined) => {
  const levels: { full: number; hashes: Hash[] }[] = [];
  let size = 0;
  const put = (level: number, each: Hash): void => {
    const row = levels[level] ?? { full: 0, hashes: [] };
    levels[level] = row;
    row.hashes.push(each);
    if (row.hashes.length < tileWidth) return;
    const { full: index, hashes } = row;
    levels[level] = { full: index + 1, hashes: [] };
    onFull({ level, index, hashes });
    put(level + 1, rootOf(hashes));
  };
  return {
    size: () => size,
    append: (leaf: Hash): void => {
      size += 1;
      put(0, leaf);
    },
    /** The tiles at its right edge that are not full. */
    unfinished: (): FullTile[] =>
      levels.flatMap(({ full, hashes }, level) => (hashes.length > 0 ? [{ level, index: full, hashes }] : [])),
    /** The root over all leaves up to now. */
    root: (): Hash => {
      let right: Hash | null = null;
      for (const { hashes } of levels) {
        let end = hashes.length;
        // Full trees from the right, the smallest first: the binary digits of the width say how large they are.
        for (let width = 1; end > 0; width *= 2) {
          if (Math.floor(end / width) % 2 === 0) continue;
          const left = rootOf(hashes.slice(end - width, end));
          right = right ? nodeHash(left, right) : left;
          end -= width;
        }
      }
      return right ?? emptyRoot();
    },
  };
};
