// Acts over two streams: a unique name is reserved, the act follows elsewhere, the name is confirmed; or it is swept.
import { type Command, type Decider, type Fact, Refusal } from '../domain/kernel.ts';
import { isOver, type Reservation, type ReservationCommand } from '../domain/reservation.ts';
import { type Needs, step, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import type { Ctx } from './execute.ts';

const reservationMs = 60_000;

/** What an owner's own stream says of a name: whether it is the owner's; where not, until when nobody else gets it. */
export type Claim = { acted: true } | { acted: false; blockedUntil: Date | null };

export type Name<Event extends Fact> = {
  decider: Decider<Reservation, ReservationCommand, Event>;
  key: string;
  /** Whether a reservation was acted on after all, by an owner that lives. */
  claimOf: (ownerId: string) => Promise<Claim>;
};

/** Whether a name is refused because somebody else has it. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Refusal && (error.code === 'account.login_taken' || error.code === 'conference.cid_taken');

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

/** Puts on the record what came of a reservation that lapsed: it is its owner's for good, or nobody's. */
const settleLapsed = async <Event extends Fact>(
  { executor }: Needs,
  { decider, key }: Name<Event>,
  ownerId: string,
  claim: Claim,
  ctx: Ctx,
): Promise<void> => {
  const ask = claim.acted
    ? { type: 'Confirm' as const, data: { key, ownerId } }
    : { type: 'Lapse' as const, data: { key, ownerId, blockedUntil: claim.blockedUntil } };
  await executor.execute(decider, key, ask, step(ctx, `${ask.type} ${ownerId}`, systemActor));
};

/**
 * Settles a reservation that lapsed, since its server died on the way, before anybody else asks for the name. One that
 * was confirmed or reserved anew by then is left alone; a repeat does no harm.
 */
export const sweepName = async <Event extends Fact>(needs: Needs, name: Name<Event>): Promise<void> => {
  const { decider, key } = name;
  const { state, revision } = await needs.executor.load(decider, key);
  if (!isOver(state, needs.now())) return;
  const claim = await name.claimOf(state.ownerId);
  const commandId = derivedId('sweep name', decider.category, key, String(revision));
  const ctx: Ctx = { actor: systemActor, origin: null, commandId, asked: null };
  try {
    await settleLapsed(needs, name, state.ownerId, claim, ctx);
  } catch (error) {
    if (!isTaken(error)) throw error; // It acted just after another had looked, and takes it once more by itself.
  }
};

/**
 * Reserves a name for a minute, or refuses with the decider's code. A reservation that lapsed is first looked into:
 * where its owner did act, it is confirmed in the owner's stead.
 */
export const reserveName = async <Event extends Fact>(
  needs: Needs,
  name: Name<Event>,
  ownerId: string,
  ctx: Ctx,
): Promise<void> => {
  const { executor, now } = needs;
  const { decider, key } = name;
  const { state } = await executor.load(decider, key);
  let lapsed = false;
  if (isOver(state, now()) && state.ownerId !== ownerId) {
    const claim = await name.claimOf(state.ownerId);
    lapsed = !claim.acted && claim.blockedUntil === null;
    if (!lapsed) await settleLapsed(needs, name, state.ownerId, claim, ctx);
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

const confirmName = async <Event extends Fact>(
  { executor }: Needs,
  { decider, key }: Name<Event>,
  ownerId: string,
  ctx: Ctx,
): Promise<void> => {
  await executor.execute(decider, key, { type: 'Confirm', data: { key, ownerId } }, step(ctx, `confirm ${key}`));
};

/**
 * Confirms a name of one that acted on it, and takes it once more where it was let go meanwhile: who acts late, or does
 * what follows from something earlier, may find it swept. False where it is another's.
 */
export const holdName = async <Event extends Fact>(
  needs: Needs,
  name: Name<Event>,
  ownerId: string,
  ctx: Ctx,
): Promise<boolean> => {
  try {
    await confirmName(needs, name, ownerId, ctx);
    return true;
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const again = step(ctx, 'once more', systemActor);
  try {
    await reserveName(needs, name, ownerId, again);
    const claim = await name.claimOf(ownerId);
    // Whose end was seen to before that lets go of it here, or nobody would.
    if (claim.acted) await confirmName(needs, name, ownerId, again);
    else await releaseName(needs, name, ownerId, claim.blockedUntil, again);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
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
