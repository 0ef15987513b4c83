// Started as a process of its own: node startPostgres.ts <dataDir> [stop]
import { startEmbeddedPostgres } from '../../src/operations/embeddedPostgres.ts';

const [dataDir = '', then] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir, settings: { shared_buffers: '16MB', io_method: 'sync' } });
  process.stdout.write(`started ${server.pid}\n`);
  if (then === 'stop') {
    await server.stop();
    process.stdout.write('stopped\n');
  } else {
    setInterval(() => undefined, 60_000);
  }
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
