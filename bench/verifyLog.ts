// How long an export of a million events takes to be verified, every entry and every tile of it.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { directoryFiles } from '../src/operations/logFiles.ts';
import { signCheckpoint } from '../src/proof/checkpoint.ts';
import { bundleOf, entryOf } from '../src/proof/entries.ts';
import { keyListText } from '../src/proof/keyList.ts';
import { leafHash } from '../src/proof/merkle.ts';
import { signerOf } from '../src/proof/note.ts';
import { bundlesOf, growingTree, type TilePlace, tilePath } from '../src/proof/tiles.ts';
import { verifyLog } from '../src/proof/verifyLog.ts';
import type { Goal } from './goal.ts';

const events = 1_000_000;
const origin = 'hansard/0197a0de-0000-7000-8000-000000000001';
const signer = signerOf(origin, Buffer.alloc(32, 1));

/** As large as most events are: two ids and a few words of data, and what goes with each. */
const entryAt = (index: number): Buffer => {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const data = { sessionId: id, participantId: id, legId: id, connectedAt: '2026-11-21T18:00:00.000Z', kind: 'camera' };
  const metadata = {
    actor: { kind: 'account', id },
    commandId: id,
    digest: hex,
    node: 'node-1',
    origin: hex.repeat(3),
  };
  return entryOf({
    stream: `session-${id}`,
    revision: index % 100,
    type: 'LegConnected',
    id,
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  });
};

const writeExport = async (directory: string): Promise<void> => {
  const made = new Set<string>();
  const write = async (path: string, bytes: Buffer | string): Promise<void> => {
    const folder = dirname(join(directory, path));
    if (!made.has(folder)) await mkdir(folder, { recursive: true });
    made.add(folder);
    await writeFile(join(directory, path), bytes);
  };
  const full: { place: TilePlace; bytes: Buffer }[] = [];
  const tree = growingTree(({ level, index, hashes }) =>
    full.push({ place: { level, index, width: hashes.length }, bytes: Buffer.concat(hashes) }),
  );
  for (const place of bundlesOf(events)) {
    const entries = Array.from({ length: place.width }, () => {
      const entry = entryAt(tree.size());
      tree.append(leafHash(entry));
      return entry;
    });
    await write(tilePath(place), bundleOf(entries));
    for (const tile of full.splice(0)) await write(tilePath(tile.place), tile.bytes);
  }
  for (const { level, index, hashes } of tree.unfinished())
    await write(tilePath({ level, index, width: hashes.length }), Buffer.concat(hashes));
  await write('keys.json', keyListText([{ verifierKey: signer.verifier.text, endorsement: null }]));
  await write('checkpoint', signCheckpoint({ origin, size: events, root: tree.root() }, [signer]));
};

export const verification: Goal = {
  name: 'proof',
  title: 'verifying an export of 1 M events',
  unit: 's',
  better: 'lower',
  wanted: 20,
  prepare: async (say) => {
    const directory = await mkdtemp(join(tmpdir(), 'hansard-bench-export-'));
    say(`writing ${events} events ...`);
    await writeExport(directory);
    const files = await directoryFiles(directory);
    return {
      ours: async () => {
        const begunMs = performance.now();
        const { checkpoint } = await verifyLog(files, { key: signer.verifier, witnesses: [], event: null });
        if (checkpoint.size !== events) throw new Error(`Verified ${checkpoint.size} events`);
        return (performance.now() - begunMs) / 1_000;
      },
      close: () => rm(directory, { recursive: true, force: true }),
    };
  },
};
