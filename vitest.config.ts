import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// As `hansard up` does it: the servers that tests start by the hundred find their sources compiled.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('.runtime/compiled', import.meta.url)) };

// Fast checks first: the domain has no I/O, then what needs Postgres or a worker, then browsers.
const project = (name: string, include: string[], order: number, timeoutMs: number, parallel = true) => ({
  test: {
    name,
    include,
    env,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    fileParallelism: parallel,
    maxWorkers: parallel ? 2 : 1,
    sequence: { groupOrder: order },
  },
});

export default defineConfig({
  test: {
    projects: [
      project('domain', ['test/{domain,proof}/**/*.test.ts', 'test/tidy.test.ts'], 0, 10_000),
      project('server', ['test/{simulation,commands,projections,operations,api}/**/*.test.ts'], 1, 60_000),
      project('media', ['test/media/**/*.test.ts'], 2, 120_000, false),
      project('journeys', ['test/journeys/**/*.test.ts'], 3, 240_000, false),
    ],
  },
});
