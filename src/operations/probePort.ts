// Whether something listens on a port.
import { connect } from 'node:net';

const timeoutMs = 1_000;

export const probePort = (target: { host: string; port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ ...target, timeout: timeoutMs });
    const answer = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
    socket.on('timeout', () => answer(false));
  });
