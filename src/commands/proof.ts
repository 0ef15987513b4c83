// Keys and checkpoints: what is signed, with which key, and only after a look whether the log is still what it was.
import { Refusal } from '../domain/kernel.ts';
import { type CheckpointCommand, checkpoint } from '../domain/proof/checkpoint.ts';
import { type KnownKey, signingKey } from '../domain/proof/signingKey.ts';
import { signCheckpoint } from '../proof/checkpoint.ts';
import { endorsementText } from '../proof/keyList.ts';
import { rootAt } from '../proof/merkle.ts';
import { type Signer, signerOf, signNote } from '../proof/note.ts';
import { manifestLine } from '../proof/signedExport.ts';
import { nodesIn } from '../proof/tiles.ts';
import { allow } from './access.ts';
import { type Call, ctxOf, type Done, doneOf, type Needs, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import { type Alteration, checkEvents, type LogReader } from './checkLog.ts';
import type { Ctx } from './execute.ts';

/** The checkpoint that others may have by now; a new one must go on from it. */
export type LastCheckpoint = { size: number; root: string; verifierKey: string; signedAt: Date };

/** Who signs: the name of the log, which no other log has and which stays when it is moved. */
const originOf = (serverId: string): string => `hansard/${serverId}`;

const signerIn = async ({ vault, serverId }: Needs, keyId: string): Promise<Signer> =>
  signerOf(originOf(serverId), await vault.secret(`signing-key-${keyId}`));

const keysOf = async ({ executor, serverId }: Needs): Promise<readonly KnownKey[]> =>
  (await executor.load(signingKey, serverId)).state.keys;

/** The signer of a key on record; null where the vault holds another private key than the one that was made. */
const signerOfKey = async (needs: Needs, { keyId, verifierKey }: KnownKey): Promise<Signer | null> => {
  const signer = await signerIn(needs, keyId);
  return signer.verifier.text === verifierKey ? signer : null;
};

const adopt = async (needs: Needs, previous: KnownKey | null, ctx: Ctx) => {
  const { serverId, executor } = needs;
  // The same for all who replace the same key, so that none of several is left over in the vault.
  const keyId = derivedId('signing key', serverId, previous?.keyId ?? '');
  const verifierKey = (await signerIn(needs, keyId)).verifier.text;
  const before = previous && (await signerOfKey(needs, previous));
  const endorsement = before ? signNote(endorsementText(originOf(serverId), verifierKey), [before]) : null;
  const data = { serverId, keyId, verifierKey, endorsement, previous: previous?.keyId ?? null };
  return executor.execute(signingKey, serverId, { type: 'AdoptSigningKey', data }, ctx);
};

/** The key that signs now; made where there is none. Refuses with `proof.key_lost` where the vault has lost it. */
const currentSigner = async (needs: Needs): Promise<Signer> => {
  const known = await keysOf(needs);
  if (known.length === 0) {
    const commandId = derivedId('first signing key', needs.serverId);
    await adopt(needs, null, { actor: systemActor, origin: null, commandId, asked: null });
  }
  const key = (known.length === 0 ? await keysOf(needs) : known).at(-1);
  const signer = key && (await signerOfKey(needs, key));
  if (signer) return signer;
  throw new Refusal('proof.key_lost');
};

/** The line that ends a copy of a report, signed with the key that signs now; unsigned where that is lost. */
export const signedManifest = async (needs: Needs, manifest: object): Promise<string> => {
  const signer = await currentSigner(needs).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'proof.key_lost') return null;
    throw error;
  });
  return manifestLine(manifest, signer);
};

/** Signs from now on with a new key, which the present one vouches for unless it is lost. */
export const rotateSigningKey = async (needs: Needs, call: Call): Promise<Done> => {
  allow(call.caller, 'rotateSigningKey');
  const previous = (await keysOf(needs)).at(-1) ?? null;
  return doneOf(await adopt(needs, previous, ctxOf(call, {})));
};

const executeToday = (
  { executor, serverId, now }: Needs,
  ask: { type: CheckpointCommand['type']; data: CheckpointCommand['data'] },
  ctx: Ctx,
) => executor.execute(checkpoint, derivedId('checkpoints', serverId, now().toISOString().slice(0, 10)), ask, ctx);

const systemCtx = (...parts: string[]): Ctx => ({
  actor: systemActor,
  origin: null,
  commandId: derivedId(...parts),
  asked: null,
});

/** Puts on the record that the log is not what it was, once a day for each reason. */
const recordAlteration = async (needs: Needs, { number, reason }: Alteration): Promise<void> => {
  const { serverId, now } = needs;
  const ctx = systemCtx('alteration', serverId, now().toISOString(), reason);
  await executeToday(needs, { type: 'RecordAlteration', data: { serverId, number, reason } }, ctx);
};

/** Whether the tree goes on from what was signed last, and the events since then are stored as they were. */
const sinceLast = async (reader: LogReader, size: number, last: LastCheckpoint | null): Promise<Alteration | null> => {
  if (last && last.size > 0) {
    const root = await rootAt(last.size, nodesIn(reader.tree.tile));
    if (root.toString('base64') !== last.root)
      return { number: null, reason: `The first ${last.size} events are not those that were signed.` };
  }
  return checkEvents(reader, last?.size ?? 0, size);
};

export type Signing = { last: LastCheckpoint | null; notWithinMs: number; ctx?: Ctx };

/**
 * Signs the tree as it is now and records it. Null where the tree is behind the last checkpoint, as while it is built
 * anew. Refuses with `proof.log_altered`, which is then on the record, and with `proof.key_lost`.
 */
export const takeCheckpoint = async (
  needs: Needs,
  reader: LogReader,
  { last, notWithinMs, ctx }: Signing,
): Promise<Done | null> => {
  const { serverId } = needs;
  const { size } = await reader.tree.now();
  if (size < (last?.size ?? 1)) return null;
  const signer = await currentSigner(needs);
  const alteration = await sinceLast(reader, size, last);
  if (alteration) {
    await recordAlteration(needs, alteration);
    throw new Refusal('proof.log_altered', { reason: alteration.reason });
  }
  const root = await rootAt(size, nodesIn(reader.tree.tile));
  const note = signCheckpoint({ origin: originOf(serverId), size, root }, [signer]);
  const verifierKey = signer.verifier.text;
  const data = { serverId, size, root: root.toString('base64'), note, verifierKey, notWithinMs };
  const by = ctx ?? systemCtx('checkpoint', serverId, String(size), verifierKey);
  return doneOf(await executeToday(needs, { type: 'SignCheckpoint', data }, by));
};

/** Signs a checkpoint because somebody wants one now. */
export const signNow = async (
  needs: Needs,
  reader: LogReader,
  call: Call,
  last: LastCheckpoint | null,
): Promise<Done> => {
  allow(call.caller, 'signCheckpoint');
  const done = await takeCheckpoint(needs, reader, { last, notWithinMs: 0, ctx: ctxOf(call, {}) });
  return done ?? { position: null, planned: call.dryRun ? [] : null };
};

/** Reads all signed events again and records what was found. */
export const verifyAll = async (
  needs: Needs,
  reader: LogReader,
  last: LastCheckpoint,
  pause: () => Promise<void>,
): Promise<Alteration | null> => {
  const { serverId, now } = needs;
  const root = await rootAt(last.size, nodesIn(reader.tree.tile));
  const alteration =
    root.toString('base64') === last.root
      ? await checkEvents(reader, 0, last.size, pause)
      : { number: null, reason: `The first ${last.size} events are not those that were signed.` };
  if (alteration) await recordAlteration(needs, alteration);
  else {
    const ctx = systemCtx('verified', serverId, now().toISOString());
    const data = { serverId, size: last.size, root: last.root };
    await executeToday(needs, { type: 'RecordVerified', data }, ctx);
  }
  return alteration;
};
