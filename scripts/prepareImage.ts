// Builds the pages and puts the media worker where it is told: node scripts/prepareImage.ts FILE
import { chmod, copyFile } from 'node:fs/promises';
import { prepare } from './developing.ts';

const [to] = process.argv.slice(2);
if (!to) throw new Error('Say where the media worker goes.');
const { MEDIASOUP_WORKER_BIN: worker } = await prepare((line) => process.stdout.write(`${line}\n`));
if (!worker) throw new Error('There is no media worker.');
await copyFile(worker, to);
await chmod(to, 0o755);
