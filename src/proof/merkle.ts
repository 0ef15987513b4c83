// The Merkle tree of RFC 6962, section 2.1: hashes, roots, and proofs with their verification.
import { hash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Hash = Buffer;

/** Bytes of a hash. */
export const hashBytes = 32;

const leafMark = Buffer.of(0);
const nodeMark = Buffer.of(1);

/** The hash of a leaf: SHA-256 over a zero byte and the entry. */
export const leafHash = (entry: Uint8Array): Hash => hash('sha256', Buffer.concat([leafMark, entry]), 'buffer');

/** The hash of an inner node: SHA-256 over a byte of one and the hashes of both children. */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  hash('sha256', Buffer.concat([nodeMark, left, right]), 'buffer');

/** The root of a tree without leaves: SHA-256 over nothing. */
export const emptyRoot = (): Hash => hash('sha256', Buffer.alloc(0), 'buffer');

/** The root over some hashes, at least one, which are leaves or the roots of equally large full trees. */
export const rootOf = (hashes: readonly Hash[]): Hash => {
  let [above, row] = [[] as Hash[], [...hashes]];
  while (row.length > 1) {
    above = [];
    for (let index = 0; index < row.length; index += 2) {
      const [left, right] = [row[index], row[index + 1]];
      if (left) above.push(right ? nodeHash(left, right) : left);
    }
    row = above;
  }
  const [root] = row;
  if (!root) throw new Error('A root needs at least one hash');
  return root;
};

/** The root of the full tree over leaves `index * 2 ** level` up to `(index + 1) * 2 ** level`. */
export type NodeReader = (level: number, index: number) => Promise<Hash>;

const levelOf = (width: number): number => Math.log2(width);

/** The largest power of two that is smaller than `width`, which is two or more. */
const splitOf = (width: number): number => {
  let split = 1;
  while (split * 2 < width) split *= 2;
  return split;
};

const isPowerOfTwo = (width: number): boolean => Number.isInteger(levelOf(width));

/** The root over the leaves from `start` up to `end`, where `start` is a multiple of any power of two it spans. */
const rangeRoot = async (start: number, end: number, nodeAt: NodeReader): Promise<Hash> => {
  const width = end - start;
  if (isPowerOfTwo(width)) return nodeAt(levelOf(width), start / width);
  const middle = start + splitOf(width);
  const [left, right] = await Promise.all([rangeRoot(start, middle, nodeAt), rangeRoot(middle, end, nodeAt)]);
  return nodeHash(left, right);
};

/** The root of the tree over the first `size` leaves. */
export const rootAt = async (size: number, nodeAt: NodeReader): Promise<Hash> =>
  size === 0 ? emptyRoot() : rangeRoot(0, size, nodeAt);

/** That leaf `index` is in the tree of `size` leaves: the sibling's hash first, that below the root last. */
export const inclusionProof = async (index: number, size: number, nodeAt: NodeReader): Promise<Hash[]> => {
  if (!(index >= 0 && index < size)) throw new RangeError(`There is no leaf ${index} in a tree of ${size}`);
  const pathIn = async (start: number, end: number): Promise<Hash[]> => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...(await pathIn(start, middle)), await rangeRoot(middle, end, nodeAt)]
      : [...(await pathIn(middle, end)), await rangeRoot(start, middle, nodeAt)];
  };
  return pathIn(0, size);
};

/** That the tree of `size` leaves begins with the one of `before` leaves, which is at least one. */
export const consistencyProof = async (before: number, size: number, nodeAt: NodeReader): Promise<Hash[]> => {
  if (!(before >= 1 && before <= size)) throw new RangeError(`A tree of ${size} has none of ${before} before it`);
  const pathIn = async (start: number, end: number, whole: boolean): Promise<Hash[]> => {
    if (end === before) return whole ? [] : [await rangeRoot(start, end, nodeAt)];
    const middle = start + splitOf(end - start);
    return before <= middle
      ? [...(await pathIn(start, middle, whole)), await rangeRoot(middle, end, nodeAt)]
      : [...(await pathIn(middle, end, false)), await rangeRoot(start, middle, nodeAt)];
  };
  return pathIn(0, size, true);
};

/** Whether `proof` shows that `leaf` is number `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2). */
export const verifyInclusion = (
  { index, size, leaf, root }: { index: number; size: number; leaf: Hash; root: Hash },
  proof: readonly Hash[],
): boolean => {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false;
  let [place, last, found] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      found = nodeHash(sibling, found);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      found = nodeHash(found, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && found.equals(root);
};

type Heads = { before: number; size: number; rootBefore: Hash; root: Hash };

/** Whether `proof` shows that the larger tree begins with the smaller one (RFC 9162, 2.1.4.2). */
export const verifyConsistency = ({ before, size, rootBefore, root }: Heads, proof: readonly Hash[]): boolean => {
  if (!(Number.isSafeInteger(before) && Number.isSafeInteger(size) && before >= 1 && before <= size)) return false;
  if (before === size) return proof.length === 0 && rootBefore.equals(root);
  const [first, ...rest] = isPowerOfTwo(before) ? [rootBefore, ...proof] : proof;
  if (!first) return false;
  let [place, last] = [before - 1, size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let [smaller, larger] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      smaller = nodeHash(sibling, smaller);
      larger = nodeHash(sibling, larger);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      larger = nodeHash(larger, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && smaller.equals(rootBefore) && larger.equals(root);
};
