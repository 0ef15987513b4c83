// What was signed of the record, with which keys, and what looking at it again found.
import type { Pool } from 'pg';
import { checkpointEvents, signingKeyEvents } from '../domain/proof/events.ts';
import type { Projection } from './projection.ts';
import { table } from './table.ts';

export type CheckpointRow = {
  eventId: string;
  size: string;
  root: string;
  note: string;
  verifierKey: string;
  signedAt: Date;
};

export type KeyRow = {
  keyId: string;
  /** From 0; the last one signs. */
  place: number;
  verifierKey: string;
  endorsement: string | null;
  adoptedAt: Date;
};

type FindingRow = {
  kind: 'verified' | 'alteration';
  size: string | null;
  number: string | null;
  reason: string;
  foundAt: Date;
};

export const checkpointNotes = table<CheckpointRow>(
  'proof_checkpoint',
  {
    eventId: { type: 'uuid', primary: true },
    size: { type: 'int8' },
    root: { type: 'text' },
    note: { type: 'text' },
    verifierKey: { type: 'text' },
    signedAt: { type: 'timestamptz' },
  },
  [{ name: 'proof_checkpoint_by_size', columns: ['size', 'signedAt', 'eventId'] }],
);

export const signingKeys = table<KeyRow>('proof_key', {
  keyId: { type: 'uuid', primary: true },
  place: { type: 'int' },
  verifierKey: { type: 'text' },
  endorsement: { type: 'text', nullable: true },
  adoptedAt: { type: 'timestamptz' },
});

export const findings = table<FindingRow>('proof_finding', {
  kind: { type: 'text', primary: true },
  size: { type: 'int8', nullable: true },
  number: { type: 'int8', nullable: true },
  reason: { type: 'text' },
  foundAt: { type: 'timestamptz' },
});

export const proofs: Projection = {
  name: 'proofs',
  version: 1,
  categories: ['signingKey', 'checkpoint'],
  tables: [checkpointNotes, signingKeys, findings],
  apply: async (event, rows) => {
    if (event.stream.startsWith('signingKey-')) {
      const { keyId, verifierKey, endorsement, adoptedAt } = signingKeyEvents.parse(event).data;
      const place = event.revision;
      rows.put(signingKeys, { keyId, place, verifierKey, endorsement, adoptedAt: new Date(adoptedAt) });
      return;
    }
    const { type, data } = checkpointEvents.parse(event);
    switch (type) {
      case 'CheckpointSigned': {
        const { size, root, note, verifierKey, signedAt } = data;
        const { eventId } = event;
        const row = { eventId, size: String(size), root, note, verifierKey, signedAt: new Date(signedAt) };
        return rows.put(checkpointNotes, row);
      }
      case 'LogVerified':
        return rows.put(findings, {
          kind: 'verified',
          size: String(data.size),
          number: null,
          reason: '',
          foundAt: new Date(data.verifiedAt),
        });
      case 'LogAlterationFound':
        return rows.put(findings, {
          kind: 'alteration',
          size: null,
          number: data.number === null ? null : String(data.number),
          reason: data.reason,
          foundAt: new Date(data.foundAt),
        });
    }
  },
};

type Newest = Omit<CheckpointRow, 'size'> & { size: number };

/** The checkpoint over most events, the latest of them; null where there is none. */
export const newestCheckpoint = async (pool: Pool): Promise<Newest | null> => {
  const order = 'order by size desc, "signedAt" desc, "eventId" limit 1';
  const [row] = (await pool.query<CheckpointRow>(`select * from ${checkpointNotes.sqlName} ${order}`)).rows;
  return row ? { ...row, size: Number(row.size) } : null;
};

/** All keys, the oldest first. */
export const keysInOrder = async (pool: Pool): Promise<KeyRow[]> =>
  (await pool.query<KeyRow>(`select * from ${signingKeys.sqlName} order by place limit 1000`)).rows;

export type Findings = {
  /** The last time that all events were read again and found as they were signed. */
  verified: { size: string; at: Date } | null;
  /** What is not as it was signed; null where it was found in order since. */
  alteration: { number: string | null; reason: string; at: Date } | null;
};

export const findingsNow = async (pool: Pool): Promise<Findings> => {
  const { rows } = await pool.query<FindingRow>(`select * from ${findings.sqlName}`);
  const verified = rows.find(({ kind }) => kind === 'verified');
  const alteration = rows.find(({ kind }) => kind === 'alteration');
  const settled = alteration === undefined || (verified !== undefined && verified.foundAt > alteration.foundAt);
  return {
    verified: verified ? { size: verified.size ?? '0', at: verified.foundAt } : null,
    alteration: settled ? null : { number: alteration.number, reason: alteration.reason, at: alteration.foundAt },
  };
};
