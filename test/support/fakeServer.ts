// Stands in for `src/main.ts serve` in tests of the supervisor: a role that only says that it is ready, and obeys.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const { env } = process;
const roles = process.argv[process.argv.indexOf('--roles') + 1] ?? '';
if (env['FAKE_FAILS'] === roles) {
  process.stderr.write('Something is missing: install it.\n');
  process.exit(1);
}
/** Like the real one: not ready before the media process is. */
const readiness = async (): Promise<number> => {
  if (roles === 'media') return 200;
  const media = await fetch(`http://127.0.0.1:${env['HANSARD_SIGNALLING_PORT']}/readyz`).catch(() => null);
  return media?.status ?? 503;
};

const respond = async (request: IncomingMessage, response: ServerResponse) => {
  if (request.url === '/readyz') return response.writeHead(await readiness()).end();
  const known = ['HANSARD_DATA', 'DATABASE_URL', 'HANSARD_SIGNALLING_PORT', 'HANSARD_RTC_PORT', 'PREPARED'];
  const answer = { pid: process.pid, roles, env: Object.fromEntries(known.map((name) => [name, env[name]])) };
  return response.end(JSON.stringify(answer));
};
const server = createServer((request, response) => void respond(request, response));
const port = roles === 'media' ? env['HANSARD_SIGNALLING_PORT'] : env['HANSARD_PORT'];
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ msg: 'ready', setupPath: '/setup?token=abc' })}\n`);
});
const stop = () => {
  process.stdout.write(`stopped ${roles}\n`);
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('disconnect', stop);
