// The same room twice: on our server, entered with tickets of `joinConference`, and on bare mediasoup.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { ensureMediasoupWorker } from '../../scripts/mediasoupWorker.ts';
import type { ApiClient } from '../../test/support/apiClient.ts';
import { until } from '../processes.ts';
import { type BenchServer, startServer } from '../server.ts';
import { enter, type Participant } from './participant.ts';

export type Room = {
  /** Somebody enters; people are numbered, and each can be in the room once. */
  enter: (person: number) => Promise<Participant>;
  /** The process that holds the transports and the one that moves the packets. */
  pids: () => Promise<{ process: number; worker: number }>;
  /** A fresh process with an empty room. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
};

/** Participants the goals are measured with at most. */
export const peopleMax = 10;

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

/** A room on mediasoup alone. */
export const bareRoom = async (): Promise<Room> => {
  let bare = await startBare();
  return {
    enter: () => enter(bare.url, 'room'),
    pids: () => Promise.resolve(bare.pids),
    restart: async () => {
      await bare.stop();
      bare = await startBare();
    },
    close: () => bare.stop(),
  };
};

const peopleOf = async (server: BenchServer, admin: ApiClient): Promise<ApiClient[]> => {
  const people: ApiClient[] = [];
  for (let person = 0; person < peopleMax; person += 1) {
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

/** A room of our whole server, which runs with one media worker. */
export const hansardRoom = async (): Promise<Room> => {
  const server = await startServer({ HANSARD_MEDIA_WORKERS: '1' });
  const admin = await server.client();
  const people = await peopleOf(server, admin);
  const conferenceId = randomUUID();
  await admin.accepted('createConference', {
    conferenceId: ['ID!', conferenceId],
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', 'Bench'],
    joinWithoutInvitation: ['Boolean', true],
  });
  // The host's join starts the session; the host then never connects.
  await admin.join(conferenceId);
  const signalling = `${server.url.replace('http', 'ws')}/signalling`;
  return {
    enter: async (person) => {
      const answer = await people[person]?.join(conferenceId);
      const ticket = answer?.['ticket'];
      if (typeof ticket !== 'string') throw new Error(`Person ${person} may not join: ${JSON.stringify(answer)}`);
      return enter(signalling, ticket);
    },
    pids: async () => {
      const { roles, workers } = await server.pids();
      return { process: roles.get('media') ?? 0, worker: workers[0] ?? 0 };
    },
    restart: () => server.restart('media'),
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

/** Enters `count` people who all send `sources` and receive everything; resolves when everything flows. */
export const fill = async (room: Room, count: number, sources: readonly ('microphone' | 'camera')[]) => {
  const people: Participant[] = [];
  const stop = sending(people, 20); // Whoever enters waits for a first packet.
  for (let person = 0; person < count; person += 1) {
    const participant = await room.enter(person);
    people.push(participant);
    for (const source of sources) await participant.produce(source);
  }
  const wanted = (count - 1) * sources.length;
  const complete = () => people.every((participant) => participant.receiving() >= wanted);
  await until('everybody to receive everybody', complete, 60_000).finally(stop);
  return people;
};
