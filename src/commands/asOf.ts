// Which place of the record somebody asks for: a moment, or the number of an event.
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import { parse } from './call.ts';

const asked = z
  .object({ moment: z.date().nullish(), number: z.string().nullish() })
  .refine(({ moment, number }) => (moment == null) !== (number == null), { error: problem('one_of_two') })
  .transform(({ moment, number }) =>
    moment == null ? { by: 'number' as const, number: number ?? '0' } : { by: 'moment' as const, moment },
  );

/** What was asked for, or `input.invalid` where it is none of the two or both. */
export const parseAsOf = (input: unknown): z.output<typeof asked> => parse(asked, input, 'asOf');
