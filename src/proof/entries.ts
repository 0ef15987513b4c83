// What a leaf of the tree is made of, and how entries are bundled. docs/proof.md tells it to others.

/** What an event is in every store. Position and time of recording are the store's own. */
export type ProvenEvent = {
  stream: string;
  revision: number;
  type: string;
  id: string;
  data: Uint8Array;
  metadata: Uint8Array;
};

/** The most bytes of an entry, as a bundle says its length in 16 bits. */
export const entryBytesMax = 65_535;

const lengthBytes = 4;

/**
 * The entry of an event: stream, revision in decimal digits, type, id, data and metadata, in this order, each after its
 * length as 32 bits, the high byte first. Throws where it is too long for a bundle.
 */
export const entryOf = ({ stream, revision, type, id, data, metadata }: ProvenEvent): Buffer => {
  const parts = [stream, String(revision), type, id].map((part) => Buffer.from(part));
  const all = [...parts, data, metadata];
  const bytes = all.reduce((sum, part) => sum + lengthBytes + part.byteLength, 0);
  if (bytes > entryBytesMax) throw new Error(`The entry of ${type} has ${bytes} bytes, ${entryBytesMax} at most`);
  const entry = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of all) {
    at = entry.writeUInt32BE(part.byteLength, at);
    entry.set(part, at);
    at += part.byteLength;
  }
  return entry;
};

const partsIn = (entry: Buffer): Buffer[] => {
  const parts: Buffer[] = [];
  for (let at = 0; at < entry.length; ) {
    if (at + lengthBytes > entry.length) throw new Error('An entry ends within a length');
    const end = at + lengthBytes + entry.readUInt32BE(at);
    if (end > entry.length) throw new Error('An entry ends within a part');
    parts.push(entry.subarray(at + lengthBytes, end));
    at = end;
  }
  return parts;
};

/** The event in an entry. Throws at anything that `entryOf` does not write. */
export const eventIn = (entry: Buffer): ProvenEvent => {
  const parts = partsIn(entry);
  const [stream, revision, type, id, data, metadata] = parts;
  if (parts.length !== 6 || !stream || !revision || !type || !id || !data || !metadata)
    throw new Error(`An entry has ${parts.length} parts instead of 6`);
  const number = Number(revision.toString());
  const event = {
    stream: stream.toString(),
    revision: number,
    type: type.toString(),
    id: id.toString(),
    data,
    metadata,
  };
  if (Number.isSafeInteger(number) && number >= 0 && entryOf(event).equals(entry)) return event;
  throw new Error('An entry is not written as entries are');
};

/** A bundle: each entry after its length as 16 bits, the high byte first (c2sp.org/tlog-tiles). */
export const bundleOf = (entries: readonly Buffer[]): Buffer =>
  Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );

/** The entries of a bundle. Throws where it ends within one. */
export const entriesIn = (bundle: Buffer): Buffer[] => {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    if (at + 2 > bundle.length) throw new Error('A bundle ends within a length');
    const end = at + 2 + bundle.readUInt16BE(at);
    if (end > bundle.length) throw new Error('A bundle ends within an entry');
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
};
