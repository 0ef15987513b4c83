import type { Refused } from '../commands.ts';
import { type MessageId, useT } from '../i18n/locale.tsx';

/** Every refusal code has a text of this id in every language (a test compares them). */
export const refusalId = (code: Refused['code']) => `refusal.${code}` as MessageId;

type Problem = Refused['problems'][number];

/** Says what is wrong with a field; each code has a text of this id in every language. */
export const useProblemText = () => {
  const t = useT();
  return ({ code, limit }: Problem) => t(`problem.${code}`, { limit: limit ?? 0 });
};

export const useRefusalText = () => {
  const t = useT();
  return (code: Refused['code']) => t(refusalId(code));
};
