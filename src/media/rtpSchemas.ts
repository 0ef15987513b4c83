// The WebRTC part of the protocol: what mediasoup and browsers tell each other, bounded before it reaches a worker.
import { z } from 'zod';

const text = z.string().max(256);
const plain = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 512);
const parameters = z.record(z.string().max(64), z.unknown().refine(plain));
const rtcpFeedback = z.array(z.object({ type: text, parameter: text.exactOptional() })).max(16);
const kind = z.enum(['audio', 'video']);
const payloadType = z.int().min(0).max(127);
const ssrc = z.int().min(0).max(0xffff_ffff);
const codec = {
  mimeType: text,
  clockRate: z.int().positive(),
  channels: z.int().min(1).max(8).exactOptional(),
  parameters: parameters.exactOptional(),
  rtcpFeedback: rtcpFeedback.exactOptional(),
};

export const rtpCapabilities = z.object({
  codecs: z
    .array(z.object({ ...codec, kind, preferredPayloadType: payloadType }))
    .max(64)
    .exactOptional(),
  headerExtensions: z
    .array(
      z.object({
        kind,
        uri: text,
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean().exactOptional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).exactOptional(),
      }),
    )
    .max(64)
    .exactOptional(),
});

export const rtpParameters = z.object({
  mid: text.exactOptional(),
  msid: text.exactOptional(),
  codecs: z
    .array(z.object({ ...codec, payloadType }))
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: text,
        id: z.int().min(1).max(255),
        encrypt: z.boolean().exactOptional(),
        parameters: parameters.exactOptional(),
      }),
    )
    .max(32)
    .exactOptional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.exactOptional(),
        rid: z.string().max(16).exactOptional(),
        codecPayloadType: payloadType.exactOptional(),
        rtx: z.object({ ssrc }).exactOptional(),
        dtx: z.boolean().exactOptional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-3]T[1-3](_KEY)?$/)
          .exactOptional(),
        maxBitrate: z.int().positive().max(100_000_000).exactOptional(),
      }),
    )
    .min(1)
    .max(3)
    .exactOptional(),
  rtcp: z.object({ cname: text.exactOptional(), reducedSize: z.boolean().exactOptional() }).exactOptional(),
});

/** Bytes of a fingerprint per hash function (RFC 8122 §5). */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;
const fingerprint = z
  .object({
    algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
    value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
  })
  .refine(({ algorithm, value }) => value.split(':').length === fingerprintBytes[algorithm]);

export const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).exactOptional(),
  fingerprints: z.array(fingerprint).min(1).max(8),
});

export const iceParameters = z.object({
  usernameFragment: text,
  password: text,
  iceLite: z.boolean().exactOptional(),
});

export const iceCandidates = z
  .array(
    z.object({
      foundation: text,
      priority: z.number(),
      address: text,
      ip: text,
      protocol: z.enum(['udp', 'tcp']),
      port: z.int().min(1).max(65535),
      type: z.literal('host'),
      tcpType: z.literal('passive').exactOptional(),
    }),
  )
  .max(32);
