// Which fields of a set of values change, as they are before and after.

export type Changed<Values> = { before: Partial<Values>; after: Partial<Values> };

/** Values are plain data. */
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields that are asked for and differ; null where none does. */
export const changedFields = <Values extends object>(
  before: Values,
  asked: { [Field in keyof Values]?: Values[Field] | undefined },
): Changed<Values> | null => {
  const names = (Object.keys(asked) as (keyof Values)[]).filter(
    (name) => asked[name] !== undefined && !same(asked[name], before[name]),
  );
  if (names.length === 0) return null;
  const pick = (from: typeof asked): Partial<Values> =>
    Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<Values>;
  return { before: pick(before), after: pick(asked) };
};

/** Values with fields of another set laid over them. */
export const laidOver = <Values extends object>(
  values: Values,
  over: { [Field in keyof Values]?: Values[Field] | undefined },
): Values => ({ ...values, ...Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined)) });
