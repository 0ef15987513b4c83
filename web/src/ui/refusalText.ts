import type { Refused } from '../commands.ts';
import type { Failure } from '../graphql.ts';
import { type MessageId, useT } from '../i18n/locale.tsx';

/** Every refusal code has a text of this id in every language (a test compares them). */
export const refusalId = (code: Refused['code']) => `refusal.${code}` as MessageId;

type Problem = Refused['problems'][number];

/** Says what is wrong with a field; each code has a text of this id in every language. */
export const useProblemText = () => {
  const t = useT();
  return ({ code, limit }: Problem) => t(`problem.${code}`, { limit: limit ?? 0 });
};

/** Why nothing can be shown, and what is wrong with each field of what was asked. */
export const useFailureText = () => {
  const t = useT();
  const problem = useProblemText();
  return (failure: Failure): string => {
    if (failure.kind === 'refused') return [t(refusalId(failure.code)), ...failure.problems.map(problem)].join(' ');
    if (failure.kind === 'unreachable') return t('state.unreachable.text');
    return failure.state === null ? t('state.failed.text', { message: failure.message }) : t(`state.${failure.state}`);
  };
};
