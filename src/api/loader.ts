// Many single look-ups of one request become one query.

export type Loader<Value> = (id: string) => Promise<Value>;

const batchMax = 500;

/**
 * Gathers the ids asked for in one turn of the event loop. Answers are not kept: a subscription must see what changed.
 */
export const loader = <Value>(
  fetch: (ids: string[]) => Promise<ReadonlyMap<string, Value>>,
): Loader<Value | undefined> => {
  let open: { ids: Set<string>; values: Promise<ReadonlyMap<string, Value>> } | null = null;

  const begin = () => {
    const ids = new Set<string>();
    const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      open = null;
      return fetch([...ids]);
    });
    return { ids, values };
  };

  return async (id) => {
    if (open === null || open.ids.size >= batchMax) open = begin();
    open.ids.add(id);
    return (await open.values).get(id);
  };
};
