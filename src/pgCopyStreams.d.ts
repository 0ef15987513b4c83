// What we use of pg-copy-streams, which comes without types.
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** `callback` is set by `pg` where answers have a time-out, and ends the wait. */
  export const to: (sql: string) => Readable & Submittable & { rowCount: number; callback?: () => void };
  export const from: (sql: string) => Writable & Submittable & { rowCount: number };
}
