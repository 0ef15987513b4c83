// Who is online at the other processes with the API: each tells the database whom it sees, and reads what changed.
import type { Presence } from '../api/presence.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import type { NodeRegistry } from './nodeRegistry.ts';

const idsMax = 100_000;

const tellChanges = `
  with gone as (delete from nodes.presence where instance = $1 and account_id = any($2::uuid[])),
       come as (
         insert into nodes.presence (instance, account_id) select $1, unnest($3::uuid[]) on conflict do nothing
       )
  update nodes.node set presence = presence + 1 where instance = $1 returning presence`;

type Heard = { presence: string; ids: readonly string[] };

/** Tells and hears at every look of the registry; the answer ends it. */
export const sharePresence = (registry: NodeRegistry, pool: ReadPool, presence: Presence): (() => void) => {
  let told = new Set<string>();
  let version = '0';
  const heard = new Map<string, Heard>();

  const tell = async (): Promise<void> => {
    const self = registry.nodes().find(({ instance }) => instance === registry.instance);
    if (!self) return;
    if (self.presence !== version) told = new Set(); // The database has crashed and the list is new.
    const here = new Set(presence.hereIds().slice(0, idsMax));
    const gone = [...told].filter((id) => !here.has(id));
    const come = [...here].filter((id) => !told.has(id));
    if (gone.length === 0 && come.length === 0) return;
    const { rows } = await pool.query<{ presence: string }>(tellChanges, [registry.instance, gone, come]);
    told = rows[0] ? here : new Set();
    version = rows[0]?.presence ?? '0';
  };

  const hear = async (): Promise<void> => {
    const others = registry
      .nodes()
      .filter(({ instance, roles }) => instance !== registry.instance && roles.includes('api'));
    for (const instance of heard.keys()) {
      if (!others.some((other) => other.instance === instance)) heard.delete(instance);
    }
    for (const { instance, presence: newest } of others) {
      if (heard.get(instance)?.presence === newest) continue;
      const { rows } = await pool.query<{ id: string }>(
        `select account_id id from nodes.presence where instance = $1 limit ${idsMax}`,
        [instance],
      );
      heard.set(instance, { presence: newest, ids: rows.map(({ id }) => id) });
    }
    presence.hear(new Set([...heard.values()].flatMap(({ ids }) => ids)));
  };

  return registry.onLook(async () => {
    await tell();
    await hear();
  });
};
