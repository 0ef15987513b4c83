// Files of the whole configuration: that one was saved, and that one was restored.
import type { Command, Decider } from '../kernel.ts';
import { type ConfigurationEvent, configurationEvents } from './events.ts';

/** How many sections, accounts and conferences of a file met which end. */
export type RestoreCounts = { created: number; changed: number; unchanged: number; conflicts: number };

export type ConfigurationCommand =
  | Command<'SaveConfiguration', { fileId: string }>
  | Command<
      'BeginConfigurationRestore',
      { restoreId: string; fileSavedAt: string; accounts: number; conferences: number }
    >
  | Command<'EndConfigurationRestore', { restoreId: string } & RestoreCounts>;

export type Configuration = { status: 'unknown' | 'saved' | 'restoring' | 'restored' };

const decide = ({ type, data, meta }: ConfigurationCommand, { status }: Configuration): ConfigurationEvent[] => {
  const at = meta.now.toISOString();
  switch (type) {
    case 'SaveConfiguration':
      return status === 'unknown' ? [{ type: 'ConfigurationSaved', data: { ...data, savedAt: at } }] : [];
    case 'BeginConfigurationRestore':
      return status === 'unknown' ? [{ type: 'ConfigurationRestoreBegun', data: { ...data, begunAt: at } }] : [];
    case 'EndConfigurationRestore':
      return status === 'restoring' ? [{ type: 'ConfigurationRestoreEnded', data: { ...data, endedAt: at } }] : [];
  }
};

const evolve = (_: Configuration, { type }: ConfigurationEvent): Configuration => {
  switch (type) {
    case 'ConfigurationSaved':
      return { status: 'saved' };
    case 'ConfigurationRestoreBegun':
      return { status: 'restoring' };
    case 'ConfigurationRestoreEnded':
      return { status: 'restored' };
  }
};

export const configuration: Decider<Configuration, ConfigurationCommand, ConfigurationEvent> = {
  category: 'configuration',
  initial: { status: 'unknown' },
  decide,
  evolve,
  vocabulary: configurationEvents,
};
