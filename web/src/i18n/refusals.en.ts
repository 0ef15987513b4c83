// The sentences of the server itself, under the names that GraphQL gives to the codes.
import { everydayProblems } from '../../../src/domain/inputProblems.ts';
import { everydayRefusals } from '../../../src/domain/refusals.ts';

export type RefusalId<Code extends string> = Code extends `${infer Context}.${infer Reason}`
  ? `refusal.${Uppercase<Context>}_${Uppercase<Reason>}`
  : never;
export type RefusalSentences<Codes extends object> = Record<RefusalId<keyof Codes & string>, string>;
export type ProblemSentences<Codes extends object> = Record<`problem.${Uppercase<keyof Codes & string>}`, string>;
export type RefusalTexts = RefusalSentences<typeof everydayRefusals> &
  ProblemSentences<typeof everydayProblems> & {
    'refusal.UNREACHABLE': string;
    'refusal.FAULT': string;
  };

/** Texts by the ids that pages know them by. */
export const refusalSentences = <Codes extends object>(texts: Codes): RefusalSentences<Codes> =>
  Object.fromEntries(
    Object.entries(texts).map(([code, text]) => [`refusal.${code.replace('.', '_').toUpperCase()}`, text as string]),
  ) as RefusalSentences<Codes>;

/** Texts by the ids that pages know them by. */
export const problemSentences = <Codes extends object>(texts: Codes): ProblemSentences<Codes> =>
  Object.fromEntries(
    Object.entries(texts).map(([code, text]) => [`problem.${code.toUpperCase()}`, text as string]),
  ) as ProblemSentences<Codes>;

export default {
  ...refusalSentences(everydayRefusals),
  ...problemSentences(everydayProblems),
  'refusal.UNREACHABLE':
    'The server did not answer. Your change may or may not have arrived; try again, it will not be done twice.',
  'refusal.FAULT': 'The server could not do this. Try again; if it stays so, tell your administrator.',
} satisfies RefusalTexts;
