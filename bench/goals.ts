// Every goal that can be measured, by name; loaded only when asked for.
import type { Goal } from './goal.ts';

export const goals: Readonly<Record<string, () => Promise<Goal>>> = {
  P1a: async () => (await import('./appendPath.ts')).existingStreams,
  'P1a-new': async () => (await import('./appendPath.ts')).newStreams,
  'P1a-esdb': async () => (await import('./eventStoreDb.ts')).esdbAppendPath,
  'catch-up-esdb': async () => (await import('./eventStoreDb.ts')).esdbCatchUp,
  'journey-esdb': async () => (await import('./journey.ts')).journeyOnEventStoreDb,
  'rolling-restart': async () => (await import('./rollingRestart.ts')).restartedInTurn,
  P1b: async () => (await import('./graphqlCommand.ts')).wholeCommand,
  P2: async () => (await import('./graphqlCommand.ts')).unloadedCommand,
  P4: async () => (await import('./visibility.ts')).idleVisibility,
  'P4-load': async () => (await import('./visibility.ts')).loadedVisibility,
  P6: async () => (await import('./reports.ts')).firstPage,
  'P6-deep': async () => (await import('./reports.ts')).deepPage,
  'P6-filtered': async () => (await import('./reports.ts')).filteredPage,
  export: async () => (await import('./reports.ts')).exported,
  P8: async () => (await import('./media/forwarding.ts')).forwarding,
  'P8-process': async () => (await import('./media/forwarding.ts')).beside,
  'P9-2': async () => (await import('./media/joining.ts')).joining(2),
  'P9-5': async () => (await import('./media/joining.ts')).joining(5),
  'P9-10': async () => (await import('./media/joining.ts')).joining(10),
  P10: async () => (await import('./media/memory.ts')).perParticipant,
  P13: async () => (await import('./past.ts')).asOfAnEvent,
  proof: async () => (await import('./verifyLog.ts')).verification,
  backup: async () => (await import('./backup.ts')).backedUp,
  'idle-memory': async () => (await import('./idleMemory.ts')).idleMemory,
};
