import type { Refused } from '../commands.ts';
import { type MessageId, useT } from '../i18n/locale.tsx';

/** Every refusal code has a text of this id in every language (a test compares them). */
export const refusalId = (code: Refused['code']) => `refusal.${code}` as MessageId;

export const useRefusalText = () => {
  const t = useT();
  return (code: Refused['code']) => t(refusalId(code));
};
