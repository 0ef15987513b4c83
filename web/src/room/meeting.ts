// What the room asks of the meeting SDK. The SDK itself is loaded while the reader looks at the preview.

export type Source = 'microphone' | 'camera' | 'screen';
type LocalSource = { on: boolean; track?: MediaStreamTrack; forcedOff: boolean; error?: string };
type RemoteSource = { track: MediaStreamTrack; paused: boolean };
export type Remote = { participantId: string; microphone?: RemoteSource; camera?: RemoteSource; screen?: RemoteSource };
export type MeetingSnapshot = {
  state: 'connecting' | 'connected' | 'reconnecting' | 'closed';
  closedCause?: string;
  participantId?: string;
  local: Record<Source, LocalSource>;
  remotes: Remote[];
  activeSpeaker?: string;
};
export type Meeting = {
  snapshot: () => MeetingSnapshot;
  subscribe: (listener: () => void) => () => void;
  setMicrophone: (on: boolean, deviceId?: string) => Promise<void>;
  setCamera: (on: boolean, deviceId?: string) => Promise<void>;
  setScreenShare: (on: boolean) => Promise<void>;
  leave: () => Promise<void> | void;
};
type Sdk = { createMeeting: (options: { join: () => Promise<{ ticket: string; url: string }> }) => Meeting };

const sdk = import.meta.glob<Sdk>('../sdk/meeting.ts');

export const loadSdk = async (): Promise<Sdk> => {
  const load = sdk['../sdk/meeting.ts'];
  if (!load) throw new Error('The meeting SDK is not part of this build');
  return load();
};
