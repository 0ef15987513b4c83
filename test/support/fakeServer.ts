// Stands in for `src/main.ts serve` in tests of the supervisor: a role that only says that it is ready, and obeys.
import { createServer } from 'node:http';

const { env } = process;
const roles = process.argv[process.argv.indexOf('--roles') + 1] ?? '';
if (env['FAKE_FAILS'] === roles) {
  process.stderr.write('Something is missing: install it.\n');
  process.exit(1);
}
const server = createServer((request, response) => {
  const known = ['HANSARD_DATA', 'DATABASE_URL', 'HANSARD_SIGNALLING_PORT', 'HANSARD_RTC_PORT', 'PREPARED'];
  const answer = { pid: process.pid, roles, env: Object.fromEntries(known.map((name) => [name, env[name]])) };
  response.end(request.url === '/readyz' ? 'ready' : JSON.stringify(answer));
});
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
