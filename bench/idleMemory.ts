// How much memory the server takes while nobody is there, PostgreSQL left out.
import type { Goal } from './goal.ts';
import { memoryOf } from './processes.ts';
import { startServer } from './server.ts';

const idleMs = 30_000;
const mebibyte = 1024 * 1024;

/** Sum over the supervisor, the roles and the media workers. What they share is counted for each, as `ps` would. */
export const idleMemory: Goal = {
  name: 'idle-memory',
  title: 'memory of the idle server without PostgreSQL, summed RSS',
  unit: 'MiB',
  better: 'lower',
  wanted: 350,
  prepare: async (say) => {
    // The first start compiles and caches the sources, so the second is what one would find.
    await (await startServer()).stop();
    const server = await startServer();
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    return {
      ours: async () => {
        const { up, roles, workers } = await server.pids();
        const named = [['up', up], ...roles, ...workers.map((pid) => ['worker', pid] as const)] as const;
        const all = named.map(([name, pid]) => ({ name, ...memoryOf(pid) }));
        const shown = (bytes: number) => (bytes / mebibyte).toFixed(0);
        say(`  ${all.map(({ name, rss, pss }) => `${name} ${shown(rss)} (PSS ${shown(pss)})`).join(', ')}`);
        say(`  summed PSS ${shown(all.reduce((total, { pss }) => total + pss, 0))} MiB`);
        return all.reduce((total, { rss }) => total + rss, 0) / mebibyte;
      },
      close: () => server.stop(),
    };
  },
};
