import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Cluster, clusterNodes, clusterRoles, startCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { times } from '../support/soak.ts';
import { type Crowd, crowdIn } from './clusterCrowd.ts';
import { commandsPerSecondMinOfMany, type KillLoad, killLoad } from './killLoad.ts';

const rounds = times(1, 20);
const roundTimeoutMs = 300_000;
const kills = times(clusterRoles.length, 400);
const killTimeoutMs = 120_000;
/** Of each process of the API a follower hears the end once per round; now and then of one it had just moved to. */
const interruptionsPerRound = 4;

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] ?? assert.fail('nothing');

describe.each([
  { on: 'PostgreSQL alone', storesApart: false },
  { on: 'EventStoreDB, PostgreSQL and Redis', storesApart: true },
])('hansard cluster on $on', ({ storesApart }) => {
  let cluster: Cluster;
  let load: KillLoad;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await startCluster({ storesApart });
    load = await killLoad(cluster, commandsPerSecondMinOfMany);
    crowd = await crowdIn(cluster, load);
  }, 240_000);
  afterAll(async () => {
    await crowd.stop();
    await cluster.stop();
  }, 120_000);

  /** What runs now: names with what changes with each start. */
  const instances = async (): Promise<Map<string, unknown>> => {
    const rows = await runSql(cluster.connection, 'select name, instance from nodes.node order by name, instance');
    return new Map(rows.map(({ name, instance }) => [String(name), instance]));
  };

  test('runs two processes of each role, on these stores', async () => {
    const nodes = await runSql(cluster.connection, 'select name, roles from nodes.node order by name');
    assert.deepEqual(
      nodes.map(({ name }) => name),
      clusterNodes,
    );
    assert.ok(nodes.every(({ name, roles }) => String(name).startsWith(String(roles))));
    const schemas = await runSql(
      cluster.connection,
      `select nspname from pg_namespace where nspname in ('log', 'jobs')`,
    );
    assert.deepEqual(schemas.length, storesApart ? 0 : 2);
  });

  test('started again in turn under load loses no answered command and no subscription', {
    timeout: rounds * roundTimeoutMs + 120_000,
  }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const before = await instances();
      await load.underLoad(async () => {
        await load.loaded();
        await cluster.restartAll();
        await load.loaded();
      });
      const after = await instances();
      assert.deepEqual([...after.keys()], clusterNodes);
      for (const [name, instance] of after) assert.notEqual(instance, before.get(name), name);
    }
    // Nothing ended but what was asked to.
    assert.doesNotMatch(cluster.said(), /ended \(/);
    await load.verify();
    await crowd.verify();
    for (const each of crowd.interruptions())
      assert.ok(each <= interruptionsPerRound * rounds, `${each} interruptions`);
  });

  test('killed in any order under load loses no answered command and no subscription', {
    timeout: kills * killTimeoutMs + 120_000,
  }, async () => {
    const killed: string[] = [];
    const back = new Map<string, () => Promise<void>>();
    await load.underLoad(async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        // One of each role first; then anything, also the only one left of a role.
        const role = clusterRoles[kill];
        const name = oneOf(role === undefined ? clusterNodes : clusterNodes.filter((node) => node.startsWith(role)));
        await load.loaded();
        killed.push(name);
        back.set(name, await cluster.kill(name));
        if (role !== undefined || Math.random() < 0.5) await back.get(name)?.();
        else await delay(Math.random() * 3_000);
      }
      await load.loaded();
    });
    for (const isBack of back.values()) await isBack();
    await eventually(
      'all to be there',
      async () => [...(await instances()).keys()].join() === clusterNodes.join(),
      30_000,
    );
    process.stdout.write(`killed ${killed.join(' ')}\n`);
    await load.verify();
    await crowd.verify();
  });
});
