// Acts over two streams: a unique name is reserved, the act follows elsewhere, the name is confirmed.
import type { Command, Decider, Fact } from '../domain/kernel.ts';
import type { Reservation, ReservationCommand } from '../domain/reservation.ts';
import { type Needs, step, systemActor } from './call.ts';
import type { Ctx } from './execute.ts';

const reservationMs = 60_000;

export type Name<Event extends Fact> = {
  decider: Decider<Reservation, ReservationCommand, Event>;
  key: string;
  /** Whether the owner's own stream exists, i.e. whether a reservation that lapsed was acted on after all. */
  acted: (ownerId: string) => Promise<boolean>;
};

/**
 * Refuses what the act itself would refuse, before a name is reserved for it. Records nothing. Answers whether this
 * very command acted before.
 */
export const rehearse = async <State, Asked extends Command<string, unknown>, Event extends Fact>(
  { executor }: Needs,
  decider: Decider<State, Asked, Event>,
  id: string,
  ask: { type: Asked['type']; data: Asked['data'] },
  ctx: Ctx,
): Promise<boolean> => (await executor.execute(decider, id, ask, { ...ctx, dryRun: true })).planned === null;

/**
 * Reserves a name for a minute, or refuses with the decider's code. A reservation that lapsed is first looked into:
 * where its owner did act, it is confirmed in the owner's stead.
 */
export const reserveName = async <Event extends Fact>(
  { executor, now }: Needs,
  { decider, key, acted }: Name<Event>,
  ownerId: string,
  ctx: Ctx,
): Promise<void> => {
  const { state } = await executor.load(decider, key);
  let lapsed = false;
  if (state.status === 'reserved' && state.ownerId !== ownerId && state.until <= now()) {
    lapsed = !(await acted(state.ownerId));
    if (!lapsed) {
      const confirm = { type: 'Confirm' as const, data: { key, ownerId: state.ownerId } };
      await executor.execute(decider, key, confirm, step(ctx, `confirm ${state.ownerId}`, systemActor));
    }
  }
  const until = new Date(now().getTime() + reservationMs);
  const reserve = { type: 'Reserve' as const, data: { key, ownerId, until, lapsed } };
  await executor.execute(decider, key, reserve, step(ctx, `reserve ${key}`));
  if (ctx.dryRun) return;
  const { state: held, revision } = await executor.load(decider, key);
  const mine = 'ownerId' in held && held.ownerId === ownerId;
  if (mine && (held.status === 'taken' || held.until > now())) return;
  // A command sent again after a long time was answered as then, but its reservation lapsed in between.
  await executor.execute(decider, key, reserve, step(ctx, `reserve ${key} after ${revision}`));
};

export const confirmName = async <Event extends Fact>(
  { executor }: Needs,
  { decider, key }: Name<Event>,
  ownerId: string,
  ctx: Ctx,
): Promise<void> => {
  await executor.execute(decider, key, { type: 'Confirm', data: { key, ownerId } }, step(ctx, `confirm ${key}`));
};

/** Frees a name; `blockedUntil` keeps others from taking it before that time. */
export const releaseName = async <Event extends Fact>(
  { executor }: Needs,
  { decider, key }: Name<Event>,
  ownerId: string,
  blockedUntil: Date | null,
  ctx: Ctx,
): Promise<void> => {
  const release = { type: 'Release' as const, data: { key, ownerId, blockedUntil } };
  await executor.execute(decider, key, release, step(ctx, `release ${key}`));
};
