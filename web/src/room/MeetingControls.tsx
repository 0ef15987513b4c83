// Microphone, camera, screen, people, chat, leave: by button and by key.
import IconDoorExit from '@tabler/icons-react/dist/esm/icons/IconDoorExit.mjs';
import IconMessage from '@tabler/icons-react/dist/esm/icons/IconMessage.mjs';
import IconMicrophone from '@tabler/icons-react/dist/esm/icons/IconMicrophone.mjs';
import IconMicrophoneOff from '@tabler/icons-react/dist/esm/icons/IconMicrophoneOff.mjs';
import IconScreenShare from '@tabler/icons-react/dist/esm/icons/IconScreenShare.mjs';
import IconScreenShareOff from '@tabler/icons-react/dist/esm/icons/IconScreenShareOff.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import IconVideoOff from '@tabler/icons-react/dist/esm/icons/IconVideoOff.mjs';
import { type Refused, useCommand } from '../commands.ts';
import { type MediaSource, UnmuteSelfDocument } from '../gql/graphql.ts';
import { useT } from '../i18n/locale.tsx';
import type { Meeting } from '../sdk/meeting.ts';
import type { MeetingSnapshot } from '../sdk/snapshot.ts';
import { Mark } from '../ui/Mark.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { Control, Controls } from './Controls.tsx';
import { type Choice, troubles } from './devices.ts';
import classes from './MeetingControls.module.css';
import { allowed, type Source } from './meeting.ts';
import { useShortcuts } from './useShortcuts.ts';

export type PanelName = 'people' | 'chat';

type Props = {
  meeting: Meeting;
  snapshot: MeetingSnapshot;
  sessionId: string;
  muted: readonly MediaSource[];
  choice: Choice;
  change: (change: Partial<Choice>) => void;
  panel: PanelName | null;
  toggle: (panel: PanelName) => void;
  inside: number;
  unread: number;
  leave: () => void;
};

const recorded: Record<Source, MediaSource> = { microphone: 'MICROPHONE', camera: 'CAMERA', screen: 'SCREEN' };

/** Switches a source; one that a moderator silenced is first taken back on the record, then opened. */
const useSwitches = ({ meeting, snapshot, sessionId, muted, choice, change }: Props) => {
  const unmute = useCommand(UnmuteSelfDocument);
  const set: Record<Source, (on: boolean) => Promise<void>> = {
    microphone: (on) => meeting.setMicrophone(on, choice.microphoneId || undefined),
    camera: (on) => meeting.setCamera(on, choice.cameraId || undefined),
    screen: (on) => meeting.setScreenShare(on),
  };
  const flip = async (source: Source) => {
    const on = !snapshot.local[source].on;
    const silenced = muted.includes(recorded[source]) || snapshot.local[source].forcedOff;
    if (on && silenced) {
      if (!(await unmute.run({ sessionId, source: recorded[source] }))) return;
      await allowed(meeting, source);
    }
    // What goes wrong with a device is in the snapshot, and shown from there.
    const done = await set[source](on).then(
      () => true,
      () => false,
    );
    if (done && source !== 'screen') change({ [source]: on });
  };
  return { flip: (source: Source) => void flip(source), refused: unmute.refused };
};

const sources: Source[] = ['microphone', 'camera', 'screen'];

const problemsIn = ({ local }: MeetingSnapshot) =>
  sources.flatMap((source) => {
    const what = troubles[local[source].trouble ?? ''];
    // Closing the picker of screens is a choice, not a problem.
    return what && !(source === 'screen' && what === 'denied') ? [{ source, what }] : [];
  });

const Messages = ({ snapshot, refused }: { snapshot: MeetingSnapshot; refused: Refused | null }) => {
  const t = useT();
  const { microphone, camera, screen } = snapshot.local;
  return (
    <div className={classes.messages} role="status">
      <RefusalNotice refused={refused} />
      {problemsIn(snapshot).map(({ source, what }) => (
        <Mark key={source} tone="bad">
          {t(`room.${source}.${what}`)}
        </Mark>
      ))}
      {microphone.forcedOff && <Mark tone="warn">{t('room.forcedOff.microphone')}</Mark>}
      {camera.forcedOff && <Mark tone="warn">{t('room.forcedOff.camera')}</Mark>}
      {screen.forcedOff && <Mark tone="warn">{t('room.forcedOff.screen')}</Mark>}
    </div>
  );
};

const canShare = () => 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;

const Sources = ({ snapshot, flip }: { snapshot: MeetingSnapshot; flip: (source: Source) => void }) => {
  const t = useT();
  const { microphone, camera, screen } = snapshot.local;
  return (
    <>
      <Control
        icon={microphone.on ? <IconMicrophone size={22} /> : <IconMicrophoneOff size={22} />}
        label={t('room.microphone')}
        shortcut="m"
        on={microphone.on}
        alarming
        onClick={() => flip('microphone')}
      />
      <Control
        icon={camera.on ? <IconVideo size={22} /> : <IconVideoOff size={22} />}
        label={t('room.camera')}
        shortcut="v"
        on={camera.on}
        alarming
        onClick={() => flip('camera')}
      />
      {canShare() && (
        <Control
          icon={screen.on ? <IconScreenShareOff size={22} /> : <IconScreenShare size={22} />}
          label={screen.on ? t('room.screen.stop') : t('room.screen')}
          shortcut="d"
          on={screen.on}
          onClick={() => flip('screen')}
        />
      )}
    </>
  );
};

export const MeetingControls = (props: Props) => {
  const t = useT();
  const { snapshot, panel, toggle, inside, unread, leave } = props;
  const { flip, refused } = useSwitches(props);
  useShortcuts({
    m: () => flip('microphone'),
    v: () => flip('camera'),
    d: () => flip('screen'),
    p: () => toggle('people'),
    c: () => toggle('chat'),
  });
  return (
    <div className={classes.foot}>
      <Messages snapshot={snapshot} refused={refused} />
      <Controls label={t('room.controls')}>
        <Sources snapshot={snapshot} flip={flip} />
        <Control
          icon={<IconUsers size={22} />}
          label={t('room.people')}
          shortcut="p"
          on={panel === 'people'}
          count={inside}
          onClick={() => toggle('people')}
        />
        <Control
          icon={<IconMessage size={22} />}
          label={t('room.chat')}
          shortcut="c"
          on={panel === 'chat'}
          count={unread}
          onClick={() => toggle('chat')}
        />
        <Control icon={<IconDoorExit size={22} />} label={t('room.leave')} leave onClick={leave} />
      </Controls>
    </div>
  );
};
