// Installs Debian packages where we may, and says exactly which are missing where we may not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Need = {
  apt: string;
  /** A file or directory that is there once it is installed. */
  file: string;
};

/**
 * What `hansard test` needs on the machine: a browser, fonts for the texts it shows, a network to cut, a Redis, and what
 * stands between a server and the world outside.
 */
export const testNeeds: readonly Need[] = [
  { apt: 'chromium', file: '/usr/bin/chromium' },
  { apt: 'iproute2', file: '/usr/sbin/tc' },
  { apt: 'fonts-noto-core', file: '/usr/share/fonts/truetype/noto' },
  { apt: 'redis-server', file: '/usr/bin/redis-server' },
  { apt: 'nginx-light', file: '/usr/sbin/nginx' },
  { apt: 'openssl', file: '/usr/bin/openssl' },
  { apt: 'coturn', file: '/usr/bin/turnserver' },
];

/** How to become root without a question: nothing to add as root, sudo where it asks for no password, else null. */
export const rootPrefix = (): string[] | null => {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
};

const run = (prefix: readonly string[], args: readonly string[]): boolean => {
  const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
};

/** Makes sure that everything in `needs` is there. Throws with the line to type where it cannot be installed. */
export const ensureAptPackages = (needs: readonly Need[], say: (line: string) => void): void => {
  const missing = needs.filter(({ file }) => !existsSync(file)).map(({ apt }) => apt);
  if (missing.length === 0) return;
  const line = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  const prefix = existsSync('/usr/bin/apt-get') ? rootPrefix() : null;
  if (prefix === null) throw new Error(`Packages are missing. As root, run: ${line}`);
  say(`Installing ${missing.join(', ')} ...`);
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  const done =
    run(prefix, [...wait, 'update']) && run(prefix, [...wait, 'install', '-y', '--no-install-recommends', ...missing]);
  if (!done) throw new Error(`Packages could not be installed. See the messages above, then run as root: ${line}`);
};
