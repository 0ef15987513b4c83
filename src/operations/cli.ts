// The command line: which commands there are, what they take, and how they explain themselves.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Refusal } from '../domain/kernel.ts';
import { refusals } from '../domain/refusals.ts';
import { CannotStart } from './cannotStart.ts';

export type CommandName =
  | 'up'
  | 'cluster'
  | 'down'
  | 'dev'
  | 'test'
  | 'check'
  | 'serve'
  | 'events'
  | 'access'
  | 'settings'
  | 'rebuild'
  | 'bench'
  | 'seed'
  | 'backup'
  | 'restore'
  | 'migrate-log'
  | 'erasures'
  | 'keys'
  | 'export-log'
  | 'verify'
  | 'verify-export';

/** What was typed: options by name, and what follows them. */
export type Given = {
  text: (name: string) => string | undefined;
  flag: (name: string) => boolean;
  rest: readonly string[];
};

/** Answers the exit code. */
export type Handler = (given: Given) => Promise<number>;

type Option = {
  /** Placeholder of its value; absent for a switch. */
  value?: string;
  help: string;
};

type Command = {
  summary: string;
  /** What follows the options, as shown after the command's name; absent when nothing may. */
  rest?: string;
  options: Record<string, Option>;
};

const data = { value: 'DIR', help: 'Where everything is kept (.hansard/data unless told otherwise).' };

const known: Record<CommandName, Command> = {
  up: {
    summary: 'Start everything, wait until it is ready, and print its address.',
    options: {
      data,
      port: { value: 'N', help: 'Port of the pages and the API (8080).' },
      https: { help: 'Serve other machines too, over HTTPS with a certificate of our own.' },
      announce: { value: 'ADDRESS', help: 'Address or name under which browsers reach this machine; with --https.' },
      detach: { help: 'Return once it is ready, and let it run on.' },
    },
  },
  cluster: {
    summary: 'Start two processes of each role on this machine, for tests; SIGHUP starts them again in turn.',
    options: { data, port: { value: 'N', help: 'Port that the two API processes share (8080).' } },
  },
  down: { summary: 'Stop what "up" or "cluster" started.', options: { data } },
  dev: {
    summary: 'Like "up", starting again by itself when a source file changes.',
    options: {
      data: { value: 'DIR', help: 'Where everything is kept (beside the data of "up", in data-dev).' },
      port: { value: 'N', help: 'Port of the pages and the API (8080).' },
    },
  },
  test: {
    summary: 'Install what the tests need, and run all of them.',
    rest: '[FILE ...]',
    options: {
      soak: { help: 'Run the long ones as well (hours).' },
      store: { value: 'URL', help: 'Test the event store on this EventStoreDB instead of our test node.' },
    },
  },
  check: { summary: 'Check format, types, rules, directions, dead code, and the fast tests.', options: {} },
  serve: {
    summary: 'Run some roles in this process, configured by the environment.',
    options: { roles: { value: 'ROLES', help: 'Of api, projections, jobs, joined by commas; or media, alone.' } },
  },
  events: {
    summary: 'List what is on the record.',
    options: {
      data,
      of: { value: 'ID', help: 'Only of one account, conference or session.' },
      after: { value: 'POSITION', help: 'Only what came after this position.' },
      limit: { value: 'N', help: 'So many at most (100).' },
      json: { help: 'One JSON object per line.' },
    },
  },
  access: {
    summary: 'Show from where the server may be administered, and let an address in.',
    options: {
      data,
      allow: { value: 'ADDRESS', help: 'Put an address or a subnet on the list.' },
      everywhere: { help: 'Let administrators in from every address.' },
    },
  },
  settings: {
    summary: 'Save settings, accounts and conferences to a file under a passphrase, or restore them from one.',
    rest: 'save FILE | restore FILE',
    options: {
      data,
      'passphrase-file': { value: 'FILE', help: 'File with the passphrase, which is asked for otherwise.' },
      save: { value: 'FILE', help: 'Instead, write the settings alone there, as a text that can be read.' },
      apply: { value: 'FILE', help: 'Instead, make the settings those of such a text; say what changes.' },
      'dry-run': { help: 'With restore and --apply: only say what would change.' },
      erasures: { value: 'FILE', help: 'With restore: the erasure ledger; whoever was erased is left out.' },
    },
  },
  rebuild: {
    summary: 'Make read models anew from the log, beside those in use, and tell how they compare.',
    rest: '[READ-MODEL ...]',
    options: { data },
  },
  bench: {
    summary: 'Measure against baselines in the same run, and print the ratios.',
    rest: '[GOAL ...]',
    options: { generate: { value: 'N', help: 'Make a past of N events for reports (1000000).' } },
  },
  seed: { summary: 'Fill a running server with a realistic organisation, through commands.', options: { data } },
  backup: {
    summary: 'Write a consistent backup of a running server into a new directory.',
    rest: 'DIRECTORY',
    options: { data },
  },
  restore: {
    summary: 'Restore a backup into a new data directory, and compare it with what was signed and shown.',
    rest: 'DIRECTORY',
    options: {
      data,
      key: { value: 'KEY', help: 'The public key you know, or a file that holds it.' },
      erasures: { value: 'FILE', help: 'The erasure ledger: what it names is erased in what is restored, too.' },
    },
  },
  erasures: {
    summary: 'Write the erasure ledger: which keys were ever erased, for the restore of older backups.',
    rest: 'FILE',
    options: { data },
  },
  keys: {
    summary: 'Rotate the master key, or keep the keys apart from the server in a file under a passphrase.',
    rest: 'rotate-master | export FILE | import FILE',
    options: { data, 'passphrase-file': { value: 'FILE', help: 'File with the passphrase of export and import.' } },
  },
  'migrate-log': {
    summary: 'Move the log to another store, in either direction. Servers are stopped first; a second run goes on.',
    options: {
      from: { value: 'URL', help: 'Where it is: postgresql://... or esdb://... (the database of the read models).' },
      to: { value: 'URL', help: 'Where it goes: an empty store of either kind (the database of the read models).' },
      database: { value: 'URL', help: 'Where the read models are (DATABASE_URL, --from or --to, or that in --data).' },
      data,
      'without-read-models': { help: 'Compare the events alone, without the vault and what is made from them.' },
      positions: { value: 'FILE', help: 'Write the old and the new position of every event to a file.' },
      'give-up': {
        help: 'Instead, let servers write to --from again, which --to (unless it is lost) has not replaced yet.',
      },
    },
  },
  'export-log': {
    summary: 'Write the signed log into a new directory, with all that others need to check it.',
    rest: 'DIRECTORY',
    options: { data },
  },
  verify: {
    summary: 'Check that an export or a running server holds just what was signed. Needs no server of its own.',
    rest: 'DIRECTORY|URL',
    options: {
      key: { value: 'KEY', help: 'The public key you know, or a file that holds it.' },
      witness: { value: 'FILE', help: 'A checkpoint that somebody else kept, or a directory of such.' },
      event: { value: 'N', help: 'Show the event of this number.' },
      login: { value: 'NAME', help: 'An administrator of the server, where it is one.' },
      'password-file': { value: 'FILE', help: 'File with the password to that.' },
    },
  },
  'verify-export': {
    summary: 'Check that a report that was copied as NDJSON is just what the server signed.',
    rest: 'FILE',
    options: { key: { value: 'KEY', help: 'The public key of the server, or a file that holds it.' } },
  },
};

/** What was typed cannot be understood; the message says why. */
export class BadUsage extends Error {}

export type Terminal = { out: (text: string) => void; err: (text: string) => void };

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
};

const isKnown = (name: string | undefined): name is CommandName => name !== undefined && Object.hasOwn(known, name);

const overview = (handlers: Partial<Record<CommandName, Handler>>): string => {
  const names = Object.keys(known).filter((name): name is CommandName => isKnown(name) && handlers[name] !== undefined);
  const list = columns(names.map((name) => [name, known[name].summary]));
  return `Usage: hansard COMMAND [OPTIONS]\n\n${list}\n"hansard COMMAND --help" tells more about one of them.\n`;
};

const helpOf = (name: CommandName): string => {
  const { summary, rest, options } = known[name];
  const rows = Object.entries(options).map(
    ([option, { value, help }]) => [`--${option}${value ? ` ${value}` : ''}`, help] as const,
  );
  const usage = ['hansard', name, ...(rows.length > 0 ? ['[OPTIONS]'] : []), ...(rest ? [rest] : [])].join(' ');
  return `Usage: ${usage}\n\n${summary}\n\n${columns([...rows, ['--help', 'Show this.']])}`;
};

const parse = (name: CommandName, args: readonly string[]): Given & { help: boolean } => {
  const { options, rest } = known[name];
  const config: ParseArgsConfig['options'] = { help: { type: 'boolean' } };
  for (const [option, { value }] of Object.entries(options)) config[option] = { type: value ? 'string' : 'boolean' };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: config,
      allowPositionals: rest !== undefined,
    });
    return {
      help: values['help'] === true,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      flag: (option) => values[option] === true,
      rest: positionals,
    };
  } catch (error) {
    // Node's sentence first, without its advice on how to escape.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new BadUsage(`${reason}.`, { cause: error });
  }
};

/** What was foreseen is one sentence; what was not needs its stack. */
const sentenceOf = (error: unknown): string => {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof Refusal) return refusals[error.code];
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** A whole number between two bounds, or `BadUsage`. */
export const wholeNumber = (text: string, option: string, min: number, max: number): number => {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new BadUsage(`--${option} takes a whole number from ${min} to ${max}, not "${text}".`);
};

/**
 * Runs one command and answers the exit code: 2 when it was not understood, 1 when it failed. Commands without a
 * handler do not exist.
 */
export const runCli = async (
  handlers: Partial<Record<CommandName, Handler>>,
  [name, ...args]: readonly string[],
  { out, err }: Terminal,
): Promise<number> => {
  if (name === undefined || name === '--help' || name === 'help') {
    out(overview(handlers));
    return name === undefined ? 2 : 0;
  }
  const handler = isKnown(name) ? handlers[name] : undefined;
  if (!isKnown(name) || !handler) {
    err(`There is no command "${name}".\n\n${overview(handlers)}`);
    return 2;
  }
  try {
    const given = parse(name, args);
    if (!given.help) return await handler(given);
    out(helpOf(name));
    return 0;
  } catch (error) {
    if (error instanceof BadUsage) {
      err(`${error.message}\n\n${helpOf(name)}`);
      return 2;
    }
    err(`${sentenceOf(error)}\n`);
    return 1;
  }
};
