// Filtered pages of the Events report in the order of time, and a cheaper look at text without letters to replace.
import type { MigrationInterface, QueryRunner } from 'typeorm';

const letters = 'àáâãäåāăąçćčďđèéêëēęěğìíîïīįıłñńňòóôõöøōőŕřßśşšșťţțùúûüūůűųýÿźżžабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ';
const plain = 'aaaaaaaaacccddeeeeeeegiiiiiiilnnnoooooooorrssssstttuuuuuuuuyyzzzabvgdeejziiklmnoprstufhccssqyqeuaiieg';
const translated = `translate($1, '${letters}', '${plain}')`;

/** Each was ordered by number before; kinds of objects had none. */
const columns = { type: 'type', gravity: 'gravity', source: 'source', actor: 'actorId' };

export class FilteredPages202611220230 implements MigrationInterface {
  name = 'FilteredPages1795314600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, column] of Object.entries(columns)) {
      await runner.query(`drop index "read"."event_by_${name}"`);
      await runner.query(`create index "event_by_${name}" on "read"."event" ("${column}", "occurredAt", "number")`);
    }
    await runner.query('create index "event_by_object_type" on "read"."event" ("objectType", "occurredAt", "number")');
    // Replacing letters costs a hundred times what it costs to see that there are none. The results are the same, so
    // the indices over them stay.
    await runner.query(
      `create or replace function "read"."plain"(text) returns text language sql immutable parallel safe
       return case when octet_length($1) = char_length($1) then $1 else ${translated} end`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create or replace function "read"."plain"(text) returns text language sql immutable strict parallel safe
       return ${translated}`,
    );
    await runner.query('drop index "read"."event_by_object_type"');
    for (const [name, column] of Object.entries(columns)) {
      await runner.query(`drop index "read"."event_by_${name}"`);
      await runner.query(`create index "event_by_${name}" on "read"."event" ("${column}", "number")`);
    }
  }
}
