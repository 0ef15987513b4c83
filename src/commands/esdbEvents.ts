// Our events as EventStoreDB keeps them, and back.
import { hash } from 'node:crypto';
import type { AllStreamResolvedEvent, EventData, ResolvedEvent } from '@eventstore/db-client';
import { type NewEvent, positionOf, type StoredEvent } from './eventStore.ts';

// First byte of our metadata. No JSON text begins with it, so the client hands the bytes back as they are: what it can
// parse it gives as an object, and the bytes are lost.
const envelope = 1;
const idBytes = 16;

const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;

/**
 * The id an event bears in EventStoreDB: a hash of its id and its content. A repetition is recognised there by ids
 * alone, and one with another payload answered with success and dropped; so the same id with another content must be
 * another id.
 */
export const storedId = ({ id, type, data, metadata }: NewEvent): string => {
  const lengths = Buffer.from(`${id} ${type} ${data.byteLength} ${metadata.byteLength}\n`);
  const digest = hash('sha256', Buffer.concat([lengths, data, metadata]), 'hex');
  return uuidOf(`${digest.slice(0, 12)}8${digest.slice(13, 16)}a${digest.slice(17, 32)}`); // RFC 9562, version 8.
};

/** The data stay those of the event. Before its metadata go one byte of format and its id, 16 bytes. */
export const eventDataOf = (event: NewEvent): EventData => {
  // Of a pool: memory of their own costs each small array more than all that is written there.
  const bytes = Buffer.allocUnsafe(1 + idBytes + event.metadata.byteLength);
  bytes[0] = envelope;
  bytes.write(event.id.replaceAll('-', ''), 1, 'hex');
  bytes.set(event.metadata, 1 + idBytes);
  // Exactly a Uint8Array: the client makes JSON of anything else, a Buffer as well.
  const metadata = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Uint8Array(event.data.buffer, event.data.byteOffset, event.data.byteLength);
  // What the client's own binaryEvent would make, less another copy of the data, byte by byte.
  return { id: storedId(event), type: event.type, contentType: 'application/octet-stream', data, metadata };
};

type Recorded = (AllStreamResolvedEvent | ResolvedEvent)['event'];

/** Null where it is no event of ours: of the server itself, or of somebody who shares it. */
export const storedOf = (recorded: Recorded): StoredEvent | null => {
  if (!recorded || recorded.isJson || !(recorded.metadata instanceof Uint8Array)) return null;
  const { metadata, data, position } = recorded;
  if (metadata[0] !== envelope || metadata.byteLength < 1 + idBytes || !(data instanceof Uint8Array)) return null;
  return {
    id: uuidOf(Buffer.from(metadata.subarray(1, 1 + idBytes)).toString('hex')),
    type: recorded.type,
    data,
    metadata: metadata.subarray(1 + idBytes),
    stream: recorded.streamId,
    revision: Number(recorded.revision),
    position: positionOf(position?.commit ?? 0n),
    recordedAt: recorded.created,
  };
};
