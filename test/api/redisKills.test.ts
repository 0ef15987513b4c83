import { strict as assert } from 'node:assert';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openLog } from '../../src/operations/openLog.ts';
import { silent, sources, startSession } from '../operations/jobSetting.ts';
import { apiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { recordOf } from '../support/record.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { accountIn, databaseUrl, type Stack, startStack } from '../support/stack.ts';
import { type KillLoad, killLoad, killsPerTarget, killsTimeoutMs, verifyNothingHalfMade } from './killLoad.ts';

const role = 'api,projections,jobs';
/** Longer than the server waits for an answer of Redis. */
const frozenMs = 7_000;
/** A look that Redis missed is made up for in 30 s. */
const toldMsMax = 60_000;
/** Whoever has not stopped by then ends itself, and has given nothing back. */
const stoppedMsMax = 15_000;
const [guesses, wrongsMax] = [30, 10];

describe('with due times in Redis', () => {
  let redis: TestRedis;
  let stack: Stack;
  let load: KillLoad;

  beforeAll(async () => {
    redis = await startRedis();
    stack = await startStack({ media: false, env: { REDIS_URL: redis.url } });
    load = await killLoad(stack);
  });
  afterAll(async () => {
    await stack.stop();
    await redis.stop();
  });

  /** Starts a session that nobody joins and whose end is long due; answers its id. */
  const leaveEmpty = async (): Promise<string> => {
    const config = readConfig({ HANSARD_DATA: stack.dataDir, DATABASE_URL: databaseUrl(stack.connection) });
    const opened = await openLog(config, { ...sources, now: () => new Date(Date.now() - 120_000) }, silent);
    const sessionId = await startSession(opened);
    await opened.close();
    return sessionId;
  };
  const listed = async (sessionId: string) => {
    const [row] = await runSql(stack.connection, `select "endCause" from read.session where id = '${sessionId}'`);
    return row;
  };
  const ended = async (sessionId: string) => (await listed(sessionId))?.['endCause'] === 'empty';
  const endingsOf = async (sessionId: string) => {
    await eventually('what is due to be done', () => ended(sessionId), toldMsMax);
    const record = await recordOf(stack);
    return record.filter(({ stream, type }) => stream === `session-${sessionId}` && type === 'SessionEnded').length;
  };
  const complaints = () => stack.logs(role).match(/"msg":"job fault/g)?.length ?? 0;

  test('kills of it under load lose and repeat no command, and nothing due', { timeout: killsTimeoutMs }, async () => {
    const pid = stack.pidOf(role);
    await load.underLoad(async () => {
      for (let kill = 0; kill < killsPerTarget; kill += 1) {
        await redis.kill();
        const sessionId = await leaveEmpty();
        await load.loaded();
        await eventually('it to be listed', () => listed(sessionId));
        assert.equal(await ended(sessionId), false);
        await redis.start();
        assert.equal(await endingsOf(sessionId), 1);
      }
    });
    await load.verify();
    const known = async () => (await redis.command('EXISTS', 'hansard:wake:de:apply-retention')) === 1;
    await eventually('what is due later to be known again', known, toldMsMax);
    assert.equal(stack.pidOf(role), pid);
    process.kill(pid, 0); // Throws if the process is gone.
    // Each of three connections says once that it is lost, and a telling that was cut off may say so too.
    assert.ok(complaints() <= 4 * killsPerTarget, `${complaints()} complaints`);
  });

  test('it may freeze under load: commands go on, and what is due is done once it is back', async () => {
    let sessionId = '';
    await load.underLoad(async () => {
      await load.loaded();
      const thaw = redis.freeze();
      const frozenAt = performance.now();
      sessionId = await leaveEmpty();
      do await load.loaded();
      while (performance.now() - frozenAt < frozenMs);
      await eventually('it to be listed', () => listed(sessionId));
      assert.equal(await ended(sessionId), false);
      thaw();
      assert.equal(await endingsOf(sessionId), 1);
    });
    await load.verify();
  });

  test('wrong passwords are counted exactly while it is killed or frozen, and the lock outlives that', async () => {
    const answer = async (login: string, password: string): Promise<string> => {
      const refused = await apiClient(stack.url).signIn(login, password).then(String, String);
      return /SIGN_IN_[A-Z_]+/.exec(refused)?.[0] ?? refused;
    };
    const root = await stack.client();
    for (const out of ['kill', 'freeze'] as const) {
      await accountIn(stack, root, out);
      const thaw = await redis[out]();
      const answers = await Promise.all(Array.from({ length: guesses }, () => answer(out, 'wrong')));
      assert.equal(answers.filter((code) => code === 'SIGN_IN_FAILED').length, wrongsMax);
      assert.equal(answers.filter((code) => code === 'SIGN_IN_TOO_MANY_ATTEMPTS').length, guesses - wrongsMax);
      assert.equal(await answer(out, `password of ${out}`), 'SIGN_IN_TOO_MANY_ATTEMPTS');
      await (thaw ? thaw() : redis.start());
      assert.equal(await answer(out, `password of ${out}`), 'SIGN_IN_TOO_MANY_ATTEMPTS');
    }
  });

  test('a server stops in time while it is killed or frozen', async () => {
    for (const out of ['kill', 'freeze'] as const) {
      const said = stack.logs(role).length;
      const thaw = await redis[out]();
      const from = performance.now();
      await stack.kill(role, 'SIGTERM');
      const tookMs = performance.now() - from;
      assert.ok(tookMs < stoppedMsMax, `${tookMs} ms`);
      assert.match(stack.logs(role).slice(said), /"msg":"stopped"/);
      await (thaw ? thaw() : redis.start());
      await stack.start(role);
    }
  });

  test('nothing is left half made', () => verifyNothingHalfMade(stack));
});
