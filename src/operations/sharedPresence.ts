// Who is online at the other processes with the API: each tells the database whom it sees, and reads what changed.
import type { Presence } from '../api/presence.ts';
import type { ReadPool } from '../projections/readDatabase.ts';
import type { NodeRegistry } from './nodeRegistry.ts';

const idsMax = 100_000;

/** Of a process that does not know what is told of it ($5), nobody stays whom it does not name. */
const tellChanges = `
  with gone as (
         delete from nodes.presence
         where instance = $1 and (account_id = any($2::uuid[]) or ($5 and account_id <> all($3::uuid[])))
       ),
       come as (
         insert into nodes.presence (instance, account_id) select $1, unnest($3::uuid[]) on conflict do nothing
       )
  update nodes.node set presence = greatest(presence, $4) + 1 where instance = $1 returning presence`;

type Heard = { version: bigint; ids: readonly string[] };

/** What this process has said of itself. Its version only grows, also where a crash of the database forgot it. */
const teller = ({ instance }: NodeRegistry, pool: ReadPool, presence: Presence) => {
  let told = new Set<string>();
  let version = '0';
  return async (stored: string): Promise<void> => {
    // The database has crashed and the list is new, or what was told had no answer.
    const unsure = stored !== version;
    const here = new Set(presence.hereIds().slice(0, idsMax));
    const gone = [...told].filter((id) => !here.has(id));
    const come = [...here].filter((id) => unsure || !told.has(id));
    if (gone.length === 0 && come.length === 0 && !unsure) return;
    const values = [instance, gone, come, version, unsure];
    const { rows } = await pool.query<{ presence: string }>(tellChanges, values);
    if (!rows[0]) return;
    told = here;
    version = rows[0].presence;
  };
};

/** Tells and hears at every look of the registry; the answer ends it. */
export const sharePresence = (registry: NodeRegistry, pool: ReadPool, presence: Presence): (() => void) => {
  const tell = teller(registry, pool, presence);
  const heard = new Map<string, Heard>();

  const hear = async (): Promise<void> => {
    const others = registry
      .nodes()
      .filter(({ instance, roles }) => instance !== registry.instance && roles.includes('api'));
    for (const instance of heard.keys()) {
      const listed = others.some((other) => other.instance === instance);
      if (!listed && registry.steady()) heard.delete(instance); // A list that is new may lack it just now.
    }
    for (const { instance, presence: newest } of others) {
      const version = BigInt(newest);
      // A lower one is of a list that is new: until its process has told it anew, what was heard holds.
      if (version <= (heard.get(instance)?.version ?? -1n)) continue;
      const { rows } = await pool.query<{ id: string }>(
        `select account_id id from nodes.presence where instance = $1 limit ${idsMax}`,
        [instance],
      );
      heard.set(instance, { version, ids: rows.map(({ id }) => id) });
    }
    presence.hear(new Set([...heard.values()].flatMap(({ ids }) => ids)));
  };

  return registry.onLook(async () => {
    const self = registry.nodes().find(({ instance }) => instance === registry.instance);
    if (self) await tell(self.presence);
    await hear();
  });
};
