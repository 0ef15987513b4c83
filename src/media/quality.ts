// Sums up how well a leg was served over its life; pure.
import type { LegQuality } from '../domain/sessions/events.ts';

/** One reading of a transport (bytes) or of a stream (packets), under the id of the object it was read from. */
export type Reading =
  | { of: 'transport'; id: string; receivedBytes: number; sentBytes: number }
  | { of: 'stream'; id: string; packets: number; lost: number; roundTripMs: number | null; score: number | null };

/** The newest reading of every object the leg ever had, so that what is closed still counts. */
export type QualityState = { readings: ReadonlyMap<string, Reading>; scoreMin: number | null };

export const noReadings: QualityState = { readings: new Map(), scoreMin: null };

const least = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

/** Takes readings in; counters only ever replace older ones of the same object. */
export const withReadings = (state: QualityState, readings: readonly Reading[]): QualityState => ({
  readings: new Map([...state.readings, ...readings.map((reading) => [reading.id, reading] as const)]),
  scoreMin: readings.reduce(
    (min, reading) => least(min, reading.of === 'stream' ? reading.score : null),
    state.scoreMin,
  ),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The summary for the record. Loss counts both directions; the round trip is the mean of the last readings. */
export const summarise = ({ readings, scoreMin }: QualityState, connectedMs: number): LegQuality => {
  const all = [...readings.values()];
  const transports = all.filter((reading) => reading.of === 'transport');
  const streams = all.filter((reading) => reading.of === 'stream');
  const lost = sum(streams.map((stream) => Math.max(0, stream.lost)));
  const packets = sum(streams.map((stream) => stream.packets));
  const trips = streams.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
  return {
    connectedMs: Math.max(0, Math.round(connectedMs)),
    receivedBytes: sum(transports.map(({ receivedBytes }) => receivedBytes)),
    sentBytes: sum(transports.map(({ sentBytes }) => sentBytes)),
    lossFraction: lost + packets === 0 ? 0 : lost / (lost + packets),
    roundTripMs: trips.length === 0 ? null : Math.round(sum(trips) / trips.length),
    scoreMin,
  };
};
