// `hansard test`: gets what the tests need, then runs them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureAptPackages, testNeeds } from './aptPackages.ts';
import { ensureMediasoupWorker } from './mediasoupWorker.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export type TestOptions = {
  /** Also the long ones. */
  soak: boolean;
  /** Only tests whose path contains one of these. */
  files: readonly string[];
  say: (line: string) => void;
};

/** Runs the tests and answers their exit code. Rejects where something they need cannot be installed. */
export const runTests = async ({ soak, files, say }: TestOptions): Promise<number> => {
  ensureAptPackages(testNeeds, say);
  const workerBin = await ensureMediasoupWorker({ say });
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: workerBin, ...(soak && { HANSARD_SOAK: '1' }) };
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  const child = spawn(process.execPath, [vitest, 'run', ...files], { cwd: root, env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
};
