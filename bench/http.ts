// A client as cheap as can be, since it shares the machine with what it measures: HTTP/1.1 over one kept connection.
import { connect, type Socket } from 'node:net';

export type Connection = {
  /** Sends a JSON body to /graphql and answers the text of the response. One at a time. */
  ask: (body: string) => Promise<string>;
  /** A server drops a connection that idles. */
  closed: () => boolean;
  close: () => void;
};

const headEnd = '\r\n\r\n';

/** The body of a complete response at the start of `text`, or null while more has to come. */
const bodyOf = (text: string): string | null => {
  const end = text.indexOf(headEnd);
  if (end < 0) return null;
  const head = text.slice(0, end).toLowerCase();
  const body = text.slice(end + headEnd.length);
  const length = /content-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return Buffer.byteLength(body) >= Number(length) ? body : null;
  return body.endsWith(`0${headEnd}`) ? body : null;
};

const opened = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => void socket.once('connect', resolve).once('error', reject));

/** Connects to a server on this machine; `cookie` goes with every request. */
export const openConnection = async (url: string, cookie: string): Promise<Connection> => {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true).setEncoding('utf8');
  await opened(socket);
  const start = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-hansard: 1\r\n`;
  const head = `${start}${cookie === '' ? '' : `cookie: ${cookie}\r\n`}content-length: `;
  let received = '';
  let answer: ((body: string) => void) | null = null;
  let fail: ((error: Error) => void) | null = null;
  socket.on('data', (chunk: string) => {
    received += chunk;
    const body = bodyOf(received);
    if (body === null) return;
    received = '';
    answer?.(body);
  });
  socket.on('close', () => fail?.(new Error('The server closed the connection')));
  return {
    ask: (body) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('The server closed the connection'));
        answer = resolve;
        fail = reject;
        socket.write(`${head}${Buffer.byteLength(body)}${headEnd}${body}`);
      }),
    closed: () => socket.destroyed,
    close: () => {
      fail = null;
      socket.destroy();
    },
  };
};
