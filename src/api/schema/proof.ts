// How far the record is proved, and the proof that one event is on it.

import { storedBundle } from '../../commands/checkLog.ts';
import { rotateSigningKey, signNow } from '../../commands/proof.ts';
import { findingsNow, type KeyRow, keysInOrder, newestCheckpoint } from '../../projections/proofs.ts';
import { allWitnessStates, type WitnessStateRow } from '../../projections/witnessStates.ts';
import { entryProofText } from '../../proof/checkpoint.ts';
import { entryOf } from '../../proof/entries.ts';
import { inclusionProof, leafHash } from '../../proof/merkle.ts';
import { nodesIn, tileWidth } from '../../proof/tiles.ts';
import { builder } from '../builder.ts';
import { allowReading, answer, CommandInput, CommandResult } from './shared.ts';

const SigningKey = builder.objectRef<KeyRow>('SigningKey').implement({
  description: 'A key that checkpoints were signed with; the last one signs.',
  fields: (t) => ({
    verifierKey: t.exposeString('verifierKey', { description: 'The public key (c2sp.org/signed-note).' }),
    endorsed: t.boolean({
      description: 'Whether the key before it signed for it.',
      resolve: ({ endorsement }) => endorsement !== null,
    }),
    adoptedAt: t.expose('adoptedAt', { type: 'DateTime' }),
  }),
});

type Altered = { number: string | null; reason: string; at: Date };
const LogAlteration = builder.objectRef<Altered>('LogAlteration').implement({
  description: 'What is stored is not what was signed.',
  fields: (t) => ({
    number: t.expose('number', {
      type: 'EventNumber',
      nullable: true,
      description: 'The first event that differs, where it is known.',
    }),
    reason: t.exposeString('reason'),
    at: t.expose('at', { type: 'DateTime' }),
  }),
});

const before = (size: number | string): string | null => (Number(size) > 0 ? String(BigInt(size) - 1n) : null);

const WitnessState = builder.objectRef<WitnessStateRow>('WitnessState').implement({
  description: 'How it goes with a place that checkpoints are brought to.',
  fields: (t) => ({
    name: t.exposeString('name'),
    keptTo: t.field({
      type: 'EventNumber',
      nullable: true,
      description: 'The newest event under the checkpoint that it kept last; null before the first.',
      resolve: ({ size }) => (size === null ? null : before(size)),
    }),
    keptAt: t.expose('keptAt', { type: 'DateTime', nullable: true }),
    failures: t.exposeInt('failures', { description: 'In a row, since then.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', nullable: true }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it failed last.' }),
  }),
});

type ProofStatus = {
  witnesses: WitnessStateRow[];
  newest: Awaited<ReturnType<typeof newestCheckpoint>>;
  keys: KeyRow[];
  findings: Awaited<ReturnType<typeof findingsNow>>;
};
const Proof = builder.objectRef<ProofStatus>('Proof').implement({
  description: 'How far the record is proved to be unaltered.',
  fields: (t) => ({
    verifiedTo: t.field({
      type: 'EventNumber',
      nullable: true,
      description: 'The newest event under the newest checkpoint; null before the first one.',
      resolve: ({ newest }) => (newest ? before(newest.size) : null),
    }),
    verifiedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ newest }) => newest?.signedAt ?? null }),
    checkpoint: t.string({
      nullable: true,
      description: 'The newest checkpoint as a signed note (c2sp.org/tlog-checkpoint).',
      resolve: ({ newest }) => newest?.note ?? null,
    }),
    keys: t.field({ type: [SigningKey], resolve: ({ keys }) => keys }),
    witnesses: t.field({ type: [WitnessState], resolve: ({ witnesses }) => witnesses }),
    recheckedTo: t.field({
      type: 'EventNumber',
      nullable: true,
      description: 'The newest event when all were last read again and found as they were signed.',
      resolve: ({ findings }) => (findings.verified ? before(findings.verified.size) : null),
    }),
    recheckedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ findings }) => findings.verified?.at ?? null,
    }),
    alteration: t.field({
      type: LogAlteration,
      nullable: true,
      description: 'Set once something was found altered, until all was found in order again.',
      resolve: ({ findings }) => findings.alteration,
    }),
  }),
});

builder.queryField('proof', (t) =>
  t.field({
    type: Proof,
    resolve: async (_, __, context) => {
      allowReading(context, 'readProof');
      const { pool } = context;
      const [newest, keys, findings, witnesses] = await Promise.all([
        newestCheckpoint(pool),
        keysInOrder(pool),
        findingsNow(pool),
        allWitnessStates(pool),
      ]);
      return { newest, keys, findings, witnesses };
    },
  }),
);

type Included = { number: string; entry: Buffer; text: string };
const InclusionProof = builder.objectRef<Included>('InclusionProof').implement({
  description: 'Shows to whoever has the public key that an event is on the record; docs/proof.md tells how to check.',
  fields: (t) => ({
    number: t.expose('number', { type: 'EventNumber' }),
    entry: t.string({
      description: 'The entry of the event, in base64.',
      resolve: ({ entry }) => entry.toString('base64'),
    }),
    leafHash: t.string({ description: 'In base64.', resolve: ({ entry }) => leafHash(entry).toString('base64') }),
    proof: t.exposeString('text', { description: 'The proof as c2sp.org/tlog-proof writes it.' }),
  }),
});

builder.queryField('inclusionProof', (t) =>
  t.field({
    type: InclusionProof,
    nullable: true,
    description: 'Null where no checkpoint covers the event yet.',
    complexity: 50,
    args: { number: t.arg({ type: 'EventNumber', required: true }) },
    resolve: async (_, { number }, context) => {
      allowReading(context, 'readProof');
      const { pool, proof } = context;
      const newest = await newestCheckpoint(pool);
      const index = Number(number);
      if (!newest || index >= newest.size) return null;
      const events = await storedBundle(proof, Math.floor(index / tileWidth));
      const event = events?.[index % tileWidth];
      if (!event) return null;
      const path = await inclusionProof(index, newest.size, nodesIn(proof.tree.tile));
      return {
        number: String(index),
        entry: entryOf(event),
        text: entryProofText({ index, path, checkpoint: newest.note }),
      };
    },
  }),
);

builder.mutationField('signCheckpoint', (t) =>
  t.field({
    type: CommandResult,
    description: 'Signs a checkpoint now, without waiting for the next one that is due.',
    args: { command: t.arg({ type: CommandInput, required: true }) },
    resolve: (_, args, context) =>
      answer(context, args.command, async (call) =>
        signNow(context.needs, context.proof, call, await newestCheckpoint(context.pool)),
      ),
  }),
);

builder.mutationField('rotateSigningKey', (t) =>
  t.field({
    type: CommandResult,
    description: 'Signs from now on with a new key. The old one vouches for it and goes on to verify what it signed.',
    args: { command: t.arg({ type: CommandInput, required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => rotateSigningKey(context.needs, call)),
  }),
);
