// P10: what one more participant costs in memory.
import type { Goal, Prepared } from '../goal.ts';
import { memoryOf } from '../processes.ts';
import type { Participant } from './participant.ts';
import { bareRoom, fill, hansardRoom, peopleMax, type Room, sending, startedMs } from './rooms.ts';

const rooms = 4;
const settleMs = 3_000;
/** Seldom enough for the clients of all rooms, which share the machine with the server. */
const packetEveryMs = 200;

/**
 * Memory of both processes per participant, from one full room to several, in fresh processes that had one before: what
 * only the first participants need, compiled code above all, is there by then.
 */
const slopeOf = async (room: Room): Promise<number> => {
  const fullRoom = (first = 0) => fill(room, peopleMax, ['microphone', 'camera'], first);
  await room.restart();
  const before = await fullRoom();
  await new Promise((resolve) => setTimeout(resolve, startedMs));
  await Promise.all(before.map((participant) => participant.leave()));
  const people: Participant[] = [];
  const stop = sending(people, packetEveryMs);
  const bytes = async () => {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { process, worker } = await room.pids();
    return memoryOf(process).rss + memoryOf(worker).rss;
  };
  people.push(...(await fullRoom()));
  const fewBytes = await bytes();
  for (let first = peopleMax; first < rooms * peopleMax; first += peopleMax) people.push(...(await fullRoom(first)));
  const manyBytes = await bytes();
  stop();
  await Promise.all(people.map((participant) => participant.leave()));
  return (manyBytes - fewBytes) / ((rooms - 1) * peopleMax) / 1024;
};

export const perParticipant: Goal = {
  name: 'P10',
  title: `memory per participant, one room of ${peopleMax} to ${rooms}`,
  unit: 'KiB',
  better: 'lower',
  wanted: 1.3,
  prepare: async (): Promise<Prepared> => {
    const [ours, bare] = [await hansardRoom(rooms), await bareRoom()];
    return {
      ours: () => slopeOf(ours),
      baseline: () => slopeOf(bare),
      close: async () => {
        await ours.close();
        await bare.close();
      },
    };
  },
};
