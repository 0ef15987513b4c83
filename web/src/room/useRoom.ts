// The life of one visit: preview, joining, in the meeting, and the ends it may come to.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Refused, send } from '../commands.ts';
import { JoinConferenceDocument } from '../gql/graphql.ts';
import type { Meeting } from '../sdk/meeting.ts';
import { newId } from '../uuid.ts';
import { type Choice, ifPresent } from './devices.ts';
import { loadSdk } from './meeting.ts';

export type Ending = {
  kind: 'left' | 'removed' | 'ended' | 'replaced' | 'disconnected' | 'lost';
  mayRejoin: boolean;
  cause?: string;
};
export type Joined = { meeting: Meeting; sessionId: string; participantId: string };
export type Phase =
  | { name: 'preview'; refused: Refused | null }
  | { name: 'joining' }
  | { name: 'meeting'; joined: Joined }
  | { name: 'over'; ending: Ending };

const signallingUrl = (path: string) => {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

type Ids = { sessionId: string; participantId: string };
type Doorkeeper = {
  conferenceId: string;
  refuse: (refused: Refused) => void;
  enter: (ids: Ids) => void;
  JoinRefused: new (code: string) => Error;
};

/** Asks for a ticket at the door and again when a leg is lost. A refusal ends the visit; silence is tried again. */
const doorkeeper = ({ conferenceId, refuse, enter, JoinRefused }: Doorkeeper) => {
  let commandId = newId();
  return async (again: boolean) => {
    // The same command means the same leg, with a ticket for where its session is now.
    if (!again) commandId = newId();
    const outcome = await send(JoinConferenceDocument, { conferenceId }, { commandId });
    if ('refused' in outcome) {
      if (outcome.refused.code === 'UNREACHABLE') throw new Error('The server does not answer');
      refuse(outcome.refused);
      throw new JoinRefused(outcome.refused.code);
    }
    const { sessionId, participantId, ticket, signallingPath } = outcome.granted;
    enter({ sessionId, participantId });
    return { ticket, url: signallingUrl(signallingPath) };
  };
};

const faulty = (error: unknown): Refused => ({ code: 'FAULT', message: String(error), details: {}, problems: [] });

export const useRoom = (conferenceId: string, choice: Choice) => {
  const [phase, setPhase] = useState<Phase>({ name: 'preview', refused: null });
  const open = useRef<Meeting | null>(null);

  const end = useCallback((ending: Ending) => {
    void open.current?.leave();
    open.current = null;
    setPhase({ name: 'over', ending });
  }, []);

  const join = useCallback(async () => {
    setPhase({ name: 'joining' });
    const refuse = (refused: Refused) => {
      void open.current?.leave();
      open.current = null;
      setPhase({ name: 'preview', refused });
    };
    try {
      const { createMeeting, JoinRefused } = await loadSdk();
      const [microphoneId, cameraId] = await Promise.all([ifPresent(choice.microphoneId), ifPresent(choice.cameraId)]);
      const enter = (ids: Ids) =>
        setPhase((before) => {
          const meeting = open.current;
          return meeting && before.name !== 'over' ? { name: 'meeting', joined: { meeting, ...ids } } : before;
        });
      const meeting = createMeeting({ join: doorkeeper({ conferenceId, refuse, enter, JoinRefused }) });
      open.current = meeting;
      await Promise.allSettled([
        meeting.setMicrophone(choice.microphone, microphoneId),
        meeting.setCamera(choice.camera, cameraId),
      ]);
    } catch (error) {
      refuse(faulty(error));
    }
  }, [conferenceId, choice]);

  // The SDK says goodbye by itself when the page goes away; this is for leaving it within the page.
  useEffect(() => () => void open.current?.leave(), []);

  return { phase, join, end, again: () => setPhase({ name: 'preview', refused: null }) };
};
