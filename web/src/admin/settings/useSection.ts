import { useCallback, useState } from 'react';

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Values as they are saved, with what was changed here laid over them until it is saved or reverted. */
export const useSection = <Values extends object>(saved: Values) => {
  const [edited, setEdited] = useState<Partial<Values>>({});
  const change = useCallback((patch: Partial<Values>) => setEdited((before) => ({ ...before, ...patch })), []);
  const revert = useCallback(() => setEdited({}), []);
  const changed = Object.fromEntries(
    (Object.keys(edited) as (keyof Values)[])
      .filter((field) => !same(edited[field], saved[field]))
      .map((field) => [field, edited[field]]),
  ) as Partial<Values>;
  return { values: { ...saved, ...edited }, changed, dirty: Object.keys(changed).length > 0, change, revert };
};
