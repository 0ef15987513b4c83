import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  type Hash,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/merkle.ts';
import { growingTree, nodesIn, tilesOf, tileWidth } from '../../src/proof/tiles.ts';

// The vectors of the reference implementation of Certificate Transparency: leaves, and the root of each size.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const inclusions = [
  {
    index: 0,
    size: 8,
    path: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    index: 5,
    size: 8,
    path: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
];
const consistencies = [
  {
    before: 2,
    size: 5,
    path: [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
  {
    before: 2,
    size: 8,
    path: [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    before: 6,
    size: 8,
    path: [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
];

const hex = (hashes: readonly Hash[]): string[] => hashes.map((each) => each.toString('hex'));
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
const ofVectors = leaves.map((leaf) => leafHash(bytes(leaf)));

/** The tiles of a tree, read as whoever has only tiles reads them. */
const treeOf = (hashes: readonly Hash[]): { nodeAt: NodeReader; root: () => Hash } => {
  const tiles = new Map<string, Buffer>();
  const tree = growingTree(({ level, index, hashes: full }) => tiles.set(`${level}/${index}`, Buffer.concat(full)));
  for (const each of hashes) tree.append(each);
  for (const { level, index, hashes: rest } of tree.unfinished()) tiles.set(`${level}/${index}`, Buffer.concat(rest));
  const expected = [...tilesOf(hashes.length)].map(({ level, index, width }) => [`${level}/${index}`, width * 32]);
  assert.deepEqual(
    [...tiles].map(([name, { length }]) => [name, length]).toSorted(),
    expected.toSorted(),
    'what there is differs from what there is to be',
  );
  const tileAt = (level: number, index: number) => Promise.resolve(tiles.get(`${level}/${index}`) ?? Buffer.alloc(0));
  return { nodeAt: nodesIn(tileAt), root: tree.root };
};

/** The definition of RFC 6962, section 2.1, as it stands there. */
const definedRoot = (hashes: readonly Hash[]): Hash => {
  const [only] = hashes;
  if (!only) return emptyRoot();
  if (hashes.length === 1) return only;
  const split = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return nodeHash(definedRoot(hashes.slice(0, split)), definedRoot(hashes.slice(split)));
};

const numbered = (count: number): Hash[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(String(index))));

describe('the tree', () => {
  test('has the roots of the reference', async () => {
    for (const [size, root] of roots.entries()) {
      const { nodeAt, root: grown } = treeOf(ofVectors.slice(0, size));
      assert.equal(grown().toString('hex'), root);
      assert.equal((await rootAt(size, nodeAt)).toString('hex'), root);
    }
  });

  test('has the roots of the definition where tiles begin and end', async () => {
    const all = numbered(tileWidth * 3 + 5);
    const { nodeAt } = treeOf(all);
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 300, 511, 512, 513, 767, 768, 769, 773]) {
      const expected = definedRoot(all.slice(0, size));
      assert.deepEqual(treeOf(all.slice(0, size)).root(), expected, `grown to ${size}`);
      assert.deepEqual(await rootAt(size, nodeAt), expected, `read at ${size}`);
    }
  });

  test('keeps three levels of tiles', async () => {
    const all = numbered(tileWidth ** 2 + 300);
    const { nodeAt, root } = treeOf(all);
    assert.deepEqual(root(), definedRoot(all));
    assert.deepEqual(await rootAt(all.length, nodeAt), root());
  });
});

describe('a proof', () => {
  const { nodeAt } = treeOf(ofVectors);
  const rootOfSize = (size: number): Hash => bytes(roots[size] ?? '');

  test('of inclusion is that of the reference', async () => {
    for (const { index, size, path } of inclusions)
      assert.deepEqual(hex(await inclusionProof(index, size, nodeAt)), path);
  });

  test('of consistency is that of the reference', async () => {
    for (const { before, size, path } of consistencies)
      assert.deepEqual(hex(await consistencyProof(before, size, nodeAt)), path);
  });

  test('of inclusion holds for each leaf of each tree, and for nothing else', async () => {
    for (let size = 1; size <= 8; size += 1) {
      for (const [index, leaf] of ofVectors.slice(0, size).entries()) {
        const root = rootOfSize(size);
        const path = await inclusionProof(index, size, nodeAt);
        assert.ok(verifyInclusion({ index, size, leaf, root }, path));
        const wrong = leafHash(Buffer.from('another'));
        assert.ok(!verifyInclusion({ index, size, leaf: wrong, root }, path));
        assert.ok(!verifyInclusion({ index, size, leaf, root: wrong }, path));
        assert.ok(!verifyInclusion({ index, size, leaf, root }, [...path, wrong]));
        assert.ok(!verifyInclusion({ index: index + 1, size, leaf, root }, path));
        assert.ok(!verifyInclusion({ index: -1, size, leaf, root }, path));
        if (path.length > 0) assert.ok(!verifyInclusion({ index, size, leaf, root }, path.slice(1)));
      }
    }
  });

  test('of consistency holds for each two trees, and for nothing else', async () => {
    for (let size = 1; size <= 8; size += 1) {
      for (let before = 1; before <= size; before += 1) {
        const heads = { before, size, rootBefore: rootOfSize(before), root: rootOfSize(size) };
        const path = await consistencyProof(before, size, nodeAt);
        assert.ok(verifyConsistency(heads, path), `${before} in ${size}`);
        const wrong = leafHash(Buffer.from('another'));
        assert.ok(!verifyConsistency({ ...heads, root: wrong }, path));
        assert.ok(!verifyConsistency({ ...heads, rootBefore: wrong }, path));
        assert.ok(!verifyConsistency(heads, [...path, wrong]));
        if (path.length > 0) assert.ok(!verifyConsistency(heads, path.slice(0, -1)));
      }
    }
  });

  test('is not made of what is not there', async () => {
    await assert.rejects(inclusionProof(8, 8, nodeAt), /no leaf 8/);
    await assert.rejects(consistencyProof(0, 8, nodeAt), /none of 0/);
    await assert.rejects(rootAt(9, nodeAt), /too short/);
  });
});
