// `/livez` of a process that serves nothing else, for whatever watches it on its machine or in its container.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { CannotStart } from './cannotStart.ts';

/** Answers on the loopback interface alone until `close`. Rejects with `CannotStart` where the port cannot be had. */
export const serveLiveness = async (port: number): Promise<{ close: () => void }> => {
  const server = createServer((request, response) => {
    const known = request.url === '/livez';
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(known ? 'ok\n' : '');
  });
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (cause) {
    const message = `Port ${port} of HANSARD_HEALTH_PORT cannot be had. Choose another one for each process, or none.`;
    throw new CannotStart('port_in_use', message, { cause });
  }
  return { close: () => void server.close() };
};
