// The meeting itself: stage, panels, controls; everything it knows of people comes from the record, all media from the
// SDK.
import { lazy, Suspense, useCallback, useState, useSyncExternalStore } from 'react';
import { useAttention } from '../attended.ts';
import { useT } from '../i18n/locale.tsx';
import { isInside } from '../moderation/isInside.ts';
import { useSession } from '../moderation/useSession.ts';
import { Audio } from './Audio.tsx';
import { ChatPanel } from './ChatPanel.tsx';
import type { RoomConference } from './conference.ts';
import type { Choice } from './devices.ts';
import { MeetingControls, type PanelName } from './MeetingControls.tsx';
import { MeetingHead } from './MeetingHead.tsx';
import classes from './Room.module.css';
import { Stage } from './Stage.tsx';
import { tilesOf } from './tiles.ts';
import { useChat } from './useChat.ts';
import { useEnding } from './useEnding.ts';
import type { Ending, Joined } from './useRoom.ts';
import { useViews } from './useViews.ts';
import { useWakeLock } from './useWakeLock.ts';

// Moderation brings menus and dialogs, which nobody needs to see the others.
const PeoplePanel = lazy(() => import('./PeoplePanel.tsx').then((module) => ({ default: module.PeoplePanel })));

type Props = {
  conference: RoomConference;
  joined: Joined;
  choice: Choice;
  change: (change: Partial<Choice>) => void;
  end: (ending: Ending) => void;
};

export const MeetingView = ({ conference, joined, choice, change, end }: Props) => {
  const t = useT();
  const { meeting, sessionId, participantId } = joined;
  const snapshot = useSyncExternalStore(meeting.subscribe, meeting.snapshot);
  const { session, gone, line } = useSession(sessionId);
  const [panel, setPanel] = useState<PanelName | null>(null);
  const chat = useChat(sessionId, panel === 'chat');
  useWakeLock();
  // Chat, removal and end reach who looks at another tab, too.
  useAttention();
  useEnding({ session, gone, snapshot, end });
  const toggle = useCallback((name: PanelName) => setPanel((open) => (open === name ? null : name)), []);
  const close = useCallback(() => setPanel(null), []);
  const people = session?.people ?? [];
  const tiles = tilesOf(people, snapshot, participantId, t('room.someone'));
  useViews(meeting, tiles);
  return (
    <div className={classes.room} data-panel={panel ?? undefined}>
      <MeetingHead
        title={session?.title ?? conference.title}
        startedAt={session?.startedAt}
        state={snapshot.state}
        recordBroken={line === 'broken'}
      />
      <main className={classes.stage} aria-label={t('room.stage')}>
        <Stage tiles={tiles} activeSpeaker={snapshot.activeSpeaker} />
        <Audio remotes={snapshot.remotes} />
      </main>
      {panel === 'people' && (
        <Suspense>
          <PeoplePanel session={session} ownId={participantId} close={close} />
        </Suspense>
      )}
      {panel === 'chat' && <ChatPanel chat={chat} sessionId={sessionId} ownId={participantId} close={close} />}
      <MeetingControls
        meeting={meeting}
        snapshot={snapshot}
        sessionId={sessionId}
        muted={session?.viewerParticipant?.muted ?? []}
        choice={choice}
        change={change}
        panel={panel}
        toggle={toggle}
        inside={people.filter(isInside).length}
        unread={chat.unread}
        leave={() => end({ kind: 'left', mayRejoin: true })}
      />
    </div>
  );
};
