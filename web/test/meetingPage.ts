// A bare page around the meeting SDK: tests drive it through `window.test`.

import { JoinRefused } from '../src/sdk/connection.ts';
import { createMeeting, type Meeting } from '../src/sdk/meeting.ts';

declare global {
  interface Window {
    /** Provided by the test: joins and answers with a ticket, or with the code of a refusal. */
    askToJoin: () => Promise<{ ticket: string; url: string } | { refusal: string }>;
    test: unknown;
  }
}

const elements = new Map<string, HTMLMediaElement>();

/** Plays what comes, as a room page would: without a sink browsers decode no sound. */
const play = (meeting: Meeting): void => {
  const playing = new Set<string>();
  for (const remote of meeting.snapshot().remotes) {
    for (const source of ['microphone', 'camera', 'screen'] as const) {
      const media = remote[source];
      if (!media) continue;
      playing.add(media.track.id);
      if (elements.has(media.track.id)) continue;
      const element = document.createElement(media.track.kind === 'audio' ? 'audio' : 'video');
      element.autoplay = true;
      element.srcObject = new MediaStream([media.track]);
      elements.set(media.track.id, element);
      document.body.append(element);
    }
  }
  for (const [trackId, element] of elements) {
    if (playing.has(trackId)) continue;
    element.remove();
    elements.delete(trackId);
  }
};

const plain = (meeting: Meeting) => {
  const { state, closedCause, refusal, participantId, local, remotes, activeSpeaker } = meeting.snapshot();
  const media = (one: { on: boolean; forcedOff: boolean; trouble: string | null }) => ({
    on: one.on,
    forcedOff: one.forcedOff,
    trouble: one.trouble,
  });
  return {
    state,
    closedCause,
    refusal,
    participantId,
    activeSpeaker,
    local: { microphone: media(local.microphone), camera: media(local.camera), screen: media(local.screen) },
    remotes: remotes.map((remote) => ({
      participantId: remote.participantId,
      sources: (['microphone', 'camera', 'screen'] as const).filter((source) => remote[source]),
      paused: (['microphone', 'camera', 'screen'] as const).filter((source) => remote[source]?.paused),
    })),
  };
};

const join = async () => {
  const answer = await window.askToJoin();
  if ('refusal' in answer) throw new JoinRefused(answer.refusal);
  return answer;
};

const meeting = createMeeting({ join, camera: { width: 640, height: 360, frameRate: 20 } });
meeting.subscribe(() => play(meeting));
/** Ids of the tracks that come from others: new ones after every rebuild. */
const tracks = () =>
  meeting
    .snapshot()
    .remotes.flatMap(({ microphone, camera, screen }) =>
      [microphone, camera, screen].flatMap((media) => (media ? [media.track.id] : [])),
    );
window.test = {
  tracks,
  meeting,
  snapshot: () => plain(meeting),
  stats: () => meeting.stats(),
};
