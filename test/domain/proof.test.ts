import { describe, test } from 'vitest';
import { checkpoint } from '../../src/domain/proof/checkpoint.ts';
import type { CheckpointEvent, SigningKeyEvent } from '../../src/domain/proof/events.ts';
import { signingKey } from '../../src/domain/proof/signingKey.ts';
import { anna, at, given, id, now } from './given.ts';

const serverId = id(80);

describe('a checkpoint', () => {
  const past = given(checkpoint);
  const tree = { serverId, size: 10, root: 'root', note: 'note', verifierKey: 'one' };
  const sign = (change: object = {}) => ({
    type: 'SignCheckpoint' as const,
    data: { ...tree, notWithinMs: 60_000, ...change },
  });
  const signed = (change: object = {}): CheckpointEvent => ({
    type: 'CheckpointSigned',
    data: { ...tree, signedAt: at, ...change },
  });
  const later = new Date(now.getTime() + 60_000);

  test('is signed', () => void past().when(sign()).then(signed()));
  test('is not signed again within a minute', () => {
    past(signed())
      .when(sign({ size: 11 }))
      .nothing();
  });
  test('is signed again a minute later, or at once where somebody asks for it', () => {
    past(signed())
      .when(sign({ size: 11 }), anna, later)
      .then(signed({ size: 11, signedAt: later.toISOString() }));
    past(signed())
      .when(sign({ size: 11, notWithinMs: 0 }))
      .then(signed({ size: 11 }));
  });
  test('of the same size says nothing new, except with a new key', () => {
    past(signed())
      .when(sign({ notWithinMs: 0 }))
      .nothing();
    past(signed())
      .when(sign({ notWithinMs: 0, verifierKey: 'two' }))
      .then(signed({ verifierKey: 'two' }));
  });
  test('of a smaller size is never signed', () => {
    past(signed())
      .when(sign({ size: 9, verifierKey: 'two', notWithinMs: 0 }))
      .nothing();
  });

  const alteration = { type: 'RecordAlteration' as const, data: { serverId, number: 3, reason: 'Event 3 differs.' } };
  const found: CheckpointEvent = {
    type: 'LogAlterationFound',
    data: { serverId, number: 3, reason: 'Event 3 differs.', foundAt: at },
  };
  const verify = { type: 'RecordVerified' as const, data: { serverId, size: 10, root: 'root' } };
  const verified: CheckpointEvent = {
    type: 'LogVerified',
    data: { serverId, size: 10, root: 'root', verifiedAt: at },
  };

  test('that does not fit is said once, until all was in order again', () => {
    past(signed()).when(alteration).then(found);
    past(found).when(alteration).nothing();
    past(found, verified).when(alteration).then(found);
  });
  test('that fits is said each time', () => {
    past(verified).when(verify).then(verified);
  });
});

describe('a signing key', () => {
  const past = given(signingKey);
  const adopted = (n: number): SigningKeyEvent => ({
    type: 'SigningKeyAdopted',
    data: { serverId, keyId: id(80 + n), verifierKey: `key ${n}`, endorsement: null, adoptedAt: at },
  });
  const adopt = (n: number, previous: string | null) => ({
    type: 'AdoptSigningKey' as const,
    data: { serverId, keyId: id(80 + n), verifierKey: `key ${n}`, endorsement: null, previous },
  });

  test('follows the one it replaces', () => {
    past().when(adopt(1, null)).then(adopted(1));
    past(adopted(1))
      .when(adopt(2, id(81)))
      .then(adopted(2));
  });
  test('of whoever comes second is dropped', () => {
    past(adopted(1)).when(adopt(2, null)).nothing();
    past(adopted(1), adopted(2))
      .when(adopt(3, id(81)))
      .nothing();
  });
});
