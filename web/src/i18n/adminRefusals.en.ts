// The sentences of the server that only administrators meet.
import { administrativeProblems } from '../../../src/domain/administrativeProblems.ts';
import { administrativeRefusals } from '../../../src/domain/administrativeRefusals.ts';
import { type ProblemSentences, problemSentences, type RefusalSentences, refusalSentences } from './refusals.en.ts';

export type AdminRefusalTexts = RefusalSentences<typeof administrativeRefusals> &
  ProblemSentences<typeof administrativeProblems>;

export default {
  ...refusalSentences(administrativeRefusals),
  ...problemSentences(administrativeProblems),
} satisfies AdminRefusalTexts;
