// A meeting as a page sees it: one object with a snapshot, a few verbs, and all reconnecting done inside.
import type { MediaSource } from '../../../src/domain/sessions/events.ts';
import type { Notification, OutputOf } from '../../../src/media/protocol.ts';
import { Connection, type Joined, type Offer, type Welcome } from './connection.ts';
import type { CameraShape } from './devices.ts';
import { LocalSources } from './localSources.ts';
import { MediaLink } from './mediaLink.ts';
import { type MeetingStats, meetingStats } from './meetingStats.ts';
import { RemoteSources, type View } from './remoteSources.ts';
import { type MeetingSnapshot, SnapshotStore } from './snapshot.ts';

export type MeetingOptions = {
  /**
   * Joins the conference and answers with a fresh ticket; asked again for each new leg. Throw JoinRefused to end the
   * meeting; anything else is tried again.
   */
  join: (again: boolean) => Promise<Joined>;
  camera?: Partial<CameraShape>;
};

export type Meeting = {
  /** The present state; a new object whenever something changed, the same one otherwise. */
  snapshot: () => MeetingSnapshot;
  subscribe: (listener: () => void) => () => void;
  /** These reject with DeviceError when the device cannot be had; the snapshot then names the trouble. */
  setMicrophone: (on: boolean, deviceId?: string) => Promise<void>;
  setCamera: (on: boolean, deviceId?: string) => Promise<void>;
  setScreenShare: (on: boolean) => Promise<void>;
  /** Says how a stream is shown, so that nothing is sent for what is not; remembered for streams to come. */
  setView: (participantId: string, source: MediaSource, view: View) => Promise<void>;
  /** Leaves for good and lets all devices go. */
  leave: () => Promise<void>;
  stats: () => Promise<MeetingStats>;
};

const leaveWaitMs = 1_000;

class RunningMeeting {
  readonly store = new SnapshotStore();
  readonly local: LocalSources;
  readonly remote: RemoteSources;
  readonly #connection: Connection;
  #link: MediaLink | null = null;
  #generation = 0;
  /** Counts rebuilds, so that one overtaken by the next gives up. */
  #build = 0;
  readonly #goodbye = (event: PageTransitionEvent) => {
    if (!event.persisted) void this.leave();
  };
  readonly #online = () => this.#connection.hurry();

  constructor({ join, camera }: MeetingOptions) {
    const { store } = this;
    const link = () => this.#link;
    const signalling = () => this.#connection.client;
    this.local = new LocalSources({
      store,
      link,
      signalling,
      camera: { width: 1280, height: 720, frameRate: 30, ...camera },
    });
    this.remote = new RemoteSources({ store, link, signalling });
    this.#connection = new Connection({
      join,
      welcomed: (welcome, receiving) => this.#welcomed(welcome, receiving),
      notice: (notification) => this.#heed(notification),
      lost: () => store.change({ state: 'reconnecting', levels: new Map() }),
      ended: (closedCause, refusal) => this.#ended(closedCause, refusal),
    });
    window.addEventListener('pagehide', this.#goodbye);
    window.addEventListener('online', this.#online);
    void this.#connection.run();
  }

  async leave(): Promise<void> {
    const left = this.#connection.client?.request('leave', {}, leaveWaitMs).catch(() => undefined);
    await left;
    this.#connection.end('left');
  }

  async stats(): Promise<MeetingStats> {
    const reports = (await this.#link?.stats()) ?? [];
    return meetingStats(
      reports,
      (trackId) => this.remote.ownerOf(trackId),
      (trackId) => this.local.sourceOf(trackId),
    );
  }

  #welcomed(welcome: Welcome, receiving: Promise<Offer> | null): void {
    const { participantId, activeSpeaker, generation, resumed, routerRtpCapabilities, producers, own, muted } = welcome;
    this.store.change({ state: 'connected', participantId, activeSpeaker });
    this.#obey(muted);
    if (resumed && generation === this.#generation && this.#link) {
      this.remote.replaceAll(producers);
      void this.local.catchUp(own);
      this.#link.recover().catch(() => undefined); // The link watches its transports and tries again.
      return;
    }
    this.#generation = generation;
    this.#detach();
    this.remote.replaceAll(producers);
    void this.#rebuild(routerRtpCapabilities, receiving);
  }

  #obey(muted: readonly MediaSource[]): void {
    for (const source of ['microphone', 'camera', 'screen'] as const) {
      if (muted.includes(source)) this.local.forceOff(source);
      else if (this.store.now.local[source].forcedOff) this.local.allow(source);
    }
  }

  #detach(): void {
    this.#build += 1;
    this.#link?.close();
    this.#link = null;
    this.local.detach();
    this.remote.detach();
  }

  async #rebuild(
    routerRtpCapabilities: OutputOf<'hello'>['routerRtpCapabilities'],
    receiving: Promise<Offer> | null = null,
  ): Promise<void> {
    const build = this.#build;
    const broken = () => {
      if (build !== this.#build) return;
      this.#detach();
      void this.#rebuild(routerRtpCapabilities);
    };
    try {
      const signalling = () => this.#connection.client;
      const link = await MediaLink.open({ routerRtpCapabilities, receiving, broken, signalling });
      if (build !== this.#build) {
        link.close();
        return;
      }
      this.#link = link;
    } catch {
      this.#connection.end('unsupported');
      return;
    }
    await Promise.all([this.local.publishAll(), this.remote.pull()]);
  }

  #heed({ notice, data }: Notification): void {
    switch (notice) {
      case 'producerAdded':
        return this.remote.add(data);
      case 'producerClosed':
        return this.remote.remove(data.producerId);
      case 'producerPaused':
        return this.remote.setPaused(data.producerId, true);
      case 'producerResumed':
        return this.remote.setPaused(data.producerId, false);
      case 'activeSpeaker':
        return this.store.change({ activeSpeaker: data.participantId });
      case 'levels':
        return this.store.change({ levels: new Map(data.levels.map((one) => [one.participantId, one.decibel])) });
      case 'muted':
        return this.local.forceOff(data.source);
      case 'unmuted':
        return this.local.allow(data.source);
      case 'reset':
        this.#generation = data.generation;
        this.#detach();
        this.remote.replaceAll([]);
        void this.#rebuild(data.routerRtpCapabilities);
        return;
      case 'closed':
        return; // The connection hears it as its end.
    }
  }

  #ended(closedCause: NonNullable<MeetingSnapshot['closedCause']>, refusal: string | null): void {
    window.removeEventListener('pagehide', this.#goodbye);
    window.removeEventListener('online', this.#online);
    this.store.change({ state: 'closed', closedCause, refusal, levels: new Map(), activeSpeaker: null });
    this.#detach();
    this.remote.close();
    this.local.close();
  }
}

/** Enters a meeting and stays in it until `leave`, or until the server ends it; `snapshot` tells which. */
export const createMeeting = (options: MeetingOptions): Meeting => {
  const meeting = new RunningMeeting(options);
  return {
    snapshot: () => meeting.store.now,
    subscribe: (listener) => meeting.store.subscribe(listener),
    setMicrophone: (on, deviceId) => meeting.local.set('microphone', on, deviceId),
    setCamera: (on, deviceId) => meeting.local.set('camera', on, deviceId),
    setScreenShare: (on) => meeting.local.set('screen', on),
    setView: (participantId, source, view) => meeting.remote.setView(participantId, source, view),
    leave: () => meeting.leave(),
    stats: () => meeting.stats(),
  };
};
