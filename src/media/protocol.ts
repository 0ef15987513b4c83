// The signalling protocol: JSON text frames over a WebSocket, each checked on its way in and on its way out.
import { z } from 'zod';
import { mediaSource } from '../domain/sessions/events.ts';
import { dtlsParameters, iceCandidates, iceParameters, rtpCapabilities, rtpParameters } from './rtpSchemas.ts';

const id = z.string().min(1).max(64);
const nothing = z.object({});

/** A stream somebody sends. `producerId` changes when it is sent anew, `source` says what it claims to be. */
const producerInfo = z.object({ producerId: id, participantId: id, source: mediaSource, paused: z.boolean() });

/**
 * The answer to a hello. `generation` counts the times the session's media had to be rebuilt: a client that resumes
 * with another generation than it knew has lost its transports. `own` are the caller's producers that live on.
 */
const welcome = z.object({
  participantId: id,
  legId: id,
  resumeKey: z.string(),
  epoch: z.int().positive(),
  generation: z.int().positive(),
  resumed: z.boolean(),
  routerRtpCapabilities: rtpCapabilities,
  producers: z.array(producerInfo),
  own: z.array(producerInfo),
  muted: z.array(mediaSource),
  activeSpeaker: id.nullable(),
});

/** A relay the client may go through, with credentials that end after some hours. */
const iceServers = z
  .array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() }))
  .max(4);

const layers = z.object({
  spatialLayer: z.int().min(0).max(2),
  temporalLayer: z.int().min(0).max(2).exactOptional(),
});

/** Per method: what is asked, and what a positive answer carries. */
const methods = {
  /** First message of a socket: with a ticket of `joinConference`, or with the key of a leg that lost its socket. */
  hello: {
    input: z.union([
      z.object({ ticket: z.string().min(1).max(4096) }),
      z.object({ resume: z.object({ legId: id, resumeKey: z.string().min(1).max(256) }) }),
    ]),
    output: welcome,
  },
  ping: { input: nothing, output: nothing },
  /**
   * One transport per direction. To receive, `rtpCapabilities` are needed: what this device can decode. They are said
   * here or, by who asked together with the hello and could not know them yet, with the first `consume`.
   */
  createTransport: {
    input: z.object({ direction: z.enum(['send', 'receive']), rtpCapabilities: rtpCapabilities.exactOptional() }),
    output: z.object({ transportId: id, iceParameters, iceCandidates, dtlsParameters, iceServers }),
  },
  connectTransport: { input: z.object({ transportId: id, dtlsParameters }), output: nothing },
  restartIce: { input: z.object({ transportId: id }), output: z.object({ iceParameters, iceServers }) },
  produce: {
    input: z.object({ transportId: id, source: mediaSource, kind: z.enum(['audio', 'video']), rtpParameters }),
    output: z.object({ producerId: id }),
  },
  pauseProducer: { input: z.object({ producerId: id }), output: nothing },
  resumeProducer: { input: z.object({ producerId: id }), output: nothing },
  closeProducer: { input: z.object({ producerId: id }), output: nothing },
  /** Consumers begin paused; resume them once the page is ready. Producers gone meanwhile are left out. */
  consume: {
    input: z.object({
      transportId: id,
      producerIds: z.array(id).min(1).max(32),
      rtpCapabilities: rtpCapabilities.exactOptional(),
    }),
    output: z.object({
      consumers: z.array(
        z.object({
          consumerId: id,
          producerId: id,
          kind: z.enum(['audio', 'video']),
          rtpParameters,
          paused: z.boolean(),
        }),
      ),
    }),
  },
  pauseConsumers: { input: z.object({ consumerIds: z.array(id).min(1).max(64) }), output: nothing },
  resumeConsumers: { input: z.object({ consumerIds: z.array(id).min(1).max(64) }), output: nothing },
  setPreferredLayers: { input: z.object({ consumerId: id, layers }), output: nothing },
  leave: { input: nothing, output: nothing },
} as const;

export type Method = keyof typeof methods;
export type InputOf<Name extends Method> = z.infer<(typeof methods)[Name]['input']>;
export type OutputOf<Name extends Method> = z.infer<(typeof methods)[Name]['output']>;
export type ProducerInfo = z.infer<typeof producerInfo>;

const errorCode = z.enum([
  'bad_message',
  'unknown_method',
  'wrong_state',
  'ticket_invalid',
  'ticket_used',
  'not_admitted',
  'unknown_leg',
  'unavailable',
  'full',
  'muted',
  'limit',
  'unknown_transport',
  'unknown_producer',
  'unknown_consumer',
  'media_refused',
  'resetting',
  'flood',
]);
export type ErrorCode = z.infer<typeof errorCode>;

/** Why the server closes a socket for good or asks to come back: `draining`, `moved` and `slow` mean come back. */
const closeCause = z.enum([
  'removed',
  'session_ended',
  'replaced',
  'disconnected',
  'never_connected',
  'left',
  'draining',
  'moved',
  'slow',
  'flood',
  'hello_timeout',
  'resumed_elsewhere',
]);
export type CloseCause = z.infer<typeof closeCause>;

const notifications = {
  producerAdded: producerInfo,
  producerClosed: z.object({ producerId: id }),
  producerPaused: z.object({ producerId: id }),
  producerResumed: z.object({ producerId: id }),
  activeSpeaker: z.object({ participantId: id.nullable() }),
  /** Loudest people now, in dBov (-127 silence .. 0 loudest); empty when nobody speaks. */
  levels: z.object({ levels: z.array(z.object({ participantId: id, decibel: z.number() })) }),
  /** A moderator silenced this source: its producer is closed and new ones are refused until `unmuted`. */
  muted: z.object({ source: mediaSource }),
  unmuted: z.object({ source: mediaSource }),
  /** All media of the session was lost: forget transports, producers and consumers and build them anew on this leg. */
  reset: z.object({ generation: z.int().positive(), routerRtpCapabilities: rtpCapabilities }),
  /** The last message of a socket. */
  closed: z.object({ cause: closeCause }),
} as const;

export type Notice = keyof typeof notifications;
export type NoticeOf<Name extends Notice> = z.infer<(typeof notifications)[Name]>;
export type Notification = { [Name in Notice]: { notice: Name; data: NoticeOf<Name> } }[Notice];

export type Request = { [Name in Method]: { id: number; method: Name; data: InputOf<Name> } }[Method];
type Answer =
  | { id: number; ok: true; data: OutputOf<Method> }
  | { id: number; ok: false; error: { code: ErrorCode; message: string } };
/** Everything a browser may receive. */
export type ServerMessage = Answer | Notification;

const envelope = z.strictObject({
  id: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  method: z.string().max(64),
  data: z.unknown(),
});

/** An expected no to one request; the connection goes on unless said otherwise. */
export class SignallingError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'SignallingError';
    this.code = code;
  }
}

const isMethod = (name: string): name is Method => Object.hasOwn(methods, name);

export type Parsed = { id: number; request: Request } | { id: number | null; error: SignallingError };

/** Reads one text frame. Never throws: what cannot be read becomes an error with the id it carried, if any. */
export const parseRequest = (frame: string): Parsed => {
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return { id: null, error: new SignallingError('bad_message', 'The frame is not JSON') };
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) {
    return { id: null, error: new SignallingError('bad_message', 'A request has exactly id, method and data') };
  }
  const { id: requestId, method } = outer.data;
  if (!isMethod(method)) {
    return { id: requestId, error: new SignallingError('unknown_method', 'There is no such method') };
  }
  const inner = methods[method].input.safeParse(outer.data.data);
  if (!inner.success) {
    const paths = inner.error.issues.slice(0, 3).map(({ path }) => path.join('.') || '(data)');
    return { id: requestId, error: new SignallingError('bad_message', `Not valid for ${method}: ${paths.join(', ')}`) };
  }
  return { id: requestId, request: { id: requestId, method, data: inner.data } as Request };
};

// What the wire would carry: mediasoup sets absent fields to undefined, which JSON leaves out and zod does not allow.
const asSent = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

/** Writes a positive answer; fields that the schema does not name do not leave the server. */
export const answerFrame = <Name extends Method>(requestId: number, method: Name, data: OutputOf<Name>): string =>
  JSON.stringify({ id: requestId, ok: true, data: methods[method].output.parse(asSent(data)) });

/** Writes a refusal. `requestId` is null when the request could not be read. */
export const errorFrame = (requestId: number | null, { code, message }: SignallingError): string =>
  JSON.stringify({ id: requestId ?? -1, ok: false, error: { code, message } });

/** Writes a notification once; the same text serves every receiver. */
export const noticeFrame = <Name extends Notice>(notice: Name, data: NoticeOf<Name>): string =>
  JSON.stringify({ notice, data: notifications[notice].parse(asSent(data)) });
