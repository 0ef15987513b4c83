// What must be off: switched off by a command that was answered, and by nobody being switched on since.

export type Switches = {
  /** To be called before something is switched on; answers what to call once that was answered. */
  turningOn: (id: string) => () => void;
  /** To be called before something is switched off; answers what to call where that was accepted. */
  turningOff: (id: string) => () => void;
  isOff: (id: string) => boolean;
};

type State = { off: boolean; turningOn: number; changes: number };

export const switches = (): Switches => {
  const states = new Map<string, State>();
  const of = (id: string): State => {
    const state = states.get(id) ?? { off: false, turningOn: 0, changes: 0 };
    states.set(id, state);
    return state;
  };
  return {
    turningOn: (id) => {
      const state = of(id);
      state.off = false;
      state.turningOn += 1;
      state.changes += 1;
      return () => void (state.turningOn -= 1);
    },
    turningOff: (id) => {
      const state = of(id);
      const before = state.turningOn === 0 ? state.changes : null;
      return () => {
        if (state.changes === before) state.off = true;
      };
    },
    isOff: (id) => states.get(id)?.off ?? false,
  };
};
