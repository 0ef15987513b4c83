// Which processes of this server run now, told by a beat of each. Telemetry for placing work, never the record.
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { migrateSchema } from '../commands/postgresMigrate.ts';
import type { Connection } from '../projections/readDatabase.ts';
import { steadyPool } from '../steadyPool.ts';

const beatMs = 1_000;
/** A node that has not beaten for so long, while its reader saw the others all the time, is gone. */
const silentMs = 3_500;
/** A reader that could not look for so long knows nothing about anybody any more. */
const blindMs = 2_500;
const forgetMs = 60_000;
const rowsMax = 1_000;

// Unlogged: after a crash of the database it is empty, and whoever runs tells it again.
const steps = [
  `create unlogged table nodes.node (
     instance uuid primary key, name text not null, roles text not null, beat bigint not null,
     host text, port int, load int not null, stopping boolean not null, presence bigint not null
   );
   create unlogged table nodes.presence (
     instance uuid not null references nodes.node on delete cascade, account_id uuid not null,
     primary key (instance, account_id)
   );`,
  'alter table nodes.node add column reads boolean not null default true',
];

/** What a process says about itself. */
export type Announcement = {
  name: string;
  roles: readonly string[];
  /** Where it serves signalling to API processes; null for all but media nodes. */
  signalling: { host: string; port: number } | null;
  /** How much it has to do, to compare it with others of its kind. */
  load: () => number;
  /** Whether it can read the record now; one that says nothing can. */
  reads?: () => boolean;
};

type Row = {
  instance: string;
  name: string;
  roles: string;
  beat: string;
  host: string | null;
  port: number | null;
  load: number;
  stopping: boolean;
  presence: string;
  reads: boolean;
};

export type NodeSeen = {
  instance: string;
  name: string;
  roles: readonly string[];
  signalling: { host: string; port: number } | null;
  load: number;
  /** It takes nothing new. */
  stopping: boolean;
  /** Seen to beat; otherwise it is just not known to be gone. */
  proved: boolean;
  /** Moves when the people it says are online change. */
  presence: string;
  /** Whether it says that it can read the record, and for how long it was seen to say so all the time. */
  reads: boolean;
  readsSameForMs: number;
};

export type NodeRegistry = {
  /** This process. */
  instance: string;
  /** Those not known to be gone, as of the last look, which is about a second old. */
  nodes: () => readonly NodeSeen[];
  /** Whether all nodes were watched for long enough to say who is gone. */
  steady: () => boolean;
  /** Calls back after every look, until the answer is called. A callback that takes long delays the next look. */
  onLook: (heed: () => Promise<void>) => () => void;
  /** Says that this node takes nothing new; settles once the others have had time to read it. */
  leave: () => Promise<void>;
  /** Stops beating and takes this process off the list. */
  close: () => Promise<void>;
};

export type RegistryNeeds = {
  connection: Connection;
  newId: () => string;
  self: Announcement;
  log: (message: string, fields: object) => void;
  /** Another process has begun to run under this name and these roles. */
  replaced?: () => void;
};

/** Pool of one connection for what nodes tell each other. */
const openPool = (connection: Connection, log: RegistryNeeds['log']): Pool => {
  const limits = { max: 1, connectionTimeoutMillis: 2_000, answerTimeoutMs: 2_000, keepAlive: true };
  const config = { ...connection, ...limits, application_name: 'hansard-nodes' };
  return steadyPool(config, (error) => log('connection of the node registry lost', { reason: error.message }));
};

type Watched = { beat: string; movedMs: number; proved: boolean; reads: boolean; readsSinceMs: number };

/** Tells nodes that beat from silent ones, by this process's own clock alone. */
const watching = () => {
  const known = new Map<string, Watched>();
  let steadySinceMs = performance.now();
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    /** Nothing that was seen before counts, since it may have gone on unseen. */
    blind: (): void => {
      steadySinceMs = performance.now();
      for (const each of known.values()) each.movedMs = each.readsSinceMs = steadySinceMs;
    },
    steady: (): boolean => performance.now() - steadySinceMs >= silentMs,
    look: (rows: readonly Row[]): void => {
      const nowMs = performance.now();
      const first = lookedMs === Number.NEGATIVE_INFINITY;
      for (const { instance, beat, reads } of rows) {
        const before = known.get(instance);
        const readsSinceMs = before?.reads === reads ? before.readsSinceMs : nowMs;
        const said = { beat, reads, readsSinceMs };
        if (!before) known.set(instance, { ...said, movedMs: nowMs, proved: !first });
        else if (before.beat !== beat) known.set(instance, { ...said, movedMs: nowMs, proved: true });
      }
      for (const instance of known.keys()) if (!rows.some((row) => row.instance === instance)) known.delete(instance);
      lookedMs = nowMs;
    },
    /** As of the last look: its successor may be on the list by the next one. */
    silentForMs: (instance: string): number => lookedMs - (known.get(instance)?.movedMs ?? lookedMs),
    proved: (instance: string): boolean => known.get(instance)?.proved ?? false,
    readsSameForMs: (instance: string): number => lookedMs - (known.get(instance)?.readsSinceMs ?? lookedMs),
    missed: (): boolean => performance.now() - lookedMs > blindMs,
  };
};

const seen = ({ host, port, roles, ...row }: Row, watch: ReturnType<typeof watching>): NodeSeen => ({
  ...row,
  roles: roles.split(','),
  signalling: host !== null && port !== null ? { host, port } : null,
  proved: watch.proved(row.instance),
  readsSameForMs: watch.readsSameForMs(row.instance),
});

/** One statement, every second: the row of this process is read as it was before. */
const beatAndLook = `
  with beaten as (
    update nodes.node set beat = beat + 1, load = $2, stopping = $3, reads = $4 where instance = $1 returning instance
  )
  select instance, name, roles, beat, host, port, load, stopping, presence, reads, exists (select from beaten) as listed
  from nodes.node order by name, roles, instance limit ${rowsMax}`;

/** This process on the list that all share. */
const placeOnList = (pool: Pool, instance: string, self: Announcement) => {
  const roles = self.roles.join(',');
  const reads = (): boolean => self.reads?.() ?? true;
  let stopping = false;
  return {
    leave: (): void => {
      stopping = true;
    },
    announce: async (): Promise<void> => {
      const { host, port } = self.signalling ?? { host: null, port: null };
      // The row of an earlier life of this node goes with the same statement.
      await pool.query(
        `with earlier as (delete from nodes.node where name = $2 and roles = $3 and instance <> $1)
         insert into nodes.node values ($1, $2, $3, 0, $4, $5, $6, $7, 0, $8) on conflict do nothing`,
        [instance, self.name, roles, host, port, self.load(), stopping, reads()],
      );
    },
    /** Answers whether this process is still on the list, and whether another one has its name there. */
    beat: async (): Promise<{ rows: Row[]; listed: boolean; replaced: boolean }> => {
      const { rows } = await pool.query<Row & { listed: boolean }>({
        name: 'beat',
        text: beatAndLook,
        values: [instance, self.load(), stopping, reads()],
      });
      const replaced = rows.some((row) => row.name === self.name && row.roles === roles && row.instance !== instance);
      const listed = rows.some((row) => row.listed);
      return { rows, listed, replaced: !listed && replaced };
    },
    remove: async (instances: readonly string[]): Promise<void> => {
      if (instances.length > 0) await pool.query('delete from nodes.node where instance = any($1)', [instances]);
    },
  };
};

/** Does `turn` again and again, one at a time; `failed` hears of the first failure in a row. */
const repeating = (turn: () => Promise<void>, failed: (error: unknown) => void) => {
  let running: Promise<void> | null = null;
  let closed = false;
  let reached = true;
  const timer = setInterval(() => {
    running ??= turn()
      .then(() => {
        reached = true;
      })
      .catch((error: unknown) => {
        if (reached && !closed) failed(error);
        reached = false;
      })
      .finally(() => {
        running = null;
      });
  }, beatMs);
  return async (): Promise<void> => {
    closed = true;
    clearInterval(timer);
    await running;
  };
};

/** Begins to beat; settles once this process is on the list. */
export const joinNodes = async ({ connection, newId, self, log, replaced }: RegistryNeeds): Promise<NodeRegistry> => {
  await migrateSchema(connection, 'nodes', steps);
  const instance = newId();
  const pool = openPool(connection, log);
  const watch = watching();
  const list = placeOnList(pool, instance, self);
  const heeding = new Set<() => Promise<void>>();
  let rows: Row[] = [];

  const look = async (): Promise<void> => {
    if (watch.missed()) watch.blind();
    const seen = await list.beat().catch((error: unknown) => {
      watch.blind();
      throw error;
    });
    rows = seen.rows;
    // The database has crashed and the list is new, or somebody took our place in it.
    if (!seen.listed) watch.blind();
    if (seen.replaced) {
      log('another process runs under the name of this node: give each its own HANSARD_NODE', { node: self.name });
      return replaced?.();
    }
    if (!seen.listed) await list.announce();
    watch.look(rows);
  };
  const turn = async (): Promise<void> => {
    await look();
    await list.remove(rows.map((row) => row.instance).filter((each) => watch.silentForMs(each) > forgetMs));
    for (const heed of heeding) await heed();
  };

  await list.announce();
  await look();
  const stop = repeating(turn, (error) => log('the node registry cannot be reached', { reason: String(error) }));
  return {
    instance,
    nodes: () => rows.filter((row) => watch.silentForMs(row.instance) < silentMs).map((row) => seen(row, watch)),
    steady: () => watch.steady() && !watch.missed(),
    onLook: (heed) => {
      heeding.add(heed);
      return () => heeding.delete(heed);
    },
    leave: async () => {
      list.leave();
      await list.beat().catch(() => undefined); // A database that is away tells nobody.
      await delay(beatMs * 1.5);
    },
    close: async () => {
      await stop();
      await list.remove([instance]).catch(() => undefined);
      await pool.end();
    },
  };
};
