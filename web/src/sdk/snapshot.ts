// What a page sees of a meeting: immutable, replaced as a whole whenever something changes.
import type { MediaSource } from '../../../src/domain/sessions/events.ts';
import type { CloseCause } from '../../../src/media/protocol.ts';
import type { DeviceTrouble } from './devices.ts';

export type LocalMedia = {
  on: boolean;
  track: MediaStreamTrack | null;
  /** A moderator keeps this source silent; it cannot be turned on until that is lifted. */
  forcedOff: boolean;
  /** Why turning it on failed last time. */
  trouble: DeviceTrouble | null;
};

/** `paused`: its sender has paused it, so nothing comes. */
export type RemoteMedia = { track: MediaStreamTrack; paused: boolean };

export type Remote = { participantId: string } & { [Source in MediaSource]?: RemoteMedia };

/** `refused`: asking to join was refused; `refusal` then holds its code. `unsupported`: this browser has no WebRTC. */
export type ClosedCause = CloseCause | 'refused' | 'unsupported';

export type MeetingSnapshot = {
  state: 'connecting' | 'connected' | 'reconnecting' | 'closed';
  closedCause: ClosedCause | null;
  refusal: string | null;
  participantId: string | null;
  local: { [Source in MediaSource]: LocalMedia };
  remotes: readonly Remote[];
  activeSpeaker: string | null;
  /** Loudness of those who speak now, in dBov (-127 silence .. 0 loudest). */
  levels: ReadonlyMap<string, number>;
};

const silent: LocalMedia = { on: false, track: null, forcedOff: false, trouble: null };

const firstSnapshot: MeetingSnapshot = {
  state: 'connecting',
  closedCause: null,
  refusal: null,
  participantId: null,
  local: { microphone: silent, camera: silent, screen: silent },
  remotes: [],
  activeSpeaker: null,
  levels: new Map(),
};

/** Holds the snapshot and tells listeners of each new one. */
export class SnapshotStore {
  #now = firstSnapshot;
  readonly #listeners = new Set<() => void>();

  get now(): MeetingSnapshot {
    return this.#now;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(change: Partial<MeetingSnapshot>): void {
    this.#now = { ...this.#now, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  changeLocal(source: MediaSource, change: Partial<LocalMedia>): void {
    const { local } = this.#now;
    this.change({ local: { ...local, [source]: { ...local[source], ...change } } });
  }
}
