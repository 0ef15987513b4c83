// What the machine's network interfaces have carried, as the kernel counts it.
import { existsSync, readFileSync } from 'node:fs';

export type NetworkBytes = { receivedBytes: number; sentBytes: number };

/**
 * Sums a table of the form of `/proc/net/dev`, without loopback. Where there are real devices only they count, or what
 * goes on through bridges and tunnels would count twice; a container has none and counts what it has.
 */
export const sumInterfaces = (table: string, isDevice: (name: string) => boolean): NetworkBytes => {
  const all = [...table.matchAll(/^\s*([^\s:]+):\s*(.*)$/gm)]
    .map(([, name = '', counters = '']) => ({ name, counters: counters.split(/\s+/).map(Number) }))
    .filter(({ name }) => name !== 'lo');
  const devices = all.filter(({ name }) => isDevice(name));
  return (devices.length > 0 ? devices : all).reduce(
    ({ receivedBytes, sentBytes }, { counters }) => ({
      receivedBytes: receivedBytes + (counters[0] ?? 0),
      sentBytes: sentBytes + (counters[8] ?? 0),
    }),
    { receivedBytes: 0, sentBytes: 0 },
  );
};

/** Reads the counters of this machine, or of the container this runs in. */
export const networkCounters = (): NetworkBytes =>
  sumInterfaces(readFileSync('/proc/net/dev', 'utf8'), (name) => existsSync(`/sys/class/net/${name}/device`));
