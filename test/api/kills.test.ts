import { afterAll, beforeAll, describe, test } from 'vitest';
import { killPostgres } from '../support/postgres.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs, verifyNothingHalfMade } from './killLoad.ts';

const role = 'api,projections,jobs';

describe('kills under load', () => {
  let stack: Stack;
  let load: KillLoad;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    load = await killLoad(stack);
  });
  afterAll(() => stack.stop());

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

  test('of PostgreSQL lose no answered command and repeat none', { timeout: killsTimeoutMs }, async () => {
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await load.loaded();
        await (await killPostgres())();
      }
      await load.loaded();
    });
    await load.verify();
  });

  test('leave no half-made account or conference', () => verifyNothingHalfMade(stack));
});
