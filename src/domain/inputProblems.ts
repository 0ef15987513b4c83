// Everything that can be wrong with a single field, with the sentence an English reader gets; other languages translate
// by code. `{limit}` is the number that was not kept.
import { administrativeProblems } from './administrativeProblems.ts';

export const everydayProblems = {
  required: 'This field is needed.',
  too_short: 'Use at least {limit} characters.',
  too_long: 'Use at most {limit} characters.',
  nothing_to_see: 'Write something that can be seen.',
  control_characters: 'Leave out control characters.',
  login_form: 'Use 1 to 64 Latin letters, digits, underscores, hyphens or dots.',
  email_form: 'This is not an e-mail address.',
  sip_form: 'Write it as number, sip:number or #sip:number.',
  cid_form: 'Use 3 to 64 Latin letters, digits, underscores or hyphens.',
  id_form: 'This is not an id: it has to be a UUID.',
  invalid: 'This value is not valid.',
} as const;

// Said to be pure, so that pages which need only one of the two leave the other out.
export const inputProblems = /* @__PURE__ */ Object.assign({}, everydayProblems, administrativeProblems);

export type InputProblemCode = keyof typeof inputProblems;

export const isInputProblemCode = (text: string): text is InputProblemCode => Object.hasOwn(inputProblems, text);

/** A code where zod wants a message. */
export const problem = (code: InputProblemCode): string => code;

/** What is wrong with the field at `path` (joined by dots). */
export type InputProblem = { path: string; code: InputProblemCode; limit: number | null };

/** The English sentence. */
export const problemText = ({ code, limit }: InputProblem): string =>
  inputProblems[code].replace('{limit}', String(limit));
