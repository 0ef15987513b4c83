// P10: what one more participant costs in memory.
import type { Goal, Prepared } from '../goal.ts';
import { memoryOf } from '../processes.ts';
import { bareRoom, fill, hansardRoom, peopleMax, type Room, sending } from './rooms.ts';

const fewest = 2;
const settleMs = 3_000;
/** A server collects once what only its start needed, ten seconds later, which must not fall between two figures. */
const startedMs = 13_000;
const packetEveryMs = 20;

/**
 * Memory of both processes per participant, from a room of two to a full one, in fresh processes that had one full room
 * before: young objects have all the room by then that they will ever have.
 */
const slopeOf = async (room: Room): Promise<number> => {
  await room.restart();
  const before = await fill(room, peopleMax, ['microphone', 'camera']);
  await new Promise((resolve) => setTimeout(resolve, startedMs));
  await Promise.all(before.map((participant) => participant.leave()));
  const bytesWith = async (people: Awaited<ReturnType<typeof fill>>) => {
    const stop = sending(people, packetEveryMs);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { process, worker } = await room.pids();
    stop();
    return memoryOf(process).rss + memoryOf(worker).rss;
  };
  const few = await fill(room, fewest, ['microphone', 'camera']);
  const fewBytes = await bytesWith(few);
  await Promise.all(few.map((participant) => participant.leave()));
  const many = await fill(room, peopleMax, ['microphone', 'camera']);
  const manyBytes = await bytesWith(many);
  await Promise.all(many.map((participant) => participant.leave()));
  return (manyBytes - fewBytes) / (peopleMax - fewest) / 1024;
};

export const perParticipant: Goal = {
  name: 'P10',
  title: `memory per participant, ${fewest} to ${peopleMax} people`,
  unit: 'KiB',
  better: 'lower',
  wanted: 1.3,
  prepare: async (): Promise<Prepared> => {
    const [ours, bare] = [await hansardRoom(), await bareRoom()];
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
