// People in a cluster whose processes come and go: who follows a chat, who is in a meeting, and what has to be true of
// both afterwards.
import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import type { Cluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { recordOf } from '../support/record.ts';
import { accountIn } from '../support/stack.ts';
import type { KillLoad } from './killLoad.ts';

const chat = 'subscription ($id: ID!, $after: EventNumber) { chatMessages(sessionId: $id, after: $after) { number } }';
const followersCount = 4;
const caughtUpMs = 60_000;
const stayMs = 15_000;

type Follower = { numbers: string[]; interruptions: number; stop: () => Promise<void> };

/** Follows a session's chat and subscribes again, after the last message it has, whenever its stream ends. */
const follower = (client: ApiClient, sessionId: string): Follower => {
  const state = { numbers: [] as string[], interruptions: 0, stopped: false, stop: (): void => undefined };
  const isOver = () => state.stopped;
  const run = async () => {
    while (!isOver()) {
      const { stop, ended } = client.subscribe(chat, { id: sessionId, after: state.numbers.at(-1) ?? null }, (data) => {
        for (const { number } of data['chatMessages'] as { number: string }[]) state.numbers.push(number);
      });
      state.stop = stop;
      await ended.catch(() => undefined);
      if (!isOver()) state.interruptions += 1;
      await delay(200);
    }
  };
  const running = run();
  return {
    get numbers() {
      return state.numbers;
    },
    get interruptions() {
      return state.interruptions;
    },
    stop: async () => {
      state.stopped = true;
      state.stop();
      await running;
    },
  };
};

type Attendee = { epochs: number[]; stop: () => Promise<void> };

/** Comes in, and comes back whenever the media node says so or is gone, until it is stopped. */
const attendee = async (cluster: Cluster, login: string, conferenceId: string): Promise<Attendee> => {
  const api = await accountIn(cluster, await cluster.client(), login);
  const epochs: number[] = [];
  let stopped = false;
  let now: RawClient | null = null;
  const visit = async (): Promise<void> => {
    const joined = await api.join(conferenceId).catch(() => null);
    const path = String(joined?.['signallingPath']);
    now = await RawClient.open(Number(new URL(cluster.url).port), path).catch(() => null);
    if (!now) return;
    const { socket } = now;
    const closed = new Promise<null>((resolve) => void socket.once('close', () => resolve(null)));
    const hello = now.request('hello', { ticket: String(joined?.['ticket']) }).catch(() => null);
    const welcome = await Promise.race([hello, closed]);
    if (welcome) epochs.push(welcome.epoch);
    else now.close();
    await closed;
  };
  const run = async () => {
    while (!stopped) {
      await visit();
      await delay(200);
    }
  };
  const running = run();
  return {
    epochs,
    stop: async () => {
      stopped = true;
      now?.close();
      await running;
    },
  };
};

/** The load posts as somebody who never connects, and whom the media nodes put out after a minute. */
const stayingIn = async (cluster: Cluster, conferenceId: string): Promise<() => Promise<void>> => {
  const api = await cluster.client();
  const stopped = new AbortController();
  const run = async () => {
    while (!stopped.signal.aborted) {
      await api.join(conferenceId).catch(() => null);
      await delay(stayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopped.abort();
    await running;
  };
};

/** Of a session, in the order of the record: the node of each epoch, and who said something of which epoch. */
const placesOf = async (cluster: Cluster, sessionId: string) => {
  const record = await recordOf(cluster);
  const own = record.filter(({ stream }) => stream === `session-${sessionId}`);
  const facts = own.filter(({ type }) => ['LegConnected', 'SessionMediaInterrupted'].includes(type));
  return {
    posted: record.filter(({ type }) => type === 'ChatMessagePosted').length,
    placements: own.flatMap(({ type, data }) =>
      type === 'SessionPlaced' ? [{ node: String(data['node']), epoch: Number(data['epoch']) }] : [],
    ),
    facts: facts.map(({ data, metadata }) => ({ epoch: Number(data['epoch']), node: String(metadata['node']) })),
  };
};

/** Legs at each media node that answers. */
const legsAt = async (cluster: Cluster): Promise<Record<string, number>> => {
  const text = await (await fetch(`${cluster.url}/metrics`)).text();
  const lines = [...text.matchAll(/^hansard_media_legs\{node="([^"]+)"\} (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, node, legs]) => [String(node), Number(legs)]));
};

const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

export type Crowd = {
  /** How often each chat was interrupted so far. */
  interruptions: () => number[];
  /** Waits until everybody is where the record has the session. Nothing was lost, and it never was in two places. */
  verify: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Four who follow the chat of the load's session and two who are in it. */
export const crowdIn = async (cluster: Cluster, { sessionId, conferenceId }: KillLoad): Promise<Crowd> => {
  const followers = await Promise.all(
    Array.from({ length: followersCount }, async () => follower(await cluster.client(), sessionId)),
  );
  const stopStaying = await stayingIn(cluster, conferenceId);
  const people = [await attendee(cluster, 'ann', conferenceId), await attendee(cluster, 'bob', conferenceId)];
  await eventually('both to be in', () => people.every(({ epochs }) => epochs.length > 0), 30_000);

  return {
    interruptions: () => followers.map(({ interruptions }) => interruptions),
    verify: async () => {
      const { posted, placements, facts } = await placesOf(cluster, sessionId);
      for (const { numbers } of followers) {
        await eventually('all messages', () => numbers.length >= posted, caughtUpMs);
        assert.equal(new Set(numbers).size, posted);
        assert.deepEqual(numbers, ascending(numbers.map(Number)).map(String));
      }
      assert.deepEqual(
        placements.map(({ epoch }) => epoch),
        placements.map((_, index) => index + 1),
      );
      assert.ok(facts.length > 0);
      for (const { epoch, node } of facts) assert.equal(node, placements[epoch - 1]?.node, `epoch ${epoch}`);
      assert.deepEqual(
        facts.map(({ epoch }) => epoch),
        ascending(facts.map(({ epoch }) => epoch)),
      );
      const last = placements.at(-1);
      await eventually(
        'everybody to be on the last node',
        () => people.every(({ epochs }) => epochs.at(-1) === last?.epoch),
        caughtUpMs,
      );
      for (const { epochs } of people) assert.deepEqual(epochs, ascending(epochs));
      await eventually('the other node to have nobody', async () => {
        const legs = Object.entries(await legsAt(cluster));
        return legs.length === 2 && legs.every(([node, count]) => count > 0 === (node === last?.node));
      });
      const on = placements.map(({ node }) => node).join(' ');
      process.stdout.write(
        `${posted} messages, interruptions ${followers.map((f) => f.interruptions).join(' ')}, ${on}\n`,
      );
    },
    stop: async () => {
      await Promise.all([stopStaying(), ...[...followers, ...people].map((each) => each.stop())]);
    },
  };
};
