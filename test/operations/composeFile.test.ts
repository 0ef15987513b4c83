// The compose file says what it should and nothing else, and program, file and documentation know the same settings.
import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { BadConfig, environmentNames, readConfig } from '../../src/config.ts';
import { projectRoot, readCompose, type Service } from '../support/composeFile.ts';

const compose = readCompose({ HANSARD_PUBLIC_ADDRESS: '192.0.2.7' });
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'hansard');
const namesIn = ({ environment = {} }: Service): string[] => Object.keys(environment);
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

describe('the names of the environment', () => {
  test('are the same in the program and the compose file', () => {
    const used = ours.flatMap(([, service]) => namesIn(service));
    assert.deepEqual(sorted([...used, ...compose.unused]), environmentNames);
    assert.deepEqual(
      compose.unused.filter((name) => used.includes(name)),
      [],
    );
  });

  test('are the same in the program and the documentation', () => {
    const lines = readFileSync(join(projectRoot, 'docs/operations.md'), 'utf8').split('\n');
    const rows = lines.flatMap((line) => /^\| `([A-Z0-9_]+)` \|/.exec(line)?.[1] ?? []);
    assert.deepEqual(rows.toSorted(), environmentNames);
  });

  test('are known to the program where another place names one', () => {
    const dockerfile = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');
    const named = [...dockerfile.matchAll(/\b((?:HANSARD|MEDIASOUP)_[A-Z_]+)=/g)].map(([, name = '']) => name);
    assert.deepEqual(
      named.filter((name) => !environmentNames.includes(name)),
      [],
    );
    assert.ok(named.length > 0);
  });
});

describe('the compose file', () => {
  test('names only things it declares', () => {
    const used = (of: (service: Service) => string[]) => sorted(services.flatMap(([, service]) => of(service)));
    const networksOf = ({ networks = [] }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));
    assert.deepEqual(used(networksOf), sorted(Object.keys(compose.networks)));
    assert.deepEqual(
      used(({ secrets = [] }) => secrets),
      sorted(Object.keys(compose.secrets)),
    );
    assert.deepEqual(
      used(({ configs = [] }) => configs.map(({ source }) => source)),
      sorted(Object.keys(compose.configs)),
    );
    const volumes = used(({ volumes: mounted = [] }) => mounted.map((each) => each.split(':')[0] ?? ''));
    assert.deepEqual(volumes, sorted(Object.keys(compose.volumes)));
    for (const [name, { depends_on: needed = {} }] of services) {
      for (const [other, { required = true }] of Object.entries(needed)) {
        const found = compose.services[other];
        assert.ok(found?.healthcheck, `${name} waits for the health of ${other}, which has no check`);
        assert.equal(required, found.profiles === undefined, `${name} needs ${other}, which a profile may leave out`);
      }
    }
    for (const { file } of Object.values(compose.configs))
      assert.ok(file.startsWith('deploy/secrets/') || existsSync(join(projectRoot, file)), file);
  });

  test('has two API processes, two for media, one each for the other roles, and what they need', () => {
    const roles = ours.map(([, { command = [] }]) => command.join(' ')).toSorted();
    assert.deepEqual(
      roles,
      ['api', 'api', 'jobs', 'media', 'media', 'projections'].map((role) => `serve --roles ${role}`),
    );
    const names = services.map(([name]) => name);
    for (const name of ['eventstore', 'postgres', 'redis', 'coturn', 'proxy']) assert.ok(names.includes(name), name);
    const nodes = ours.map(([, { environment = {} }]) => environment['HANSARD_NODE']);
    assert.equal(new Set(nodes).size, ours.length);
    assert.equal(services.filter(([, { profiles }]) => profiles?.includes('cluster')).length, 3);
    assert.equal(services.filter(([, { profiles }]) => profiles?.includes('single')).length, 1);
  });

  test('checks the health of everything, and pins every image', () => {
    const unchecked = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name);
    assert.deepEqual(unchecked, []);
    for (const [name, { image }] of services) assert.ok(image === 'hansard' || /:[\d.]+/.test(image), name);
  });

  test('opens to the outside only the proxy, media and the relay', () => {
    const open = services.filter(([, { ports, network_mode: mode }]) => ports || mode).map(([name]) => name);
    assert.deepEqual(open.toSorted(), ['coturn', 'media-1', 'media-2', 'proxy']);
    assert.equal(compose.networks['inside']?.internal, true);
  });

  test('trusts the address that the proxy has, and no other', () => {
    const { networks } = compose.services['proxy'] ?? {};
    const address = networks && !Array.isArray(networks) ? networks['inside']?.ipv4_address : undefined;
    for (const name of ['api-1', 'api-2'])
      assert.equal(compose.services[name]?.environment?.['HANSARD_TRUSTED_PROXIES'], address);
  });

  test('holds no password: each is a file, made by chance', () => {
    const suspicious = /PASS|SECRET|TOKEN|_URL$/;
    for (const [name, { environment = {} }] of services) {
      const bare = Object.keys(environment).filter((key) => suspicious.test(key) && !key.endsWith('_FILE'));
      assert.deepEqual(bare, [], name);
    }
    assert.doesNotMatch(JSON.stringify(services), /changeit|PASSWORD=[^\\]/);
  });
});

describe('secrets by file', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hansard-secrets-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const preparing = (...args: string[]) => {
    const env = { ...process.env, HANSARD_SECRETS: join(dir, 'secrets'), HANSARD_ENV_FILE: join(dir, 'env') };
    return spawnSync(join(projectRoot, 'deploy/prepare'), args, { env, encoding: 'utf8' });
  };
  const prepare = (...args: string[]): void => {
    const { status, stderr } = preparing(...args);
    assert.equal(status, 0, stderr);
  };
  const secret = (name: string) => readFile(join(dir, 'secrets', name), 'utf8');

  test('are made once, for this installation, and for all that the compose file names', async () => {
    prepare('192.0.2.7');
    const names = await readdir(join(dir, 'secrets'));
    assert.deepEqual(
      Object.keys(compose.secrets).filter((name) => !names.includes(name)),
      [],
    );
    assert.equal((await stat(join(dir, 'secrets'))).mode & 0o777, 0o700);
    const passwords = await Promise.all(
      ['database_password', 'redis_password', 'turn_secret', 'metrics_token'].map(secret),
    );
    assert.equal(new Set(passwords).size, 4);
    for (const each of passwords) assert.match(each, /^[0-9a-f]{48}$/);
    assert.ok((await secret('database_url')).includes(passwords[0] ?? '?'));
    assert.ok((await secret('redis_url')).includes(passwords[1] ?? '?'));
    assert.match(await secret('esdb_url'), /^esdb:\/\/eventstore:2113\?tls=false$/);
    const env = await readFile(join(dir, 'env'), 'utf8');
    assert.ok(compose.variables.includes('HANSARD_PUBLIC_ADDRESS') && env.includes('HANSARD_PUBLIC_ADDRESS=192.0.2.7'));
    prepare('192.0.2.7');
    assert.equal(await secret('turn_secret'), passwords[2]);
  });

  test('stay where the address changes, and the certificate of before the first real one follows it', async () => {
    prepare('192.0.2.7');
    const certificate = () => readFile(join(dir, 'secrets', 'tls_certificate'), 'utf8');
    const isFor = async (address: string) => new X509Certificate(await certificate()).checkIP(address) !== undefined;
    const before = await Promise.all([secret('turn_secret'), secret('tls_key')]);
    const { status, stderr } = preparing('192.0.2.8');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /was 192\.0\.2\.7, and is 192\.0\.2\.8 from the next start on/);
    const env = await readFile(join(dir, 'env'), 'utf8');
    assert.equal(env, 'COMPOSE_PROFILES=single\nHANSARD_PUBLIC_ADDRESS=192.0.2.8\n');
    assert.ok(await isFor('192.0.2.8'));
    assert.equal(await secret('turn_secret'), before[0]);
    assert.notEqual(await secret('tls_key'), before[1]);
    // One that somebody put there is hers.
    const own = ['-keyout', join(dir, 'key'), '-out', join(dir, 'certificate'), '-subj', '/CN=meet.example.org'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', ...own], { stdio: 'pipe' });
    await rm(join(dir, 'secrets', 'tls_certificate'));
    await copyFile(join(dir, 'certificate'), join(dir, 'secrets', 'tls_certificate'));
    assert.match(preparing('192.0.2.9').stderr, /tls_certificate is not for 192\.0\.2\.9; it was left as it is/);
    assert.equal(await certificate(), await readFile(join(dir, 'certificate'), 'utf8'));
  });

  test('of a cluster let its nodes know each other, and us know them', async () => {
    prepare('192.0.2.7', '--cluster');
    const url = await secret('esdb_url');
    assert.match(
      url,
      /eventstore-1:2113,eventstore-2:2113,eventstore-3:2113\?tls=true&tlsCAFile=\/run\/secrets\/esdb_ca$/,
    );
    assert.ok(url.includes(await secret('esdb_password')));
    const files = ['esdb_ca', 'esdb_node'].map((name) => join(dir, 'secrets', name));
    execFileSync('openssl', ['verify', '-CAfile', ...files], { stdio: 'pipe' });
    assert.match(await readFile(join(dir, 'env'), 'utf8'), /COMPOSE_PROFILES=cluster/);
  });

  test('are not turned from one event store to three, which would have none of its log', async () => {
    prepare('192.0.2.7');
    const before = await Promise.all([secret('esdb_url'), readFile(join(dir, 'env'), 'utf8')]);
    const refused = preparing('192.0.2.7', '--cluster');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /prepared for a single event store .*esdb_url.* Nothing was changed\./);
    assert.deepEqual(await Promise.all([secret('esdb_url'), readFile(join(dir, 'env'), 'utf8')]), before);
    // Known from the other file alone.
    await rm(join(dir, 'secrets', 'esdb_url'));
    assert.equal(preparing('192.0.2.7', '--cluster').status, 1);
    await rm(join(dir, 'env'));
    prepare('192.0.2.7', '--cluster');
  });

  test('stay those of a cluster where only one of its files is made again', async () => {
    prepare('192.0.2.7', '--cluster');
    for (const lost of [join(dir, 'env'), join(dir, 'secrets', 'esdb_url')]) {
      await rm(lost);
      prepare('192.0.2.7');
      assert.match(await readFile(join(dir, 'env'), 'utf8'), /COMPOSE_PROFILES=cluster/);
      assert.match(await secret('esdb_url'), /eventstore-1:2113/);
    }
  });

  test('are not made for what nobody asked for', () => {
    for (const args of [['example.org'], ['192.0.2.7', '--clusters'], ['192.0.2.7', '--cluster', 'now']]) {
      const { status, stderr } = preparing(...args);
      assert.deepEqual([status, stderr.split(' ')[0]], [2, 'Usage:']);
    }
    assert.ok(!existsSync(join(dir, 'secrets')));
  });

  test('are read, and refused where they are given twice, missing or empty', async () => {
    const path = join(dir, 'token');
    await writeFile(path, 'a token of some length\n');
    assert.equal(readConfig({ HANSARD_METRICS_TOKEN_FILE: path }).metricsToken, 'a token of some length');
    const refused = (env: Record<string, string>, why: RegExp) =>
      assert.throws(
        () => readConfig(env),
        (error) => error instanceof BadConfig && why.test(error.message),
      );
    refused(
      { HANSARD_METRICS_TOKEN_FILE: path, HANSARD_METRICS_TOKEN: 'x'.repeat(20) },
      /or HANSARD_METRICS_TOKEN_FILE, not both/,
    );
    refused({ REDIS_URL_FILE: join(dir, 'none') }, /REDIS_URL_FILE: .* cannot be read/);
    await writeFile(path, '\n');
    refused({ DATABASE_URL_FILE: path }, /DATABASE_URL_FILE: .* is empty/);
    await writeFile(path, 'short');
    refused({ HANSARD_METRICS_TOKEN_FILE: path }, /HANSARD_METRICS_TOKEN: at least 16 characters/);
  });
});
