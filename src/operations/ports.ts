// Which ports of this machine are free.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { CannotStart } from './cannotStart.ts';
import { errnoOf } from './files.ts';

const tryTcp = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });

const tryUdp = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()));
  });

/** The port itself, or a free one for 0. Rejects with `CannotStart` when it cannot be had. */
export const claimPort = async (host: string, port: number): Promise<number> => {
  try {
    return await tryTcp(host, port);
  } catch (error) {
    const reasons: Record<string, string> = {
      EADDRINUSE: 'is in use by another program',
      EACCES: 'is reserved for root (as all below 1024)',
      EADDRNOTAVAIL: `cannot be opened on ${host}, which is no address of this machine`,
    };
    const reason = reasons[errnoOf(error) ?? ''];
    if (reason === undefined) throw error;
    const remedy = 'Choose another one with --port N, or 0 for any that is free.';
    throw new CannotStart('port_in_use', `Port ${port} ${reason}. ${remedy}`, { cause: error });
  }
};

const allFree = async (host: string, first: number, count: number): Promise<boolean> => {
  try {
    for (let port = first; port < first + count; port += 1) {
      await tryTcp(host, port);
      await tryUdp(host, port);
    }
    return true;
  } catch {
    return false;
  }
};

const step = 50;
const portMax = 60_000;

/** The first of `count` neighbouring ports that are free for TCP and UDP, at `preferred` or the next place above. */
export const freePorts = async (host: string, preferred: number, count: number): Promise<number> => {
  for (let first = preferred; first + count < portMax; first += step) {
    if (await allFree(host, first, count)) return first;
  }
  throw new CannotStart('port_in_use', `No ${count} neighbouring ports are free between ${preferred} and ${portMax}.`);
};
