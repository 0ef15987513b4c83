// A network of its own for a browser: a Linux network namespace, joined to this machine by a cable that can be cut.
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootPrefix } from '../../scripts/aptPackages.ts';

export type Network = {
  /** The address of this machine at its end of the cable; servers may listen there. */
  address: string;
  /** Where programs in the network are, as this machine sees them. */
  browserAddress: string;
  /** A program that is Chromium inside of the network. */
  chromium: string;
  /** From now on every packet is lost, both ways, and nobody is told. */
  cut: () => void;
  mend: () => void;
  remove: () => Promise<void>;
};

const runner = (prefix: readonly string[]) => {
  return (...args: string[]): void => {
    const [command = '', ...rest] = [...prefix, ...args];
    const { status, stderr, error } = spawnSync(command, rest, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || String(error)}`);
  };
};

/** Makes a namespace and its cable. Throws where this user may not; the message says what to do. */
export const startNetwork = async (): Promise<Network> => {
  const prefix = rootPrefix();
  if (prefix === null)
    throw new Error('This test makes a network namespace: run it as root, or allow sudo without a question.');
  const run = runner(prefix);
  // From the block for tests of networks (RFC 2544), and another one for each process that may do the same just now.
  const block = `198.${18 + (process.pid % 2)}.${(process.pid >> 1) % 256}`;
  const [name, ours, theirs] = [`hs${process.pid}`, `hsa${process.pid}`, `hsb${process.pid}`];
  const folder = await mkdtemp(join(tmpdir(), 'hansard-network-'));
  const chromium = join(folder, 'chromium');
  run('ip', 'netns', 'add', name);
  const remove = async () => {
    run('ip', 'netns', 'delete', name);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    run('ip', 'link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name);
    run('ip', 'address', 'add', `${block}.1/30`, 'dev', ours);
    run('ip', 'link', 'set', ours, 'up');
    run('ip', '-n', name, 'address', 'add', `${block}.2/30`, 'dev', theirs);
    run('ip', '-n', name, 'link', 'set', theirs, 'up');
    run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    const real = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    const enter = [...prefix, 'ip', 'netns', 'exec', name].join(' ');
    await writeFile(chromium, `#!/bin/sh\nexec ${enter} ${real} "$@"\n`);
    await chmod(chromium, 0o755);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    address: `${block}.1`,
    browserAddress: `${block}.2`,
    chromium,
    // A queue without room. What loses packets by chance is a module that not every kernel has.
    cut: () => {
      run('tc', 'qdisc', 'replace', 'dev', ours, 'root', 'pfifo', 'limit', '0');
      run('tc', '-n', name, 'qdisc', 'replace', 'dev', theirs, 'root', 'pfifo', 'limit', '0');
    },
    mend: () => {
      run('tc', 'qdisc', 'delete', 'dev', ours, 'root');
      run('tc', '-n', name, 'qdisc', 'delete', 'dev', theirs, 'root');
    },
    remove,
  };
};
