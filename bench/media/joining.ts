// P9: how long somebody who joins waits for the server until sound comes.
import { setTimeout as delay } from 'node:timers/promises';
import { type Goal, median, type Prepared } from '../goal.ts';
import { bareRoom, fill, hansardRoom, type Room, sending } from './rooms.ts';

const joinsPerRound = 15;
/** A server that has just started compiles its own code at the first joins. */
const warmingJoins = 30;
/** On a server that is not loaded what follows from one join is over when the next one comes. */
const restMs = 400;
/** Somebody sends every 2 ms, so that the rhythm of the packets does not decide when the first one comes. */
const packetEveryMs = 2;

/** A room with all but one in it; the last one joins, waits for the first packet, and leaves, again and again. */
const joinable = async (room: Room, count: number) => {
  const people = await fill(room, count - 1, ['microphone']);
  const joinMs = async (joins: number) => {
    const stop = sending(people, packetEveryMs * people.length);
    const waited: number[] = [];
    for (let join = 0; join < joins; join += 1) {
      const participant = await room.enter(count - 1);
      waited.push(participant.waitedMs);
      await participant.leave();
      await delay(restMs);
    }
    stop();
    return median(waited);
  };
  await joinMs(warmingJoins);
  return {
    joinMs: () => joinMs(joinsPerRound),
    close: async () => {
      await Promise.all(people.map((participant) => participant.leave()));
      await room.close();
    },
  };
};

/**
 * The join of person number `count`, who receives from all others: from saying hello with a ticket in hand to the
 * first packet, without the DTLS handshake (see `enter`).
 */
export const joining = (count: number): Goal => ({
  name: `P9-${count}`,
  title: `person ${count} joins: server time to the first packet`,
  unit: 'ms',
  better: 'lower',
  wanted: 1.5,
  prepare: async (): Promise<Prepared> => {
    const ours = await joinable(await hansardRoom(), count);
    const bare = await joinable(await bareRoom(), count);
    return {
      ours: ours.joinMs,
      baseline: bare.joinMs,
      close: async () => {
        await ours.close();
        await bare.close();
      },
    };
  },
});
