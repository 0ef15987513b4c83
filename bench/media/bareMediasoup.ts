// The baseline of the media goals: mediasoup as its documentation shows it, with nothing of ours around it.
// Started as `node bareMediasoup.ts WORKER_BINARY`; prints the port it listens on, and ends with its parent.
import { createWorker } from 'mediasoup';
import type { Consumer, Producer, Router, WebRtcTransport } from 'mediasoup/types';
import { type WebSocket, WebSocketServer } from 'ws';
import { mediaCodecs } from '../../src/media/codecs.ts';

type Room = { router: Router; sockets: Set<WebSocket>; producers: Map<string, Producer> };
type Asked = { id: number; method: string; data: never };

const worker = await createWorker({ logLevel: 'error', workerBin: process.argv[2] ?? '' });
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    { protocol: 'udp', ip: '127.0.0.1' },
    { protocol: 'tcp', ip: '127.0.0.1' },
  ],
});
const rooms = new Map<string, Promise<Room>>();

const openRoom = async (): Promise<Room> => {
  const router = await worker.createRouter({ mediaCodecs });
  return { router, sockets: new Set(), producers: new Map() };
};

const roomOf = (name: string): Promise<Room> => {
  const room = rooms.get(name) ?? openRoom();
  rooms.set(name, room);
  return room;
};

/** One participant: the same requests and answers as ours, none of them checked. */
const participate = (socket: WebSocket) => {
  let room: Room;
  let entering: Promise<Room>;
  const transports = new Map<string, WebRtcTransport>();
  const consumers = new Map<string, Consumer>();
  const transportOf = (id: string) => transports.get(id) as WebRtcTransport;
  const tell = (notice: string, data: object) => {
    const frame = JSON.stringify({ notice, data });
    for (const other of room.sockets) if (other !== socket) other.send(frame);
  };
  const handlers: Record<string, (data: never) => Promise<object>> = {
    hello: async ({ ticket }: { ticket: string }) => {
      entering = roomOf(ticket);
      room = await entering;
      room.sockets.add(socket);
      const producers = [...room.producers.keys()].map((producerId) => ({ producerId }));
      return { routerRtpCapabilities: room.router.rtpCapabilities, producers };
    },
    createTransport: async () => {
      const { router } = await entering; // It may be asked for together with the hello.
      const transport = await router.createWebRtcTransport({
        webRtcServer,
        preferUdp: true,
        initialAvailableOutgoingBitrate: 1_000_000,
      });
      transports.set(transport.id, transport);
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
      return { transportId: id, iceParameters, iceCandidates, dtlsParameters };
    },
    connectTransport: async ({ transportId, dtlsParameters }) => {
      await transportOf(transportId).connect({ dtlsParameters });
      return {};
    },
    produce: async ({ transportId, kind, rtpParameters }) => {
      const producer = await transportOf(transportId).produce({ kind, rtpParameters });
      const { producers } = room;
      producers.set(producer.id, producer);
      producer.observer.once('close', () => producers.delete(producer.id));
      tell('producerAdded', { producerId: producer.id });
      return { producerId: producer.id };
    },
    consume: async ({ transportId, producerIds }: { transportId: string; producerIds: string[] }) => {
      const { rtpCapabilities } = room.router;
      const made = await Promise.all(
        producerIds.map((producerId) =>
          transportOf(transportId).consume({ producerId, rtpCapabilities, paused: true }),
        ),
      );
      for (const consumer of made) consumers.set(consumer.id, consumer);
      return {
        consumers: made.map(({ id, producerId, kind, rtpParameters }) => ({
          consumerId: id,
          producerId,
          kind,
          rtpParameters,
        })),
      };
    },
    resumeConsumers: async ({ consumerIds }: { consumerIds: string[] }) => {
      await Promise.all(consumerIds.map((id) => (consumers.get(id) as Consumer).resume()));
      return {};
    },
    leave: () => {
      for (const transport of transports.values()) transport.close();
      return Promise.resolve({});
    },
  };
  socket.on('message', (frame) => {
    const { id, method, data } = JSON.parse(String(frame)) as Asked;
    const answer = async () => socket.send(JSON.stringify({ id, ok: true, data: await handlers[method]?.(data) }));
    answer().catch((error: unknown) => {
      throw error; // The baseline has no bad input: whatever fails here voids the run.
    });
  });
  socket.on('close', () => {
    room.sockets.delete(socket);
    for (const transport of transports.values()) transport.close();
  });
};

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', participate);
server.on('listening', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0, workerPid: worker.pid });
});
process.once('disconnect', () => process.exit(0));
