// The one error of operations that a person reads: what is wrong, and what to do about it.

export type CannotStartCode =
  | 'data_directory_unusable'
  | 'data_format_newer'
  | 'data_major_version'
  | 'log_format_newer'
  | 'postgres_failed'
  | 'master_key_unusable'
  | 'no_database'
  | 'redis_unusable'
  | 'event_store_unusable'
  | 'bad_roles'
  | 'log_elsewhere'
  | 'log_not_movable'
  | 'bad_config'
  | 'port_in_use'
  | 'role_failed'
  | 'package_missing'
  | 'backup_unusable'
  | 'export_impossible'
  | 'log_unreadable'
  | 'keys_unusable';

/** `message` is one sentence on what is wrong and one on the remedy, fit to be printed without a stack. */
export class CannotStart extends Error {
  readonly code: CannotStartCode;

  constructor(code: CannotStartCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CannotStart';
    this.code = code;
  }
}
