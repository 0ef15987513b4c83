// Before joining: how one will look and sound, and the last chance to choose.
import { Button, NativeSelect } from '@mantine/core';
import IconMicrophone from '@tabler/icons-react/dist/esm/icons/IconMicrophone.mjs';
import IconMicrophoneOff from '@tabler/icons-react/dist/esm/icons/IconMicrophoneOff.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import IconVideoOff from '@tabler/icons-react/dist/esm/icons/IconVideoOff.mjs';
import { useEffect } from 'react';
import type { Refused } from '../commands.ts';
import { useT } from '../i18n/locale.tsx';
import { Brand } from '../ui/Brand.tsx';
import { InsecureNotice } from '../ui/InsecureNotice.tsx';
import { Mark } from '../ui/Mark.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { useKnown } from '../ui/viewer.tsx';
import { Control, Controls } from './Controls.tsx';
import type { RoomConference } from './conference.ts';
import { type Choice, type DeviceProblem, type Preview, useDevices, usePreview } from './devices.ts';
import { LevelMeter } from './LevelMeter.tsx';
import { loadSdk } from './meeting.ts';
import classes from './PreJoin.module.css';
import { useShortcuts } from './useShortcuts.ts';
import { Video } from './Video.tsx';
import '../ui/overlayStyles.ts';

type Props = {
  conference: RoomConference;
  choice: Choice;
  change: (change: Partial<Choice>) => void;
  refused: Refused | null;
  join: () => void;
};

const Problem = ({ device, problem }: { device: 'camera' | 'microphone'; problem: DeviceProblem | null }) => {
  const t = useT();
  // The notice about plain HTTP has said it already.
  if (!problem || problem === 'insecure') return null;
  return (
    <p className={classes.problem} role="alert">
      <Mark tone="bad">{t(`room.${device}.${problem}`)}</Mark>
    </p>
  );
};

type PickerProps = { label: string; devices: MediaDeviceInfo[]; value: string; pick: (deviceId: string) => void };

const Picker = ({ label, devices, value, pick }: PickerProps) => {
  const t = useT();
  const data = devices.map(({ deviceId, label: name }, index) => ({
    value: deviceId,
    label: name || `${label} ${index + 1}`,
  }));
  return (
    <NativeSelect
      label={label}
      data={data.length > 0 ? data : [{ value: '', label: t('room.noDevice') }]}
      value={data.some((each) => each.value === value) ? value : (data[0]?.value ?? '')}
      disabled={data.length === 0}
      onChange={(picked) => pick(picked.currentTarget.value)}
    />
  );
};

const Toggles = ({ choice, change }: Pick<Props, 'choice' | 'change'>) => {
  const t = useT();
  const microphone = () => change({ microphone: !choice.microphone });
  const camera = () => change({ camera: !choice.camera });
  useShortcuts({ m: microphone, v: camera });
  return (
    <Controls label={t('room.controls')}>
      <Control
        icon={choice.microphone ? <IconMicrophone size={22} /> : <IconMicrophoneOff size={22} />}
        label={t('room.microphone')}
        shortcut="m"
        on={choice.microphone}
        alarming
        onClick={microphone}
      />
      <Control
        icon={choice.camera ? <IconVideo size={22} /> : <IconVideoOff size={22} />}
        label={t('room.camera')}
        shortcut="v"
        on={choice.camera}
        alarming
        onClick={camera}
      />
    </Controls>
  );
};

const Mirror = ({ choice, camera, microphone }: { choice: Choice; camera: Preview; microphone: Preview }) => {
  const t = useT();
  const { viewer } = useKnown();
  return (
    <div className={classes.mirror}>
      {camera.track ? (
        <Video track={camera.track} mirrored label={t('room.preview')} />
      ) : (
        <p className={classes.dark}>
          {choice.camera && !camera.problem ? t('room.camera.starting') : t('room.camera.off')}
        </p>
      )}
      <div className={classes.plate}>
        <span>{viewer?.account.displayName || viewer?.account.login}</span>
        {microphone.track && <LevelMeter track={microphone.track} label={t('room.microphone.level')} />}
      </div>
    </div>
  );
};

export const PreJoin = ({ conference, choice, change, refused, join }: Props) => {
  const t = useT();
  const camera = usePreview('video', choice.camera, choice.cameraId);
  const microphone = usePreview('audio', choice.microphone, choice.microphoneId);
  const { cameras, microphones } = useDevices(`${camera.track?.id}${microphone.track?.id}`);
  useEffect(() => {
    // By the time somebody has looked into the mirror the code of the meeting is there; joining reports a failure.
    loadSdk().catch(() => undefined);
  }, []);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Brand href="/" />
      </header>
      <main className={classes.main}>
        <Mirror choice={choice} camera={camera} microphone={microphone} />
        <div className={classes.side}>
          <div>
            <h1 className={classes.title}>{conference.title}</h1>
            <p className={classes.quiet}>{t('conference.ownedBy', { name: conference.ownerName })}</p>
            <Mark tone={conference.running ? 'ok' : 'off'}>
              {conference.running ? t('conference.running') : t('conference.notRunning')}
            </Mark>
          </div>
          <InsecureNotice />
          <RefusalNotice refused={refused} />
          <Picker
            label={t('room.camera')}
            devices={cameras}
            value={choice.cameraId}
            pick={(cameraId) => change({ cameraId })}
          />
          <Problem device="camera" problem={camera.problem} />
          <Picker
            label={t('room.microphone')}
            devices={microphones}
            value={choice.microphoneId}
            pick={(microphoneId) => change({ microphoneId })}
          />
          <Problem device="microphone" problem={microphone.problem} />
          <Button size="md" onClick={join}>
            {t('conference.join')}
          </Button>
        </div>
      </main>
      <Toggles choice={choice} change={change} />
    </div>
  );
};
