import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  type EventStoreDbCluster,
  startEventStoreDbCluster,
} from '../support/eventStoreDbNode/startEventStoreDbCluster.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs } from './killLoad.ts';

/** Each takes as long as electing another leader. */
const kills = Math.ceil(killsPerTarget / 2);

describe('with the log in a cluster of EventStoreDB, under load', () => {
  let cluster: EventStoreDbCluster;
  let stack: Stack;
  let load: KillLoad;

  beforeAll(async () => {
    cluster = await startEventStoreDbCluster();
    stack = await startStack({ media: false, env: { ESDB_URL: cluster.url } });
    load = await killLoad({ ...stack, eventStoreDb: { url: () => cluster.url } });
  });
  afterAll(async () => {
    await stack.stop();
    await cluster.stop();
  });

  test('kills of its leader lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        await load.loaded();
        const lost = await cluster.leading();
        await cluster.signal(lost, 'SIGKILL');
        await cluster.another(lost);
        await cluster.start(lost);
      }
      await load.loaded();
    });
    await load.verify();
  });

  test('a leader that freezes, and one that gives it up, lose none either', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      await load.loaded();
      const frozen = await cluster.leading();
      await cluster.signal(frozen, 'SIGSTOP');
      await cluster.another(frozen);
      await load.loaded();
      await cluster.signal(frozen, 'SIGCONT');
      const before = await cluster.leading();
      await cluster.resign();
      await cluster.another(before);
      await load.loaded();
    });
    await load.verify();
  });
});
