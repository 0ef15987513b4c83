// `hansard dev`: like "up", with the pages from their sources and the server started again when its sources change.
import { join } from 'node:path';
import { type Given, wholeNumber } from '../src/operations/cli.ts';
import { claimPort, freePorts } from '../src/operations/ports.ts';
import { up } from '../src/operations/up.ts';
import { dataDirOf, type UpCommandNeeds } from '../src/operations/upCommand.ts';
import { serveDevPages } from './devPages.ts';
import { ensureMediasoupWorker } from './mediasoupWorker.ts';
import { watchSources } from './watchSources.ts';

const host = '127.0.0.1';

/** Runs until it is stopped. Data are kept apart from those of "up" unless a directory is named. */
export const runDev = async (given: Given, needs: UpCommandNeeds): Promise<number> => {
  const { env, root, program, stop, print } = needs;
  const say = (line: string) => print(`${line}\n`);
  const dataDir = given.text('data') ?? `${await dataDirOf(given, needs)}-dev`;
  const port = await claimPort(
    host,
    wholeNumber(given.text('port') ?? env['HANSARD_PORT'] ?? '8080', 'port', 0, 65_535),
  );
  const serverPort = await freePorts(host, 8180, 1);
  const pages = await serveDevPages(root, port, serverPort);
  try {
    await up({
      dataDir,
      host,
      port: serverPort,
      shownHost: host,
      shownPort: port,
      tls: null,
      env,
      program,
      prepare: async (tell) => ({ MEDIASOUP_WORKER_BIN: await ensureMediasoupWorker({ say: tell }) }),
      say,
      stop,
      whenUp: (restart) =>
        watchSources(
          join(root, 'src'),
          (file) => {
            say(`${file} changed: starting the server again ...`);
            restart();
          },
          stop,
        ),
    });
  } finally {
    await pages.close();
  }
  return 0;
};
