// What the nodes of a test cluster and their hub tell each other: one JSON text a line, over a unix socket.
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Expected, Proposed } from './nodeLog.ts';

export type MemberState = 'leader' | 'follower' | 'none';
/** The cluster as its hub sees it; `epoch` grows with each leader. */
export type View = { epoch: number; members: { port: number; state: MemberState; alive: boolean }[] };

export type Packed = Omit<Proposed, 'data' | 'metadata'> & { data: string; metadata: string };
export type Asked =
  | { stream: string; expected: Expected; events: Packed[] }
  | { stream: string; expected: Expected; forEver: boolean };

export type ToHub = { member: number; port: number } | { beat: true } | { write: number; epoch: number; asked: Asked };
/** `position` of a verdict is a text here. */
export type ToMember = { line: string } | { view: View } | { answer: number; verdict: Record<string, unknown> };

export const packedOf = (events: readonly Proposed[]): Packed[] =>
  events.map(({ data, metadata, ...rest }) => ({
    ...rest,
    data: data.toString('base64'),
    metadata: metadata.toString('base64'),
  }));

export const unpackedOf = (events: readonly Packed[]): Proposed[] =>
  events.map(({ data, metadata, ...rest }) => ({
    ...rest,
    data: Buffer.from(data, 'base64'),
    metadata: Buffer.from(metadata, 'base64'),
  }));

/** Hears and says messages over a socket; errors of it end it, which `close` tells. */
export const wire = <In, Out>(socket: Socket, heard: (message: In) => void): ((message: Out) => void) => {
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('error', () => undefined); // It tells that of the socket again.
  lines.on('line', (line) => heard(JSON.parse(line) as In));
  return (message) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
  };
};
