// What the room asks of the meeting SDK, which is loaded while the reader looks at the preview.

export type Source = 'microphone' | 'camera' | 'screen';
type LocalMedia = { on: boolean; track: MediaStreamTrack | null; forcedOff: boolean; trouble: string | null };
type RemoteMedia = { track: MediaStreamTrack; paused: boolean };
export type Remote = { participantId: string } & { [source in Source]?: RemoteMedia };
export type MeetingSnapshot = {
  state: 'connecting' | 'connected' | 'reconnecting' | 'closed';
  closedCause: string | null;
  participantId: string | null;
  local: { [source in Source]: LocalMedia };
  remotes: readonly Remote[];
  activeSpeaker: string | null;
};
export type View = { visible: boolean; layer?: 0 | 1 | 2 };
export type Meeting = {
  snapshot: () => MeetingSnapshot;
  subscribe: (listener: () => void) => () => void;
  setMicrophone: (on: boolean, deviceId?: string) => Promise<void>;
  setCamera: (on: boolean, deviceId?: string) => Promise<void>;
  setScreenShare: (on: boolean) => Promise<void>;
  setView: (participantId: string, source: Source, view: View) => Promise<void>;
  leave: () => Promise<void>;
};
type Sdk = {
  createMeeting: (options: { join: () => Promise<{ ticket: string; url: string }> }) => Meeting;
  JoinRefused: new (code: string) => Error;
};

const parts = import.meta.glob<Partial<Sdk>>('../sdk/{meeting,connection}.ts');

export const loadSdk = async (): Promise<Sdk> => {
  const [first, second] = await Promise.all(Object.values(parts).map((load) => load()));
  const { createMeeting, JoinRefused } = { ...first, ...second };
  if (!createMeeting || !JoinRefused) throw new Error('The meeting SDK is not part of this build');
  return { createMeeting, JoinRefused };
};

const patienceMs = 3_000;

/** Waits until the media plane has heard that a source may be opened again; gives up quietly after 3 s. */
export const allowed = (meeting: Meeting, source: Source): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!meeting.snapshot().local[source].forcedOff) done();
    };
    const unsubscribe = meeting.subscribe(look);
    const timer = setTimeout(() => done(), patienceMs);
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    look();
  });
