// Chance that repeats: everything a simulation leaves open is drawn from one seed.

export type Chance = {
  /** From 0 up to, but not including, `below`. */
  int: (below: number) => number;
  /** True in that part (0 to 1) of all cases. */
  is: (share: number) => boolean;
  pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
  /** One of them, or undefined where there is none. */
  some: <Item>(items: readonly Item[]) => Item | undefined;
  uuid: () => string;
};

/** mulberry32: 32 bits of state, good enough to shuffle with. */
const numbersOf = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

export const chanceOf = (seed: number): Chance => {
  const next = numbersOf(seed);
  const int = (below: number): number => Math.floor((next() / 2 ** 32) * below);
  const some = <Item>(items: readonly Item[]): Item | undefined => items[int(items.length)];
  const hex = (digits: number): string => Array.from({ length: digits }, () => int(16).toString(16)).join('');
  return {
    int,
    some,
    is: (share) => next() / 2 ** 32 < share,
    pick: (items) => some(items) ?? items[0],
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
};
