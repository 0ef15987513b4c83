// What a connected leg may ask of its room. Every id is looked up among the leg's own objects, so nobody else's works.
import type {
  Consumer,
  DtlsParameters,
  IceCandidate,
  Producer,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types';
import { kindOfSource } from './codecs.ts';
import type { Leg } from './leg.ts';
import { type InputOf, type Method, noticeFrame, type OutputOf, SignallingError } from './protocol.ts';
import type { Room } from './room.ts';

type LegMethod = Exclude<Method, 'hello' | 'leave'>;
type Handlers = { [Name in LegMethod]: (room: Room, leg: Leg, input: InputOf<Name>) => Promise<OutputOf<Name>> };

const transportOf = (leg: Leg, transportId: string): WebRtcTransport => {
  const transport = leg.transport(transportId);
  if (!transport) throw new SignallingError('unknown_transport', 'You have no such transport');
  return transport;
};

const producerOf = (leg: Leg, producerId: string): Producer => {
  const producer = [...leg.producers.values()].find(({ id }) => id === producerId);
  if (!producer) throw new SignallingError('unknown_producer', 'You send nothing with this id');
  return producer;
};

const consumerOf = (leg: Leg, consumerId: string): Consumer => {
  const consumer = leg.consumers.get(consumerId);
  if (!consumer) throw new SignallingError('unknown_consumer', 'You receive nothing with this id');
  return consumer;
};

const mutedError = () => new SignallingError('muted', 'A moderator has silenced this source');

const createTransport = async (room: Room, leg: Leg, input: InputOf<'createTransport'>) => {
  const { direction, rtpCapabilities } = input;
  if (direction === 'receive') leg.rtpCapabilities = (rtpCapabilities as RtpCapabilities | undefined) ?? null;
  const { router, webRtcServer } = await room.media();
  const transport = await router.createWebRtcTransport({
    webRtcServer,
    preferUdp: true,
    initialAvailableOutgoingBitrate: 1_000_000,
  });
  if (leg.closed) {
    transport.close();
    throw new SignallingError('wrong_state', 'This leg has ended');
  }
  if (direction === 'send') await transport.setMaxIncomingBitrate(room.needs.limits.incomingBitsPerSecondMax);
  leg.transports.get(direction)?.close(); // A client that asks again has given up the first one.
  leg.transports.set(direction, transport);
  const { id: transportId, iceParameters, dtlsParameters } = transport;
  const iceCandidates: IceCandidate[] = transport.iceCandidates;
  const iceServers = room.needs.iceServers(leg.legId);
  return { transportId, iceParameters, iceCandidates, dtlsParameters, iceServers };
};

const produce = async (room: Room, leg: Leg, input: InputOf<'produce'>) => {
  const { transportId, source, kind, rtpParameters } = input;
  const transport = transportOf(leg, transportId);
  if (transport !== leg.transports.get('send')) throw new SignallingError('wrong_state', 'This transport receives');
  if (kind !== kindOfSource[source])
    throw new SignallingError('bad_message', `A ${source} sends ${kindOfSource[source]}`);
  // mediasoup itself would take pictures under the name of sound.
  if (rtpParameters.codecs.some(({ mimeType }) => !mimeType.toLowerCase().startsWith(`${kind}/`))) {
    throw new SignallingError('bad_message', `All codecs of a ${source} are ${kind}`);
  }
  if (leg.producers.has(source)) throw new SignallingError('limit', 'You send this source already: close it first');
  if (room.needs.muted(leg.participantId).has(source)) throw mutedError();
  const producer = await transport.produce({ kind, rtpParameters: rtpParameters as RtpParameters });
  // The record and the leg may have changed while the worker was busy.
  if (leg.closed || room.needs.muted(leg.participantId).has(source)) {
    producer.close();
    throw leg.closed ? new SignallingError('wrong_state', 'This leg has ended') : mutedError();
  }
  await room.publish(leg, source, producer);
  return { producerId: producer.id };
};

const consumeOne = async (room: Room, leg: Leg, transport: WebRtcTransport, producerId: string) => {
  const sent = room.sent.get(producerId);
  if (!sent || sent.leg === leg || !leg.rtpCapabilities) return null;
  const { rtpCapabilities } = leg;
  const { router } = await room.media();
  if (!router.canConsume({ producerId, rtpCapabilities })) return null;
  const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
  const gone = () => leg.consumers.delete(consumer.id);
  consumer.observer.once('close', gone);
  for (const older of leg.consumers.values()) if (older.producerId === producerId) older.close(); // Asked anew.
  if (consumer.closed || leg.closed) return null;
  leg.consumers.set(consumer.id, consumer);
  const rtpParameters = consumer.rtpParameters as OutputOf<'consume'>['consumers'][number]['rtpParameters'];
  return { consumerId: consumer.id, producerId, kind: consumer.kind, rtpParameters, paused: consumer.producerPaused };
};

const consume = async (room: Room, leg: Leg, input: InputOf<'consume'>) => {
  const { transportId, producerIds, rtpCapabilities } = input;
  const transport = transportOf(leg, transportId);
  if (transport !== leg.transports.get('receive')) throw new SignallingError('wrong_state', 'This transport sends');
  if (rtpCapabilities) leg.rtpCapabilities = rtpCapabilities as RtpCapabilities;
  if (!leg.rtpCapabilities) throw new SignallingError('bad_message', 'To receive, say your rtpCapabilities');
  if (leg.consumers.size + producerIds.length > room.needs.limits.consumersPerLegMax) {
    throw new SignallingError('limit', 'You receive too many streams at once');
  }
  if (!producerIds.some((id) => room.sent.has(id) && room.sent.get(id)?.leg !== leg)) {
    throw new SignallingError('unknown_producer', 'Nobody else in this session sends anything with these ids');
  }
  const made = await Promise.all([...new Set(producerIds)].map((id) => consumeOne(room, leg, transport, id)));
  return { consumers: made.filter((consumer) => consumer !== null) };
};

const nothing = async (work: Promise<unknown>): Promise<Record<string, never>> => {
  await work;
  return {};
};

const handlers: Handlers = {
  ping: () => Promise.resolve({}),
  createTransport,
  connectTransport: (_, leg, { transportId, dtlsParameters }) =>
    nothing(transportOf(leg, transportId).connect({ dtlsParameters: dtlsParameters as DtlsParameters })),
  restartIce: async (room, leg, { transportId }) => ({
    iceParameters: await transportOf(leg, transportId).restartIce(),
    iceServers: room.needs.iceServers(leg.legId),
  }),
  produce,
  pauseProducer: async (room, leg, { producerId }) => {
    await producerOf(leg, producerId).pause();
    room.broadcast(noticeFrame('producerPaused', { producerId }), leg);
    return {};
  },
  resumeProducer: async (room, leg, { producerId }) => {
    await producerOf(leg, producerId).resume();
    room.broadcast(noticeFrame('producerResumed', { producerId }), leg);
    return {};
  },
  closeProducer: (_, leg, { producerId }) => {
    producerOf(leg, producerId).close();
    return Promise.resolve({});
  },
  consume,
  pauseConsumers: (_, leg, { consumerIds }) =>
    nothing(Promise.all(consumerIds.map((id) => consumerOf(leg, id)).map((consumer) => consumer.pause()))),
  resumeConsumers: (_, leg, { consumerIds }) =>
    nothing(Promise.all(consumerIds.map((id) => consumerOf(leg, id)).map((consumer) => consumer.resume()))),
  setPreferredLayers: (_, leg, { consumerId, layers }) => {
    const consumer = consumerOf(leg, consumerId);
    return nothing(consumer.type === 'simulcast' ? consumer.setPreferredLayers(layers) : Promise.resolve());
  },
};

/**
 * Answers one request of a leg. Throws SignallingError for everything that is the caller's doing, also for what
 * mediasoup refuses; `resetting` when the worker died over it: the client will hear of the reset and start again.
 */
export const handle = async <Name extends LegMethod>(
  room: Room,
  leg: Leg,
  method: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> => {
  if (leg.closed) throw new SignallingError('wrong_state', 'This leg has ended');
  const { generation } = room;
  try {
    return await (handlers[method] as Handlers[Name])(room, leg, input);
  } catch (error) {
    if (error instanceof SignallingError) throw error;
    if (room.generation !== generation) throw new SignallingError('resetting', 'The media is being rebuilt');
    room.needs.log('info', { error, method, legId: leg.legId }, 'Media refused a request');
    throw new SignallingError('media_refused', 'The media server cannot do this with these parameters');
  }
};
