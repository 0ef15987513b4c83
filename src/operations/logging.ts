// The server log: structured lines, secrets taken out.
import { multistream, pino } from 'pino';
import { journalDirectory, journalOf, processNameOf } from './journal.ts';

export type ServerLog = {
  info: (message: string, fields?: object) => void;
  warn: (message: string, fields?: object) => void;
  error: (message: string, fields?: object) => void;
};

export type DetailedLog = ServerLog & {
  /** Only where the details are switched on. */
  debug: (message: string, fields?: object) => void;
  /** Switches the details on or off. */
  setDetailed: (on: boolean) => void;
};

const secrets = ['password', 'token', 'ticket', 'cookie', 'authorization', 'secret', 'key'];

/**
 * JSON lines on standard output and, with `kept`, in bounded files below the data directory. `run` tells two lives of
 * one process apart.
 */
export const serverLog = (
  level: string,
  node: string,
  kept: { dataDir: string; roles: string; run: string } | null = null,
): DetailedLog => {
  let seq = 0;
  const journal = kept && journalOf(journalDirectory(kept.dataDir), processNameOf(node, kept.roles));
  const streams = [
    { level: 'trace' as const, stream: pino.destination({ fd: 1, sync: true }) },
    ...(journal ? [{ level: 'trace' as const, stream: journal }] : []),
  ];
  const logger = pino(
    {
      level,
      base: { node, ...(kept && { roles: kept.roles, run: kept.run }) },
      ...(kept && { mixin: () => ({ seq: (seq += 1) }) }),
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    multistream(streams),
  );
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    setDetailed: (on) => {
      logger.level = on ? 'debug' : level;
    },
  };
};
