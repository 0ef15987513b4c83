// Lets so many in at a time; the others wait in line.

export type Slots = {
  /** Answers false when no place came free in time. */
  enter: (timeoutMs: number) => Promise<boolean>;
  leave: () => void;
};

export const createSlots = (max: number): Slots => {
  const waiting = new Set<() => void>();
  let taken = 0;
  return {
    enter: (timeoutMs) => {
      if (taken < max) {
        taken += 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(admit);
          resolve(false);
        }, timeoutMs);
        const admit = () => {
          clearTimeout(timer);
          resolve(true);
        };
        waiting.add(admit);
      });
    },
    leave: () => {
      for (const admit of waiting) {
        waiting.delete(admit); // The place goes on to the next in line.
        return admit();
      }
      taken -= 1;
    },
  };
};
