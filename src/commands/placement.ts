// Which media node a session belongs to: decided on its stream, one epoch after the other.
import { Refusal } from '../domain/kernel.ts';
import { session } from '../domain/sessions/session.ts';
import type { Placement } from '../domain/sessions/state.ts';
import { systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import type { Ctx, Executor } from './execute.ts';
import type { MediaNodes } from './mediaNodes.ts';

const placementOf = async (executor: Executor, sessionId: string): Promise<Placement | null | 'over'> => {
  const { state } = await executor.load(session, sessionId);
  return state.status === 'running' ? state.placement : 'over';
};

const causes = { stopping: 'node_stopping', gone: 'node_lost' } as const;

/**
 * Sees to it that a running session has a media node: places one that has none, and places anew, under the next epoch,
 * one whose node is gone or stopping. Answers where it is then; null where it is nowhere, since no node takes it or the
 * session is over. Several processes may do so at once: the stream takes one placement per epoch.
 */
export const placeSession = async (
  { executor, media }: { executor: Executor; media: MediaNodes },
  sessionId: string,
): Promise<Placement | null> => {
  const before = await placementOf(executor, sessionId);
  if (before === 'over') return null;
  const standing = before ? media.standing(before.node) : null;
  if (standing === 'there') return before;
  const node = media.takers().find((name) => name !== before?.node);
  if (node === undefined) return before;
  const epoch = (before?.epoch ?? 0) + 1;
  const cause = standing ? causes[standing] : 'session_started';
  const ctx: Ctx = {
    actor: systemActor,
    origin: null,
    commandId: derivedId('place', sessionId, String(epoch)),
    asked: null,
  };
  try {
    await executor.execute(session, sessionId, { type: 'PlaceSession', data: { sessionId, node, epoch, cause } }, ctx);
  } catch (error) {
    if (!(error instanceof Refusal && (error.code === 'session.stale_epoch' || error.code === 'session.ended')))
      throw error;
  }
  const after = await placementOf(executor, sessionId);
  return after === 'over' ? null : after;
};
