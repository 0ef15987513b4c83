// Given what happened, when this is asked, then that is recorded, or refused, or nothing.
import { strict as assert } from 'node:assert';
import { type Command, type Decider, type Fact, Refusal } from '../../src/domain/kernel.ts';
import type { RefusalCode } from '../../src/domain/refusals.ts';

export const now = new Date('2026-03-01T12:00:00.000Z');
export const at = now.toISOString();
export const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const [anna, boris, clara] = [id(1), id(2), id(3)];

type Ask<Asked> = Asked extends Command<string, unknown> ? Omit<Asked, 'meta'> : never;

/** The past goes through JSON and `parse`, so that each test also proves storage. */
export const given =
  <State, Asked extends Command<string, unknown>, Event extends Fact>({
    decide,
    evolve,
    initial,
    vocabulary,
  }: Decider<State, Asked, Event>) =>
  (...past: Event[]) => {
    const state = past
      .map((event) => vocabulary.parse(JSON.parse(JSON.stringify(event)) as Event))
      .reduce(evolve, initial);
    return {
      state,
      when: (ask: Ask<Asked>, by = anna, moment = now) => {
        const meta = { now: moment, actor: { kind: 'account' as const, id: by }, commandId: id(999) };
        const run = (): Event[] => decide({ ...ask, meta } as Asked, state);
        return {
          then: (...expected: Event[]): void => assert.deepEqual(run(), expected),
          nothing: (): void => assert.deepEqual(run(), []),
          refused: (code: RefusalCode): void =>
            assert.throws(run, (error: unknown) => {
              assert.ok(error instanceof Refusal, String(error));
              assert.equal(error.code, code);
              return true;
            }),
        };
      },
    };
  };
