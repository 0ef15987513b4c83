// What media nodes report becomes commands like any other; a repeat of a fact records nothing.
import type { Actor } from '../domain/kernel.ts';
import { Refusal } from '../domain/kernel.ts';
import type { LegLeftCause, LegQuality } from '../domain/sessions/events.ts';
import { type SessionCommand, session } from '../domain/sessions/session.ts';
import type { Executor } from './execute.ts';

type OfLeg = { participantId: string; legId: string };
/** A fact as media nodes tell it; its command id is the same whenever it is told. */
type Fact = { commandId: string; sessionId: string; epoch: number; at: Date } & (
  | { kind: 'sessionPlaced'; node: string }
  | { kind: 'mediaInterrupted'; node: string; cause: 'worker_died' | 'node_restarted' }
  | ({ kind: 'legConnected' } & OfLeg)
  | ({ kind: 'legLeft'; cause: LegLeftCause; quality: LegQuality | null } & OfLeg)
  | ({ kind: 'screenShareStarted' } & OfLeg)
  | ({ kind: 'screenShareStopped' } & OfLeg)
);
type Ask = { type: SessionCommand['type']; data: SessionCommand['data'] };

const askOf = (fact: Fact): Ask => {
  const { sessionId, epoch, at } = fact;
  switch (fact.kind) {
    case 'sessionPlaced':
      return { type: 'PlaceSession', data: { sessionId, node: fact.node, epoch, cause: 'node_restarted' } };
    case 'mediaInterrupted':
      return { type: 'ReportMediaInterrupted', data: { sessionId, node: fact.node, epoch, cause: fact.cause } };
    case 'legConnected':
      return {
        type: 'ConnectLeg',
        data: { sessionId, participantId: fact.participantId, legId: fact.legId, epoch, at },
      };
    case 'legLeft': {
      const { participantId, legId, cause, quality } = fact;
      return { type: 'LeaveLeg', data: { sessionId, participantId, legId, epoch, cause, quality, at } };
    }
    case 'screenShareStarted':
    case 'screenShareStopped': {
      const { participantId, legId } = fact;
      const type = fact.kind === 'screenShareStarted' ? 'StartScreenShare' : 'StopScreenShare';
      return { type, data: { sessionId, participantId, legId, epoch, at } };
    }
  }
};

/** Refusals after which repeating the report is pointless: the session has moved on without this node. */
const final: ReadonlySet<string> = new Set([
  'session.ended',
  'session.not_found',
  'session.stale_epoch',
  'session.participant_not_found',
  'command.id_reused',
]);

/** Records a fact, or answers `refused` where it came too late to matter; rejects where it should be told again. */
export const recordMediaFact = async (
  executor: Executor,
  node: string,
  fact: Fact,
): Promise<'recorded' | 'refused'> => {
  const actor: Actor = { kind: 'node', id: node };
  try {
    await executor.execute(session, fact.sessionId, askOf(fact), {
      actor,
      origin: null,
      commandId: fact.commandId,
      asked: { kind: fact.kind, epoch: fact.epoch },
    });
    return 'recorded';
  } catch (error) {
    if (error instanceof Refusal && final.has(error.code)) return 'refused';
    throw error;
  }
};
