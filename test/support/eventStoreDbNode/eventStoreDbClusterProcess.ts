// A cluster of test nodes, each a process of its own:
// node eventStoreDbClusterProcess.ts [--port N] [--nodes COUNT] [--max-append-size BYTES] [--files DIR]
// The nodes listen on N, N + 1, … (on free ports without N). Prints "listening <port> <port> …" once one of them leads.
// In DIR stands nodes.json then: of each node its address, the file with its pid, and the command that starts it again.
// A parent that forks it may send { start: INDEX }, { resign: true } or { lagMs }, and hears { done } when that is so,
// or { failed }. Ends with its parent.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openClusterHub } from './clusterHub.ts';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    nodes: { type: 'string', default: '3' },
    'max-append-size': { type: 'string', default: '' },
    files: { type: 'string' },
  },
});
const program = fileURLToPath(new URL('eventStoreDbNodeProcess.ts', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'hansard-esdb-cluster-'));
const files = given.files ?? scratch;
mkdirSync(files, { recursive: true });
const hubPath = join(scratch, 'hub.sock');
const count = Number(given.nodes);
const hub = await openClusterHub(hubPath, count);
const ports: number[] = Array.from({ length: count }, (_, index) =>
  Number(given.port) > 0 ? Number(given.port) + index : 0,
);
const nodes = new Map<number, ChildProcess>();
const pidFile = (index: number) => join(files, `node-${index}.pid`);
const argumentsOf = (index: number): string[] => {
  const size = given['max-append-size'] === '' ? [] : ['--max-append-size', given['max-append-size']];
  return [program, '--hub', hubPath, '--member', String(index), '--port', String(ports[index]), ...size];
};

const start = (index: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argumentsOf(index), { stdio: ['ignore', 'pipe', 'inherit'] });
    nodes.set(index, child);
    child.once('exit', (code) => reject(new Error(`Node ${index} ended with ${code}`)));
    child.stdout.on('data', (said: Buffer) => {
      const port = /listening (\d+)/.exec(String(said))?.[1];
      if (port === undefined) return;
      ports[index] = Number(port);
      writeFileSync(pidFile(index), String(child.pid));
      resolve();
    });
  });

const end = () => {
  for (const node of nodes.values()) node.kill('SIGKILL'); // One that is frozen hears nothing else.
  rmSync(scratch, { recursive: true, force: true });
  process.exit();
};
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);
type Order = { start: number } | { resign: true } | { lagMs: number };
const carryOut = async (order: Order): Promise<void> => {
  if ('start' in order) await start(order.start);
  else if ('resign' in order) hub.resign();
  else hub.lag(order.lagMs);
};
process.on('message', (order: Order) => {
  carryOut(order).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});

await Promise.all(ports.map((_, index) => start(index)));
const described = ports.map((port, index) => ({
  address: `127.0.0.1:${port}`,
  pidFile: pidFile(index),
  start: `${process.execPath} ${argumentsOf(index).join(' ')} >/dev/null & echo $! >${pidFile(index)}`,
}));
writeFileSync(join(files, 'nodes.json'), `${JSON.stringify(described, null, 2)}\n`);
const watch = setInterval(() => {
  if (!hub.view().members.some(({ state }) => state === 'leader')) return;
  clearInterval(watch);
  process.stdout.write(`listening ${ports.join(' ')}\n`);
}, 50);
