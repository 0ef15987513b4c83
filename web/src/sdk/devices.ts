// Cameras, microphones and screens, with their troubles as types a page can explain.

/**
 * `insecure_context`: the page came over plain HTTP from another machine, where browsers deny all devices.
 * `unreadable`: another program uses the device, or the system keeps it. `muted_by_moderator`: only the moderator or
 * the person's own unmute command opens the source again.
 */
export type DeviceTrouble =
  | 'not_allowed'
  | 'not_found'
  | 'unreadable'
  | 'insecure_context'
  | 'unsupported'
  | 'muted_by_moderator'
  | 'failed';

export class DeviceError extends Error {
  readonly trouble: DeviceTrouble;

  constructor(trouble: DeviceTrouble, cause?: unknown) {
    super(trouble, { cause });
    this.name = 'DeviceError';
    this.trouble = trouble;
  }
}

const troubles: Record<string, DeviceTrouble> = {
  NotAllowedError: 'not_allowed',
  SecurityError: 'not_allowed',
  NotFoundError: 'not_found',
  OverconstrainedError: 'not_found',
  NotReadableError: 'unreadable',
  AbortError: 'unreadable',
};

export type CameraShape = { width: number; height: number; frameRate: number };

const firstTrack = async (ask: (devices: MediaDevices) => Promise<MediaStream>): Promise<MediaStreamTrack> => {
  if (!window.isSecureContext) throw new DeviceError('insecure_context');
  // Old and stripped-down browsers lack it, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new DeviceError('unsupported');
  try {
    const [track] = (await ask(devices)).getTracks();
    if (!track) throw new DeviceError('not_found');
    return track;
  } catch (error) {
    if (error instanceof DeviceError) throw error;
    throw new DeviceError(error instanceof DOMException ? (troubles[error.name] ?? 'failed') : 'failed', error);
  }
};

const exactly = (deviceId: string | undefined) => (deviceId ? { deviceId: { exact: deviceId } } : {});

/** Opens the microphone with the browser's echo and noise handling. Rejects with DeviceError. */
export const openMicrophone = (deviceId?: string): Promise<MediaStreamTrack> =>
  firstTrack((devices) =>
    devices.getUserMedia({
      audio: { ...exactly(deviceId), echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    }),
  );

/** Opens a camera as near to `shape` as it can. Rejects with DeviceError. */
export const openCamera = (shape: CameraShape, deviceId?: string): Promise<MediaStreamTrack> =>
  firstTrack((devices) =>
    devices.getUserMedia({
      video: {
        ...exactly(deviceId),
        width: { ideal: shape.width },
        height: { ideal: shape.height },
        frameRate: { ideal: shape.frameRate },
      },
    }),
  );

/** Asks which screen, window or tab to share; sharp text matters more than motion. Rejects with DeviceError. */
export const openScreen = async (): Promise<MediaStreamTrack> => {
  const track = await firstTrack((devices) => devices.getDisplayMedia({ video: { frameRate: { max: 30 } } }));
  track.contentHint = 'detail';
  return track;
};
