// How an address says by what a list is sorted: `start`, or `-start` for descending.

/** The key and direction that the address means, from those there are; else the first one, descending. */
export const sortOf = <Key extends string>(
  asked: string | undefined,
  keys: readonly (readonly [name: string, key: Key])[],
): { by: Key; direction: 'ASCENDING' | 'DESCENDING' } => {
  const descending = asked?.startsWith('-') ?? true;
  const name = asked?.replace('-', '');
  const known = keys.find(([each]) => each === name);
  const [first] = keys;
  if (!first) throw new Error('Nothing to sort by');
  return known
    ? { by: known[1], direction: descending ? 'DESCENDING' : 'ASCENDING' }
    : { by: first[1], direction: 'DESCENDING' };
};
