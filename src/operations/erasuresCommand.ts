// The command `erasures`: writes the ledger of all that was erased, to be kept with the backups.
import pg from 'pg';
import { CannotStart } from './cannotStart.ts';
import { BadUsage, type Given, type Handler } from './cli.ts';
import { writeErasureLedger } from './erasureLedger.ts';
import { errnoOf } from './files.ts';
import type { OpenLog } from './openLog.ts';

type WithVault = (given: Given, act: (opened: Pick<OpenLog, 'vaultAt'>) => Promise<void>) => Promise<void>;

const statementTimeoutMs = 60_000;

/** The command `erasures FILE`, whether or not the server is up. */
export const erasuresCommand =
  (withVault: WithVault, say: (line: string) => void): Handler =>
  async (given) => {
    const [file, ...others] = given.rest;
    if (file === undefined || others.length > 0) throw new BadUsage('Say which file to write.');
    await withVault(given, async ({ vaultAt }) => {
      const client = new pg.Client({ ...vaultAt.connection, statement_timeout: statementTimeoutMs });
      await client.connect();
      try {
        const count = await writeErasureLedger(client, file);
        say(`${file} names ${count} erased keys. Keep it with the backups: ./hansard restore DIR --erasures ${file}`);
      } catch (error) {
        if (errnoOf(error) === null || error instanceof pg.DatabaseError) throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw new CannotStart('export_impossible', `The ledger cannot be written: ${why}.`, { cause: error });
      } finally {
        await client.end();
      }
    });
    return 0;
  };
