// Decisions that need a look at the stream before they can be asked for.
import { Refusal } from '../domain/kernel.ts';
import type { Call, Done, Needs } from './call.ts';

const deadlineMs = 2_000;

/**
 * Acts on what `look` saw, at exactly the revision that was seen; looks again where somebody came in between, for two
 * seconds, and then refuses with `command.too_busy`. Who named a revision herself is told `command.conflict` instead.
 */
export const onWhatWasSeen = async <Seen extends { revision: number }>(
  { now }: Pick<Needs, 'now'>,
  call: Call,
  look: () => Promise<Seen>,
  act: (seen: Seen, call: Call) => Promise<Done>,
): Promise<Done> => {
  const deadline = now().getTime() + deadlineMs;
  do {
    const seen = await look();
    try {
      return await act(seen, { ...call, expectedRevision: call.expectedRevision ?? seen.revision });
    } catch (error) {
      const overtaken = error instanceof Refusal && error.code === 'command.conflict';
      if (!overtaken || call.expectedRevision !== undefined) throw error;
    }
  } while (now().getTime() < deadline);
  throw new Refusal('command.too_busy');
};
