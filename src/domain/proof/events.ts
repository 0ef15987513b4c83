// What is on the record about the proof of the record: keys, checkpoints, and what looking at it all found.
import { z } from 'zod';
import { fact, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();
const server = { serverId: z.uuid() };

export const signingKeyEvents = vocabulary(
  [
    /**
     * From here on checkpoints are signed with this key. `keyId` names the private key in the vault; `verifierKey` is
     * the public one (c2sp.org/signed-note); `endorsement` a note about it, signed with the key before: null for the
     * first, and where that one was lost.
     */
    fact('SigningKeyAdopted', {
      ...server,
      keyId: z.uuid(),
      verifierKey: z.string(),
      endorsement: z.string().nullable(),
      adoptedAt: at,
    }),
  ],
  {},
  { SigningKeyAdopted: 3 },
);
export type SigningKeyEvent = ReturnType<typeof signingKeyEvents.parse>;

const tree = { ...server, size: z.int().min(0), root: z.string() };

export const checkpointEvents = vocabulary(
  [
    /** `note` is the whole checkpoint (c2sp.org/tlog-checkpoint) over the first `size` events. */
    fact('CheckpointSigned', { ...tree, note: z.string(), verifierKey: z.string(), signedAt: at }),
    /** All events up to `size` were read from the store again, and are what was signed. */
    fact('LogVerified', { ...tree, verifiedAt: at }),
    /** What is stored is not what was signed. `number`: the first event that differs, where it is known. */
    fact('LogAlterationFound', {
      ...server,
      number: z.int().min(0).nullable(),
      reason: z.string().max(500),
      foundAt: at,
    }),
  ],
  {},
  { CheckpointSigned: 3, LogVerified: 3, LogAlterationFound: 3 },
);
export type CheckpointEvent = ReturnType<typeof checkpointEvents.parse>;
