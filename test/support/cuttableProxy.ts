// A network in user space between browser and server, which a test can break, silence and mend.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CuttableProxy = {
  port: number;
  /** Breaks every connection and refuses new ones until `mend`. */
  cut: () => void;
  /** Lets nothing through, as a network that is away: nobody is told. What was sent arrives after `mend`. */
  silence: () => void;
  mend: () => void;
  close: () => Promise<void>;
};

/** Forwards TCP on a free port of 127.0.0.1, to another port of it or to a unix socket. */
export const startCuttableProxy = async (target: number | string): Promise<CuttableProxy> => {
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy()); // The other side hears it as a closed connection.
    if (state === 'silent') socket.pause();
  };
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (data) => to.write(data));
    from.on('close', () => to.destroy());
    if (state === 'silent') from.pause();
  };
  const server = createServer((incoming) => {
    keep(incoming);
    if (state === 'cut') {
      incoming.destroy();
      return;
    }
    const outgoing = typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1');
    keep(outgoing);
    forward(incoming, outgoing);
    forward(outgoing, incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const each = (action: (socket: Socket) => void) => {
    for (const socket of open) action(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = 'cut';
      each((socket) => socket.destroy());
    },
    silence: () => {
      state = 'silent';
      each((socket) => socket.pause());
    },
    mend: () => {
      state = 'whole';
      each((socket) => socket.resume());
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      each((socket) => socket.destroy());
      await closed;
    },
  };
};

export type CuttableRelay = { silence: () => void; mend: () => void; close: () => Promise<void> };

/**
 * Forwards UDP that arrives at `port` of 127.0.0.2 to the same port of 127.0.0.1, each sender through a socket of its
 * own; what is sent in the silence is lost.
 */
export const startCuttableRelay = async (port: number): Promise<CuttableRelay> => {
  const front = createSocket('udp4');
  const backs = new Map<string, UdpSocket>();
  let silent = false;
  const backFor = ({ address, port: from }: RemoteInfo): UdpSocket => {
    const key = `${address}:${from}`;
    const known = backs.get(key);
    if (known) return known;
    const back = createSocket('udp4');
    back.on('message', (packet) => {
      if (!silent) front.send(packet, from, address);
    });
    back.on('error', () => undefined); // A packet that cannot be delivered is lost, as on any network.
    backs.set(key, back);
    return back;
  };
  front.on('message', (packet, sender) => {
    if (!silent) backFor(sender).send(packet, port, '127.0.0.1');
  });
  front.bind(port, '127.0.0.2');
  await once(front, 'listening');
  return {
    silence: () => {
      silent = true;
    },
    mend: () => {
      silent = false;
    },
    close: async () => {
      for (const back of backs.values()) back.close();
      const closed = once(front, 'close');
      front.close();
      await closed;
    },
  };
};

/** A port that is free for UDP and TCP on 127.0.0.1 just now. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
