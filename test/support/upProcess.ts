// Runs `up` over fake roles as a process of its own: node upProcess.ts <dataDir> <port>
import { runCli } from '../../src/operations/cli.ts';
import { up } from '../../src/operations/up.ts';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort());
const program = [process.execPath, new URL('fakeServer.ts', import.meta.url).pathname];
const print = (text: string) => void process.stdout.write(text);

process.exitCode = await runCli(
  {
    up: async ({ text }) => {
      await up({
        dataDir: text('data') ?? '',
        port: Number(text('port') ?? 0),
        host: '127.0.0.1',
        shownHost: '127.0.0.1',
        tls: null,
        env: process.env,
        program,
        prepare: () => Promise.resolve({ PREPARED: 'yes' }),
        say: (line) => print(`${line}\n`),
        stop: stop.signal,
      });
      return 0;
    },
  },
  process.argv.slice(2),
  { out: print, err: print },
);
