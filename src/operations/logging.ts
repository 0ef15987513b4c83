// The server log: structured lines, secrets taken out.
import { pino } from 'pino';

export type ServerLog = {
  info: (message: string, fields?: object) => void;
  warn: (message: string, fields?: object) => void;
  error: (message: string, fields?: object) => void;
};

const secrets = ['password', 'token', 'ticket', 'cookie', 'authorization', 'secret', 'key'];

/** JSON lines on standard output. */
export const serverLog = (level: string, node: string): ServerLog => {
  const logger = pino({
    level,
    base: { node },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  });
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
};
