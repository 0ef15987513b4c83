// The same rooms twice: on our server, entered with tickets of `joinConference`, and on bare mediasoup.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { ensureMediasoupWorker } from '../../scripts/mediasoupWorker.ts';
import type { ApiClient } from '../../test/support/apiClient.ts';
import { SignallingClient } from '../../web/src/sdk/signallingClient.ts';
import { until } from '../processes.ts';
import { type BenchServer, startServer } from '../server.ts';
import { enter, type Participant } from './participant.ts';

/** A server's rooms: people 0 to 9 meet in the first one, 10 to 19 in the second. */
export type Room = {
  /** Somebody enters; people are numbered, and each can be in their room once. */
  enter: (person: number) => Promise<Participant>;
  /** The process that holds the transports and the one that moves the packets. */
  pids: () => Promise<{ process: number; worker: number }>;
  /** A fresh process with an empty room. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
};

/** A server compiles what its start needed, and ten seconds later drops, once, what only that did. */
export const startedMs = 13_000;

/** Participants of a room the goals are measured with at most. */
export const peopleMax = 10;
const roomOf = (person: number): number => Math.floor(person / peopleMax);

/** An API process may go by a list of media nodes from before a restart for so long, or by one between both lives. */
const listLateMs = 4_000;

type Ready = { port: number; workerPid: number };

const startBare = async () => {
  const program = new URL('bareMediasoup.ts', import.meta.url).pathname;
  const child = fork(program, [await ensureMediasoupWorker()]);
  const { port, workerPid } = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`Bare mediasoup ended with ${code}`)));
  });
  return {
    url: `ws://127.0.0.1:${port}/signalling`,
    pids: { process: child.pid ?? 0, worker: workerPid },
    stop: async () => {
      const ended = new Promise((resolve) => void child.once('exit', resolve));
      child.disconnect(); // mediasoup's own handlers would outlive a signal.
      await ended;
    },
  };
};

/** Rooms on mediasoup alone. */
export const bareRoom = async (): Promise<Room> => {
  let bare = await startBare();
  return {
    enter: (person) => enter(bare.url, `room-${roomOf(person)}`),
    pids: () => Promise.resolve(bare.pids),
    restart: async () => {
      await bare.stop();
      bare = await startBare();
    },
    close: () => bare.stop(),
  };
};

const peopleOf = async (server: BenchServer, admin: ApiClient, count: number): Promise<ApiClient[]> => {
  const people: ApiClient[] = [];
  for (let person = 0; person < count; person += 1) {
    const login = `person-${person}`;
    const password = `password of ${login}`;
    await admin.accepted('createAccount', {
      accountId: ['ID!', randomUUID()],
      login: ['String!', login],
      password: ['String!', password],
      profile: ['ProfileInput!', { displayName: login }],
    });
    people.push(await server.client(login, password));
  }
  return people;
};

const conferencesOf = async (admin: ApiClient, count: number): Promise<string[]> => {
  const conferences = Array.from({ length: count }, () => randomUUID());
  for (const conferenceId of conferences) {
    await admin.accepted('createConference', {
      conferenceId: ['ID!', conferenceId],
      kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
      title: ['String!', 'Bench'],
      joinWithoutInvitation: ['Boolean', true],
    });
  }
  return conferences;
};

/** Whether somebody gets through to the media process. A server is ready before it is: people may do all but meet. */
const answers = (signalling: string): Promise<boolean> =>
  SignallingClient.open(signalling, { notice: () => undefined, gone: () => undefined }).then(
    (client) => {
      client.close();
      return true;
    },
    () => false,
  );

/** Rooms of our whole server, which runs with one media worker. */
export const hansardRoom = async (rooms = 1): Promise<Room> => {
  const server = await startServer({ HANSARD_MEDIA_WORKERS: '1' });
  const admin = await server.client();
  const people = await peopleOf(server, admin, rooms * peopleMax);
  const conferences = await conferencesOf(admin, rooms);
  const signalling = `${server.url.replace('http', 'ws')}/signalling`;
  return {
    enter: async (person) => {
      // The host's join starts the session, also once more where the room was empty for long; the host never connects.
      const conferenceId = conferences[roomOf(person)] ?? '';
      if (person % peopleMax === 0) await admin.join(conferenceId);
      const answer = await people[person]?.join(conferenceId);
      const ticket = answer?.['ticket'];
      if (typeof ticket !== 'string') throw new Error(`Person ${person} may not join: ${JSON.stringify(answer)}`);
      return enter(signalling, ticket);
    },
    pids: async () => {
      const { roles, workers } = await server.pids();
      return { process: roles.get('media') ?? 0, worker: workers[0] ?? 0 };
    },
    restart: async () => {
      await server.restart('media');
      await new Promise((resolve) => setTimeout(resolve, listLateMs));
      await until('the media process to answer', () => answers(signalling), 20_000);
    },
    close: () => server.stop(),
  };
};

/** Lets people send in turn, each one packet per source every `everyMs`, spread evenly. Answers how to stop. */
export const sending = (people: readonly Participant[], everyMs: number): (() => void) => {
  let lastMs = performance.now();
  let due = 0;
  let turns = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    due += ((nowMs - lastMs) / everyMs) * people.length;
    lastMs = nowMs;
    for (; due >= 1; due -= 1) people[(turns += 1) % people.length]?.tick();
  }, 1);
  return () => clearInterval(timer);
};

/**
 * Enters `count` people from number `first` on, the first of a room, who all send `sources` and receive all of their
 * room; resolves when everything flows.
 */
export const fill = async (room: Room, count: number, sources: readonly ('microphone' | 'camera')[], first = 0) => {
  const people: Participant[] = [];
  const stop = sending(people, 20); // Whoever enters waits for a first packet.
  for (let n = 0; n < count; n += 1) {
    const participant = await room.enter(first + n);
    people.push(participant);
    for (const source of sources) await participant.produce(source);
  }
  const othersOf = (n: number) => Math.min(peopleMax, count - roomOf(n) * peopleMax) - 1;
  const complete = () => people.every((participant, n) => participant.receiving() >= othersOf(n) * sources.length);
  await until('everybody to receive everybody', complete, 60_000).finally(stop);
  return people;
};
