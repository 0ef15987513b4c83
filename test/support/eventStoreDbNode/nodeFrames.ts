// Events and answers of the test node in the frames of the wire.

import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import grpc from '@grpc/grpc-js';
import type { Expected, Kept, Proposed } from './nodeLog.ts';

export const streamFrame = (name: string): StreamIdentifier => {
  const frame = new shared.StreamIdentifier();
  frame.setStreamName(Buffer.from(name));
  return frame;
};

export const nameOf = (frame: StreamIdentifier | undefined): string =>
  Buffer.from(frame?.getStreamName_asU8() ?? []).toString('utf8');

const hex = (half: string): string => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0');

export const uuidOf = (frame: UUID | undefined): string => {
  const structured = frame?.getStructured();
  if (!structured) return frame?.getString() ?? '';
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

type Message = {
  getId: () => UUID | undefined;
  getMetadataMap: () => { get: (key: string) => string | undefined };
  getData_asU8: () => Uint8Array;
  getCustomMetadata_asU8: () => Uint8Array;
};

/** A proposed event of Append or BatchAppend; both have the same fields. */
export const proposedOf = (message: Message): Proposed => ({
  id: uuidOf(message.getId()),
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
});

type Expecting = { hasAny: () => boolean; hasNoStream: () => boolean; hasStreamExists: () => boolean };

export const expectedOf = (options: Expecting, revision: () => string): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'noStream';
  return options.hasStreamExists() ? 'streamExists' : Number(revision());
};

const ticksPerMs = 10_000n;

export const eventFrame = (event: Kept): ReadResp => {
  const position = String(event.position);
  const id = new shared.UUID();
  id.setString(event.id);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id).setStreamIdentifier(streamFrame(event.stream)).setStreamRevision(String(event.revision));
  recorded.setPreparePosition(position).setCommitPosition(position);
  recorded
    .getMetadataMap()
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.createdMs) * ticksPerMs))
    .set('type', event.type);
  recorded.setCustomMetadata(event.metadata).setData(event.data);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded).setCommitPosition(position);
  return new streams.ReadResp().setEvent(read);
};

export const notFoundFrame = (name: string): ReadResp => {
  const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamFrame(name));
  return new streams.ReadResp().setStreamNotFound(missing);
};

export const lastPositionFrame = (revision: number): ReadResp =>
  new streams.ReadResp().setLastStreamPosition(String(revision));

type Refusal = Partial<grpc.StatusObject> & { code: grpc.status; details: string };

/** As the status of a call, with the trailers that the client makes its error of. */
const refusal = (code: grpc.status, details: string, trailers: Record<string, string>): Refusal => {
  const metadata = new grpc.Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
};

export const streamDeleted = (name: string): Refusal =>
  refusal(grpc.status.FAILED_PRECONDITION, `Event stream '${name}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': name,
  });

/** Of a node that is not the leader, to a call that asks for the leader. */
export const leaderElsewhere = ({ host, port }: { host: string; port: number }): Refusal =>
  refusal(grpc.status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

/** Of a node that knows no leader. */
export const notReady: Refusal = refusal(grpc.status.UNAVAILABLE, 'Server Is Not Ready', {});

const numbers = { any: -2, noStream: -1, streamExists: -4 };

/** What Delete and Tombstone answer; appends say it in their frames. */
export const wrongVersionStatus = (name: string, expected: Expected, actual: number): Refusal => {
  const wanted = typeof expected === 'number' ? expected : numbers[expected];
  const details = `Delete failed due to WrongExpectedVersion. Stream: ${name}, Expected version: ${wanted}, Actual version: ${actual}`;
  return refusal(grpc.status.FAILED_PRECONDITION, details, {
    exception: 'wrong-expected-version',
    'stream-name': name,
    'expected-version': String(wanted),
    'actual-version': String(actual),
  });
};

export const confirmationFrame = (id: string): ReadResp =>
  new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(id));

export const caughtUpFrame = (): ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

export const checkpointFrame = (position: bigint): ReadResp => {
  const frame = new streams.ReadResp.Checkpoint();
  frame.setCommitPosition(String(position)).setPreparePosition(String(position));
  return new streams.ReadResp().setCheckpoint(frame);
};
