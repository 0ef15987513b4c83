// Sets of ids that states may hold: adding leaves the set it is added to as it was, and costs the same for big ones.

const fanOut = 256;

/** Three levels: by the last two hexadecimal digits of an id, by the two before them, then a few ids each. */
export type IdSet = readonly (readonly (readonly string[] | undefined)[] | undefined)[];

export const noIds: IdSet = [];

// Ids that follow from the time begin alike and end at random.
const placeOf = (id: string): [number, number] => [
  Number.parseInt(id.slice(-2), 16) % fanOut,
  Number.parseInt(id.slice(-4, -2), 16) % fanOut,
];

const replaced = <Value>(values: readonly (Value | undefined)[], index: number, value: Value) =>
  values.length === 0
    ? Array.from({ length: fanOut }, (_, at) => (at === index ? value : undefined))
    : values.with(index, value);

/** Whether the set holds this UUID. */
export const hasId = (ids: IdSet, id: string): boolean => {
  const [first, second] = placeOf(id);
  return ids[first]?.[second]?.includes(id) ?? false;
};

/** The set with this UUID in it, too. */
export const withId = (ids: IdSet, id: string): IdSet => {
  if (hasId(ids, id)) return ids;
  const [first, second] = placeOf(id);
  const within = ids[first] ?? [];
  return replaced(ids, first, replaced(within, second, [...(within[second] ?? []), id]));
};
