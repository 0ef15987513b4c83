// What the machine is doing, for the Summary.
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';

export type Figures = {
  uptimeSeconds: number;
  cpuFraction: number;
  memoryBytes: number;
  diskFreeBytes: number;
  diskTotalBytes: number;
};

const cpuTimes = (): { busy: number; total: number } =>
  cpus().reduce(
    ({ busy, total }, { times }) => {
      const all = times.user + times.nice + times.sys + times.idle + times.irq;
      return { busy: busy + all - times.idle, total: total + all };
    },
    { busy: 0, total: 0 },
  );

const sampleMs = 1_000;

/** Samples the processors once a second; `read` answers from the last sample. `close` ends the sampling. */
export const machineFigures = (dataDir: string) => {
  let before = cpuTimes();
  let cpuFraction = 0;
  const timer = setInterval(() => {
    const now = cpuTimes();
    const total = now.total - before.total;
    cpuFraction = total > 0 ? (now.busy - before.busy) / total : 0;
    before = now;
  }, sampleMs);
  timer.unref();
  return {
    processors: availableParallelism(),
    read: async (): Promise<Figures> => {
      const { bsize, bavail, blocks } = await statfs(dataDir);
      return {
        uptimeSeconds: process.uptime(),
        cpuFraction,
        memoryBytes: process.memoryUsage.rss(),
        diskFreeBytes: bsize * bavail,
        diskTotalBytes: bsize * blocks,
      };
    },
    close: (): void => clearInterval(timer),
  };
};
