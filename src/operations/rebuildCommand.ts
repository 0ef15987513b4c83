// The command `rebuild`: makes read models anew from the log, whether or not the server is up.
import { setTimeout as delay } from 'node:timers/promises';
import { rebuildWanted, requestRebuild } from '../commands/readModels.ts';
import { readModelNames } from '../projections/allProjections.ts';
import { migrateReadModels, readPool } from '../projections/readDatabase.ts';
import { allRebuilds, type RebuildRow } from '../projections/rebuilds.ts';
import { BadUsage, type Handler } from './cli.ts';
import { type RebuilderNeeds, rebuildAsAsked } from './readModelRebuilder.ts';
import { terminalCall } from './terminalCall.ts';
import type { WithLog } from './withLog.ts';

type Print = (text: string) => void;

const sayEveryMs = 2_000;
const otherMs = 500;

/** One line for each table: how the rows in use compared with those made from the log. */
const linesOf = ({ name, events, tables }: RebuildRow): string[] => [
  `${name}: rebuilt from ${events} events.`,
  ...tables.map(({ table, rows, unfounded, lost, different }) => {
    if (unfounded === null || lost === null || different === null) return `  ${table}: ${rows} rows, not compared.`;
    if (unfounded + lost + different === 0) return `  ${table}: ${rows} rows, all as they were.`;
    return `  ${table}: ${rows} rows; of those in use ${unfounded} were unfounded, ${different} differed, ${lost} were lost.`;
  }),
];

const tell = async ({ pool }: RebuilderNeeds, name: string, print: Print): Promise<void> => {
  const row = (await allRebuilds(pool)).find((each) => each.name === name);
  if (row && row.endedAt === null) print(`${name}: ${row.phase}, ${row.events} events so far.\n`);
};

/** Rebuilds one of them, or waits for the server that is at it; tells how that ended. */
const rebuildOne = async (
  needs: RebuilderNeeds,
  asked: { rebuildId: string; readModel: string },
  print: Print,
  signal: AbortSignal,
): Promise<boolean> => {
  const { readModel } = asked;
  const telling = setInterval(() => void tell(needs, readModel, print).catch(() => undefined), sayEveryMs);
  try {
    while (await rebuildWanted(needs.opened.needs, asked.rebuildId, readModel)) {
      signal.throwIfAborted();
      if (!(await rebuildAsAsked(needs, asked, signal))) await delay(otherMs);
    }
  } finally {
    clearInterval(telling);
  }
  const row = (await allRebuilds(needs.pool)).find(({ name }) => name === readModel);
  if (row?.phase === 'done') print(`${linesOf(row).join('\n')}\n`);
  else print(`${readModel}: failed, and is what it was. ${row?.reason ?? ''}\n`);
  return row?.phase === 'done';
};

type Sources = { now: () => Date; newId: () => string; stop: AbortSignal };

/** The command `rebuild`, on the log that `withLog` opens. Answers 1 where one failed. */
export const rebuildCommand =
  (withLog: WithLog, { now, newId, stop }: Sources, print: Print): Handler =>
  async (given) => {
    const unknown = given.rest.filter((name) => !readModelNames.includes(name));
    if (unknown.length > 0) {
      throw new BadUsage(`There is no read model ${unknown.join(', ')}. Known: ${readModelNames.join(', ')}.`);
    }
    let failed = 0;
    await withLog(given, async (opened, connection) => {
      await migrateReadModels(connection);
      const pool = readPool(connection, () => undefined);
      try {
        const rebuildId = newId();
        const readModels = given.rest.length > 0 ? given.rest : readModelNames;
        await requestRebuild(opened.needs, terminalCall(newId), { rebuildId, readModels }, readModelNames);
        const log = { warn: () => undefined, info: () => undefined };
        const needs: RebuilderNeeds = { opened, pool, connection, now, log };
        for (const readModel of readModels) {
          if (!(await rebuildOne(needs, { rebuildId, readModel }, print, stop))) failed += 1;
        }
      } finally {
        await pool.end();
      }
    });
    return failed > 0 ? 1 : 0;
  };
