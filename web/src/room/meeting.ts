// The meeting SDK, loaded while the reader looks at the preview, and what the room adds to it.
import type { Meeting } from '../sdk/meeting.ts';
import type { MeetingSnapshot } from '../sdk/snapshot.ts';

export type Source = keyof MeetingSnapshot['local'];

/** The SDK brings the whole WebRTC machinery, which the first screen does not need. */
export const loadSdk = async () => {
  const [{ createMeeting }, { JoinRefused }] = await Promise.all([
    import('../sdk/meeting.ts'),
    import('../sdk/connection.ts'),
  ]);
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
