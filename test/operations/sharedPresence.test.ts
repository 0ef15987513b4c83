import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, test } from 'vitest';
import { type Presence, presence } from '../../src/api/presence.ts';
import { joinNodes } from '../../src/operations/nodeRegistry.ts';
import { sharePresence } from '../../src/operations/sharedPresence.ts';
import { readPool } from '../../src/projections/readDatabase.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, killPostgres, runSql } from '../support/postgres.ts';

const now = () => new Date();
const nothing = () => undefined;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Notes each set of people that it hears of elsewhere. */
const noting = (people: Presence, notes: string[]): Presence => ({
  ...people,
  hear: (elsewhere) => {
    const noted = [...elsewhere].toSorted().join(' ');
    if (notes.at(-1) !== noted) notes.push(noted);
    people.hear(elsewhere);
  },
});

describe('who is online at another process', () => {
  test('is known again after a crash of the database, and nobody comes back who has left', {
    timeout: 90_000,
  }, async () => {
    const { connection, drop } = await freshDatabase();
    closing.push(drop);
    const join = async (name: string, people: Presence) => {
      const pool = readPool(connection, nothing);
      const self = { name, roles: ['api'], signalling: null, load: () => 0 };
      const registry = await joinNodes({ connection, newId: randomUUID, self, log: nothing });
      closing.push(
        () => pool.end(),
        () => registry.close(),
        sharePresence(registry, pool, people),
      );
      return registry.instance;
    };
    const [here, there] = [presence(now), presence(now)];
    const notes: string[] = [];
    const instance = await join('one', here);
    await join('two', noting(there, notes));
    const [ann, bob, eve] = [randomUUID(), randomUUID(), randomUUID()];

    // Opened streams alone, which end at once, unlike a visit of late.
    const come = (id: string) => {
      const leave = here.enter(id);
      return () => {
        leave();
        gone.add(id);
      };
    };
    const gone = new Set<string>();
    const { hereIds } = here;
    here.hereIds = () => hereIds().filter((id) => !gone.has(id));

    const annLeaves = come(ann);
    await eventually('Ann to be seen', () => there.isOnline(ann));
    const before = await runSql(connection, `select presence from nodes.node where instance = '${instance}'`);
    assert.equal(before[0]?.['presence'], '1');

    const startAgain = await killPostgres();
    annLeaves();
    come(bob);
    await startAgain();
    // As many tellings as before the crash would be the same number again.
    await eventually('Bob to be seen', () => there.isOnline(bob), 30_000);
    assert.equal(there.isOnline(ann), false);
    come(eve);
    await eventually('Eve to be seen', () => there.isOnline(eve));
    assert.ok(there.isOnline(bob));
    const after = await runSql(connection, `select presence from nodes.node where instance = '${instance}'`);
    assert.ok(BigInt(String(after[0]?.['presence'])) > 2n, String(after[0]?.['presence']));
    // Nobody was taken for gone in between, while the new list was still empty.
    assert.deepEqual(notes.slice(notes.indexOf(ann)), [ann, bob, [bob, eve].toSorted().join(' ')]);
  });

  test('is told whole where what was told before had no answer', { timeout: 60_000 }, async () => {
    const { connection, drop } = await freshDatabase();
    closing.push(drop);
    const people = presence(now);
    const pool = readPool(connection, nothing);
    const self = { name: 'one', roles: ['api'], signalling: null, load: () => 0 };
    const registry = await joinNodes({ connection, newId: randomUUID, self, log: nothing });
    closing.push(
      () => pool.end(),
      () => registry.close(),
      sharePresence(registry, pool, people),
    );
    const [ann, ghost] = [randomUUID(), randomUUID()];
    people.enter(ann);
    const told = async () =>
      (await runSql(connection, 'select account_id from nodes.presence order by 1')).map((row) => row['account_id']);
    await eventually('Ann to be told', async () => (await told()).join() === ann);
    // As it was told last, and this process does not know it.
    await runSql(connection, `insert into nodes.presence values ('${registry.instance}', '${ghost}')`);
    await runSql(connection, `update nodes.node set presence = presence + 1 where instance = '${registry.instance}'`);
    await eventually('the ghost to go', async () => (await told()).join() === ann);
  });
});
