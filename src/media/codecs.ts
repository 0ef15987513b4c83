// What may be sent: the codecs every session offers.
import type { RouterRtpCodecCapability } from 'mediasoup/types';

/**
 * Opus for speech, VP8 for cameras (simulcast), H.264 for devices that have it in hardware. Constrained baseline is the
 * one profile every WebRTC endpoint must decode (RFC 7742 §6.2).
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 800 } },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** The kind of media a declared source must have. */
export const kindOfSource = { microphone: 'audio', camera: 'video', screen: 'video' } as const;
