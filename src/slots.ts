// Lets so many in at a time; the others wait in line.

export type Slots = {
  /** Answers false when no place is free. */
  tryEnter: () => boolean;
  /** Answers false when no place came free in time. */
  enter: (timeoutMs: number) => Promise<boolean>;
  leave: () => void;
  /** Takes every place as it comes free; settles once nobody else has one. */
  takeAll: () => Promise<void>;
};

export const createSlots = (max: number): Slots => {
  const waiting = new Set<() => void>();
  let taken = 0;
  const tryEnter = (): boolean => {
    if (taken >= max) return false;
    taken += 1;
    return true;
  };
  return {
    tryEnter,
    enter: (timeoutMs) => {
      if (tryEnter()) return Promise.resolve(true);
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
    takeAll: async () => {
      for (let place = 0; place < max; place += 1) {
        if (!tryEnter()) await new Promise<void>((admit) => waiting.add(admit));
      }
    },
  };
};
