import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs, verifyNothingHalfMade } from './killLoad.ts';

const role = 'api,projections,jobs';

describe('with the log in EventStoreDB, kills under load', () => {
  let stack: Stack;
  let load: KillLoad;

  beforeAll(async () => {
    stack = await startStack({ media: false, eventStoreDb: true });
    load = await killLoad(stack);
  });
  afterAll(() => stack.stop());

  test('of EventStoreDB lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    const pid = stack.pidOf(role);
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        await stack.eventStoreDb?.kill();
        await stack.eventStoreDb?.start();
      }
      await load.loaded();
    });
    await load.verify();
    assert.equal(stack.pidOf(role), pid);
    process.kill(pid, 0); // Throws if the process is gone.
  });

  test('of the API lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        await stack.kill(role, 'SIGKILL');
        await stack.start(role);
      }
    });
    await load.verify();
  });

  test('leave no half-made account or conference', () => verifyNothingHalfMade(stack));
});
