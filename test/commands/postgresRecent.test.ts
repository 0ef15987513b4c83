// How often the followers of one process ask the server for the end of the log.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'vitest';
import { positionOf, type StoredEvent, StoreUnavailable } from '../../src/commands/eventStore.ts';
import { createRecent } from '../../src/commands/postgresRecent.ts';
import { createSignal } from '../../src/commands/signal.ts';

const eventAt = (place: number): StoredEvent => ({
  id: `event ${place}`,
  type: 'Said',
  stream: `${place % 2 === 0 ? 'even' : 'odd'}-1`,
  revision: place,
  position: positionOf(BigInt(place)),
  data: Buffer.from('{}'),
  metadata: Buffer.from('{}'),
  recordedAt: new Date(0),
});

/** A log of numbered events whose reader counts the questions, answers a turn later, and can be away. */
const setting = () => {
  const log = { end: 0, questions: 0, away: false };
  const news = createSignal();
  const page = createRecent(
    {
      head: () => Promise.resolve(BigInt(log.end)),
      page: async (after) => {
        log.questions += 1;
        await nextTurn();
        if (log.away) throw new StoreUnavailable('away');
        const events = Array.from({ length: log.end - Number(after) }, (_, index) =>
          eventAt(Number(after) + index + 1),
        );
        return { events, upTo: BigInt(log.end), head: BigInt(log.end) };
      },
    },
    news,
  );
  const follower = (categories?: string[]) => {
    const seen: number[] = [];
    let position = BigInt(log.end);
    return {
      seen,
      look: async () => {
        const { events, upTo } = await page(position, categories && { categories });
        position = upTo;
        seen.push(...events.map(({ revision }) => revision));
      },
    };
  };
  return { log, news, follower };
};

/** Each one comes when others have had their answer, or are waiting for theirs. */
const oneAfterAnother = async (followers: { look: () => Promise<void> }[]): Promise<void> => {
  const looking: Promise<void>[] = [];
  for (const { look } of followers) {
    looking.push(look());
    await nextTurn();
  }
  await Promise.all(looking);
};

test('one question answers all followers, whenever they come, until there is news', async () => {
  const { log, news, follower } = setting();
  const followers = [follower(), follower(['even']), follower(['odd']), follower(), follower()];
  await oneAfterAnother(followers);
  assert.equal(log.questions, 1);
  for (let end = 1; end <= 3; end += 1) {
    log.end = end;
    news.raise();
    await oneAfterAnother(followers);
    assert.equal(log.questions, 1 + end);
  }
  assert.deepEqual(
    followers.map(({ seen }) => seen),
    [[1, 2, 3], [2], [1, 3], [1, 2, 3], [1, 2, 3]],
  );
});

test('what came while a question was on its way is asked for again', async () => {
  const { log, news, follower } = setting();
  const early = follower();
  const late = follower();
  await early.look();
  log.end = 1;
  news.raise();
  const looking = early.look();
  await nextTurn();
  log.end = 2; // The question may have been answered before.
  news.raise();
  await late.look();
  await looking;
  assert.deepEqual(late.seen, [1, 2]);
  assert.equal(log.questions, 3);
});

test('a question that failed is not the answer for ever', async () => {
  const { log, news, follower } = setting();
  const one = follower();
  await one.look();
  log.away = true;
  log.end = 1;
  news.raise();
  await assert.rejects(one.look(), StoreUnavailable);
  log.away = false;
  news.raise();
  await one.look();
  assert.deepEqual(one.seen, [1]);
});
