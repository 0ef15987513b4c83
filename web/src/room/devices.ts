// Cameras and microphones: what is there, what was chosen last, and the preview before joining.
import { useCallback, useEffect, useState } from 'react';

export type Choice = { camera: boolean; microphone: boolean; cameraId: string; microphoneId: string };
export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

const key = 'hansard.devices';
const first: Choice = { camera: true, microphone: true, cameraId: '', microphoneId: '' };

const remembered = (): Choice => {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Choice>;
    return {
      camera: value.camera !== false,
      microphone: value.microphone !== false,
      cameraId: typeof value.cameraId === 'string' ? value.cameraId : '',
      microphoneId: typeof value.microphoneId === 'string' ? value.microphoneId : '',
    };
  } catch {
    return first;
  }
};

export const useChoice = (): [Choice, (change: Partial<Choice>) => void] => {
  const [choice, setChoice] = useState(remembered);
  const change = useCallback((part: Partial<Choice>) => setChoice((before) => ({ ...before, ...part })), []);
  useEffect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(choice));
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the tab.
    }
  }, [choice]);
  return [choice, change];
};

/** The SDK's words for the same problems; what a moderator did is none of them. */
export const troubles: Record<string, DeviceProblem | undefined> = {
  failed: 'failed',
  unsupported: 'failed',
  not_allowed: 'denied',
  not_found: 'missing',
  unreadable: 'busy',
  insecure_context: 'insecure',
};

/** Sorts what `getUserMedia` throws (Media Capture and Streams §10.2) into what a reader can act on. */
const problemOf = (error: unknown): DeviceProblem => {
  if (!window.isSecureContext) return 'insecure';
  const name = error instanceof Error ? error.name : String(error);
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'failed';
};

const media = (): MediaDevices | undefined => ('mediaDevices' in navigator ? navigator.mediaDevices : undefined);

/** The id, if that device is still there: a camera that was unplugged must not keep another from being used. */
export const ifPresent = async (deviceId: string): Promise<string | undefined> => {
  const devices = (await media()?.enumerateDevices()) ?? [];
  return devices.some((device) => device.deviceId === deviceId) ? deviceId || undefined : undefined;
};

/** Names of the devices appear once one of them was allowed, so the list is read again with `version`. */
export const useDevices = (version: unknown): { cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[] } => {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const known = media();
    if (!known) return;
    let wanted = true;
    const read = () =>
      void known.enumerateDevices().then(
        (list) => wanted && setDevices(list),
        () => setDevices([]),
      );
    read();
    known.addEventListener('devicechange', read);
    return () => {
      wanted = false;
      known.removeEventListener('devicechange', read);
    };
  }, [version]);
  const of = (kind: MediaDeviceKind) => devices.filter((device) => device.kind === kind && device.deviceId !== '');
  return { cameras: of('videoinput'), microphones: of('audioinput') };
};

export type Preview = { track: MediaStreamTrack | null; problem: DeviceProblem | null };

const nothing: Preview = { track: null, problem: null };

/** Opens one device while it is wanted and lets it go again, so that its light never burns without reason. */
export const usePreview = (kind: 'audio' | 'video', wanted: boolean, deviceId: string): Preview => {
  const [preview, setPreview] = useState<Preview>(nothing);
  useEffect(() => {
    if (!wanted) return;
    const known = media();
    if (!known) {
      setPreview({ track: null, problem: problemOf(null) });
      return () => setPreview(nothing);
    }
    let open: MediaStreamTrack | undefined;
    let left = false;
    const asked = deviceId ? { deviceId: { ideal: deviceId } } : true;
    known.getUserMedia({ [kind]: asked }).then(
      (stream) => {
        open = stream.getTracks()[0];
        if (left) open?.stop();
        else setPreview({ track: open ?? null, problem: null });
      },
      (error: unknown) => left || setPreview({ track: null, problem: problemOf(error) }),
    );
    return () => {
      left = true;
      open?.stop();
      setPreview(nothing);
    };
  }, [kind, wanted, deviceId]);
  return preview;
};
