// P8: what forwarding a packet costs the worker, and what our process adds beside it.
import type { Goal, Prepared } from '../goal.ts';
import { cpuMicros } from '../processes.ts';
import type { Participant } from './participant.ts';
import { bareRoom, fill, hansardRoom, peopleMax, type Room, sending, startedMs } from './rooms.ts';

const windowMs = 8_000;
const settleMs = 2_000;
const packetEveryMs = 20;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const receivedBy = (people: readonly Participant[]) =>
  people.reduce((total, participant) => total + participant.received(), 0);

type Used = { workerMicros: number; processMicros: number; packets: number };
type Filled = { use: () => Promise<Used>; close: () => Promise<void> };

/** A full room; `use` lets everybody send for a while and tells what that took. Between the rounds all are silent. */
const filled = async (room: Room): Promise<Filled> => {
  const people = await fill(room, peopleMax, ['microphone', 'camera']);
  const { process, worker } = await room.pids();
  await wait(startedMs);
  return {
    use: async () => {
      const stop = sending(people, packetEveryMs);
      await wait(settleMs);
      const [ofWorker, ofProcess, packets] = [cpuMicros(worker), cpuMicros(process), receivedBy(people)];
      await wait(windowMs);
      const used = {
        workerMicros: cpuMicros(worker) - ofWorker,
        processMicros: cpuMicros(process) - ofProcess,
        packets: receivedBy(people) - packets,
      };
      stop();
      return used;
    },
    close: async () => {
      await Promise.all(people.map((participant) => participant.leave()));
      await room.close();
    },
  };
};

const perPacket = ({ workerMicros, packets }: Used): number => workerMicros / packets;

/** Per forwarded packet, in a room of ten that all send sound and picture. */
export const forwarding: Goal = {
  name: 'P8',
  title: `SFU CPU per forwarded packet, ${peopleMax} people`,
  unit: 'µs',
  better: 'lower',
  wanted: 1.05,
  prepare: async (): Promise<Prepared> => {
    const [ours, bare] = [await filled(await hansardRoom()), await filled(await bareRoom())];
    return {
      ours: async () => perPacket(await ours.use()),
      baseline: async () => perPacket(await bare.use()),
      close: async () => {
        await ours.close();
        await bare.close();
      },
    };
  },
};

/** CPU of our media process against that of its worker, in the same room at the same time. */
export const beside: Goal = {
  name: 'P8-process',
  title: `CPU of the media process against its worker, ${peopleMax} people`,
  unit: 'µs per packet',
  better: 'lower',
  wanted: 0.05,
  prepare: async (): Promise<Prepared> => {
    const ours = await filled(await hansardRoom());
    let used: Used | null = null;
    return {
      // The baseline of a round comes first, and both are of the same time.
      baseline: async () => {
        used = await ours.use();
        return perPacket(used);
      },
      ours: () => Promise.resolve(used ? used.processMicros / used.packets : Number.NaN),
      close: () => ours.close(),
    };
  },
};
