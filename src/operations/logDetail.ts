// Whether the server log holds details is a setting, heeded by every process within seconds.
import { setTimeout as delay } from 'node:timers/promises';
import { diagnosticSettings } from '../domain/settings/settings.ts';
import type { DetailedLog } from './logging.ts';
import type { OpenLog } from './openLog.ts';

const lookMs = 2_000;

/** Follows the setting until `signal` is aborted; while nobody can say what it is, it stays. */
export const followLogDetail = async (
  { needs }: Pick<OpenLog, 'needs'>,
  log: DetailedLog,
  signal: AbortSignal,
): Promise<void> => {
  let before = false;
  while (!signal.aborted) {
    const detailed = await needs.executor.load(diagnosticSettings, 'diagnostics').then(
      ({ state }) => state.detailedLog,
      () => before,
    );
    if (detailed !== before) {
      log.setDetailed(detailed);
      log.info(detailed ? 'details are logged from here on' : 'details are logged no more');
    }
    before = detailed;
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
};
