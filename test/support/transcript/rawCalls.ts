// Asks an EventStoreDB by the client's own stubs, and keeps its answers in frames of the wire.
import { randomUUID } from 'node:crypto';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import grpc from '@grpc/grpc-js';
import type { Subject } from './transcript.ts';

type Frame = { toObject: () => object };

const volatile: [RegExp, string][] = [
  [/"(commitPosition|preparePosition|lastCommitPosition)":"?\d+"?/g, '"$1":"N"'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'],
  [/"(most|least)SignificantBits":"?-?\d+"?/g, '"$1SignificantBits":"N"'],
  [/"created","\d+"/g, '"created","T"'],
];

/** A frame as an object, without what changes from run to run; names of streams as text. */
const keep = ({ anonymous }: Subject, frame: Frame): Record<string, unknown> => {
  const readable = JSON.stringify(frame.toObject()).replace(
    /"streamName":"([A-Za-z0-9+/=]+)"/g,
    (_, bytes: string) => `"streamName":"${Buffer.from(bytes, 'base64').toString()}"`,
  );
  const steady = volatile.reduce((text, [what, instead]) => text.replace(what, instead), anonymous(readable));
  return JSON.parse(steady) as Record<string, unknown>;
};

const hidden = new Map([
  ['date', 'T'],
  ['leader-endpoint-port', 'PORT'],
]);

const statusOf = ({ anonymous }: Subject, { code, details, metadata }: grpc.ServiceError) => {
  const trailers = Object.entries(metadata.getMap()).map(([key, value]) => [
    key,
    hidden.get(key) ?? anonymous(String(value)),
  ]);
  return { code, details: anonymous(details), trailers: Object.fromEntries(trailers) as Record<string, string> };
};

const identifier = (name: string): StreamIdentifier => new shared.StreamIdentifier().setStreamName(Buffer.from(name));
const uuid = (): UUID => new shared.UUID().setString(randomUUID());
const proposed = <
  Message extends {
    setId: (id: UUID) => unknown;
    getMetadataMap: () => { set: (key: string, value: string) => unknown };
    setData: (bytes: Uint8Array) => unknown;
    setCustomMetadata: (bytes: Uint8Array) => unknown;
  },
>(
  message: Message,
): Message => {
  message.setId(uuid());
  message.getMetadataMap().set('type', 'Raw');
  message.getMetadataMap().set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  message.setCustomMetadata(Buffer.from(''));
  return message;
};

type AppendOptions = InstanceType<typeof streams.AppendReq.Options>;
type BatchOptions = InstanceType<typeof streams.BatchAppendReq.Options>;
type ReadOptions = ReadReq.Options;

/** Where reading the whole of a stream begins. */
export const streamFrom = ({ stream }: Subject, name: string) =>
  new streams.ReadReq.Options.StreamOptions()
    .setStreamIdentifier(identifier(stream(name)))
    .setStart(new shared.Empty());

/** Questions to the node at `address`, as its stubs ask them; each function makes one. */
export const rawCallsTo = (subject: Subject, address: string, metadata = new grpc.Metadata()) => {
  const { stream } = subject;
  const insecure = grpc.credentials.createInsecure();
  const raw = new streamServices.StreamsClient(address, insecure);

  const features = () =>
    new Promise((resolve, reject) => {
      new featureServices.ServerFeaturesClient(address, insecure).getSupportedMethods(
        new shared.Empty(),
        (error, r) => {
          if (error) return reject(error);
          const methods = r
            .getMethodsList()
            .map((each) => `${each.getServiceName()}/${each.getMethodName()} ${each.getFeaturesList().join(',')}`);
          resolve({ version: r.getEventStoreServerVersion(), methods: methods.sort() });
        },
      );
    });
  const gossip = () =>
    new Promise((resolve, reject) => {
      new gossipServices.GossipClient(address, insecure).read(new shared.Empty(), (error, r) => {
        if (error) return reject(error);
        const members = keep(subject, r)['membersList'] as object[];
        resolve(members.map((member) => ({ ...member, timeStamp: 'T', httpEndPoint: 'E' })));
      });
    });
  const append = (name: string, set: (options: AppendOptions) => unknown) => () =>
    new Promise((resolve) => {
      const call = raw.append(metadata, (error, r) =>
        resolve(error ? { status: statusOf(subject, error) } : keep(subject, r)),
      );
      const options = new streams.AppendReq.Options().setStreamIdentifier(identifier(stream(name)));
      set(options);
      call.write(new streams.AppendReq().setOptions(options));
      call.write(new streams.AppendReq().setProposedMessage(proposed(new streams.AppendReq.ProposedMessage())));
      call.end();
    });
  const batch = (name: string, set: (options: BatchOptions) => unknown) => () =>
    new Promise((resolve) => {
      const call = raw.batchAppend(metadata);
      call.on('data', (r: InstanceType<typeof streams.BatchAppendResp>) => {
        const details = r.getError()?.getDetails();
        const errorDetails = details && { typeUrl: details.getTypeUrl(), bytes: details.getValue_asU8().length };
        resolve({ ...keep(subject, r), ...(errorDetails ? { errorDetails } : {}) });
        call.end();
      });
      call.on('error', (error: grpc.ServiceError) => resolve({ status: statusOf(subject, error) }));
      const options = new streams.BatchAppendReq.Options().setStreamIdentifier(identifier(stream(name)));
      set(options);
      const request = new streams.BatchAppendReq().setCorrelationId(uuid()).setOptions(options).setIsFinal(true);
      call.write(request.setProposedMessagesList([proposed(new streams.BatchAppendReq.ProposedMessage())]));
    });
  const read = (set: (options: ReadOptions) => unknown) => () =>
    new Promise((resolve) => {
      const options = new streams.ReadReq.Options().setCount('2').setReadDirection(0).setResolveLinks(false);
      options.setNoFilter(new shared.Empty());
      options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
      set(options);
      const frames: unknown[] = [];
      const call = raw.read(new streams.ReadReq().setOptions(options), metadata);
      call.on('data', (frame: Frame) => void frames.push(keep(subject, frame)));
      call.on('error', (error: grpc.ServiceError) => resolve([...frames, { status: statusOf(subject, error) }]));
      call.on('end', () => resolve(frames));
    });
  return { features, gossip, append, batch, read };
};
