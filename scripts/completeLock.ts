// Adds to package-lock.json the optional packages of other platforms that a registry did not have when it was written:
// without them `npm ci` takes the lock for incomplete. Run it after changing dependencies.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Entry = { dev?: boolean; optionalDependencies?: Record<string, string>; [field: string]: unknown };

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));

/** Operating system, processor and C library, as the names of such packages tell them. */
const platformOf = (name: string): { os?: string[]; cpu?: string[]; libc?: string[] } => {
  const find = (known: readonly string[]) => known.find((word) => name.split(/[-/]/).includes(word));
  const os = find([
    'android',
    'darwin',
    'freebsd',
    'linux',
    'openharmony',
    'win32',
    'openbsd',
    'netbsd',
    'sunos',
    'aix',
  ]);
  const cpu = find(['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']);
  const libc = /musl/.test(name) ? 'musl' : /-gnu/.test(name) && os === 'linux' ? 'glibc' : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
};

const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(file, 'utf8'));
const entries = Object.entries(lock.packages);

/** Beside its siblings, so that the rest of the file stays as npm wrote it. */
const insert = (path: string, entry: Entry): void => {
  const scope = path.slice(0, path.lastIndexOf('/') + 1);
  const sibling = entries.findLastIndex(([other]) => other.startsWith(scope));
  entries.splice(sibling + 1, 0, [path, entry]);
};

const added: string[] = [];
for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const platform = platformOf(name);
    const known = entries.some(([path]) => path.endsWith(`node_modules/${name}`));
    // Only what can never be installed here may stand without a checksum.
    if (known || (!platform.os && !platform.cpu) || !/^\d/.test(version)) continue;
    insert(`node_modules/${name}`, { version, ...platform, ...(dev && { dev }), optional: true });
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(entries);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} added ${added.join(' ')}\n`);
