// What media nodes report becomes commands like any other; a repeat of a fact records nothing.
import { Refusal } from '../domain/kernel.ts';
import { type SessionCommand, session } from '../domain/sessions/session.ts';
import type { Executor } from './execute.ts';

/** One report: the session command it amounts to and an id that the same fact always has. */
export type MediaReport = {
  commandId: string;
  ask: {
    [Type in SessionCommand['type']]: { type: Type; data: Extract<SessionCommand, { type: Type }>['data'] };
  }['PlaceSession' | 'ReportMediaInterrupted' | 'ConnectLeg' | 'LeaveLeg' | 'StartScreenShare' | 'StopScreenShare'];
};

/** Refusals after which repeating the report is pointless: the session has moved on without this node. */
const final: ReadonlySet<string> = new Set([
  'session.ended',
  'session.not_found',
  'session.stale_epoch',
  'session.participant_not_found',
  'command.id_reused',
]);

/** Records a fact. Answers false where it came too late to matter; rejects where the node should report it again. */
export const recordMediaFact = async (
  executor: Executor,
  node: string,
  { commandId, ask }: MediaReport,
): Promise<boolean> => {
  const ctx = { actor: { kind: 'node' as const, id: node }, origin: null, commandId, asked: null };
  try {
    await executor.execute(session, ask.data.sessionId, ask, ctx);
    return true;
  } catch (error) {
    if (error instanceof Refusal && final.has(error.code)) return false;
    throw error;
  }
};
