// The sentences of the server itself, under the names that GraphQL gives to the codes.
import { type InputProblemCode, inputProblems } from '../../../src/domain/inputProblems.ts';
import { type RefusalCode, refusals } from '../../../src/domain/refusals.ts';

type GraphName<Code extends string> = Code extends `${infer Context}.${infer Reason}`
  ? `refusal.${Uppercase<Context>}_${Uppercase<Reason>}`
  : never;
type ProblemTexts = Record<`problem.${Uppercase<InputProblemCode>}`, string>;
export type RefusalTexts = Record<GraphName<RefusalCode>, string> &
  ProblemTexts & {
    'refusal.UNREACHABLE': string;
    'refusal.FAULT': string;
  };

export default {
  ...(Object.fromEntries(
    Object.entries(refusals).map(([code, text]) => [`refusal.${code.replace('.', '_').toUpperCase()}`, text]),
  ) as Record<GraphName<RefusalCode>, string>),
  ...(Object.fromEntries(
    Object.entries(inputProblems).map(([code, text]) => [`problem.${code.toUpperCase()}`, text]),
  ) as ProblemTexts),
  'refusal.UNREACHABLE':
    'The server did not answer. Your change may or may not have arrived; try again, it will not be done twice.',
  'refusal.FAULT': 'The server could not do this. Try again; if it stays so, tell your administrator.',
} satisfies RefusalTexts;
