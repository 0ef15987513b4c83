// What the machine is doing, for the Summary.
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { networkCounters } from './networkCounters.ts';

export type Figures = {
  uptimeSeconds: number;
  cpuFraction: number;
  memoryBytes: number;
  diskFreeBytes: number;
  diskTotalBytes: number;
  /** Per second, over all interfaces but loopback. */
  networkReceivedBytes: number;
  networkSentBytes: number;
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

/** Growth per second; 0 where a counter went back, as it does with an interface that was taken away. */
const perSecond = (now: number, before: number, seconds: number): number =>
  seconds > 0 ? Math.max(0, (now - before) / seconds) : 0;

/**
 * Samples the processors and the network once a second; `read` answers from the last sample. `close` ends the sampling.
 */
export const machineFigures = (dataDir: string) => {
  let before = cpuTimes();
  let cpuFraction = 0;
  let carried = { ...networkCounters(), at: process.hrtime.bigint() };
  let network = { networkReceivedBytes: 0, networkSentBytes: 0 };
  const timer = setInterval(() => {
    const now = cpuTimes();
    const total = now.total - before.total;
    cpuFraction = total > 0 ? (now.busy - before.busy) / total : 0;
    before = now;
    const counted = { ...networkCounters(), at: process.hrtime.bigint() };
    const seconds = Number(counted.at - carried.at) / 1e9;
    network = {
      networkReceivedBytes: perSecond(counted.receivedBytes, carried.receivedBytes, seconds),
      networkSentBytes: perSecond(counted.sentBytes, carried.sentBytes, seconds),
    };
    carried = counted;
  }, sampleMs);
  timer.unref();
  return {
    processors: availableParallelism(),
    read: async (): Promise<Figures> => {
      const { bsize, bavail, blocks } = await statfs(dataDir);
      return {
        uptimeSeconds: process.uptime(),
        cpuFraction,
        ...network,
        memoryBytes: process.memoryUsage.rss(),
        diskFreeBytes: bsize * bavail,
        diskTotalBytes: bsize * blocks,
      };
    },
    close: (): void => clearInterval(timer),
  };
};
