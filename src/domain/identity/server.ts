// The server itself: its starts and stops, and the format level its log may use.
import { type Command, type Decider, firstFormatLevel, Refusal } from '../kernel.ts';
import { type ServerEvent, serverEvents } from './events.ts';

type Asked = { serverId: string };
export type ServerCommand =
  /** `formatLevel`: the highest that the node's program reads. */
  | Command<'StartServer', Asked & { node: string; version: string; formatLevel: number }>
  | Command<'StopServer', Asked & { node: string }>
  /** `leaveBehind`: also where a node that never stopped cannot read that level. */
  | Command<'RaiseFormatLevel', Asked & { level: number; leaveBehind: boolean }>
  | Command<'BeginMasterKeyRotation', Asked & { keyId: string }>
  | Command<'EndMasterKeyRotation', Asked & { keyId: string; rewrapped: number }>;

type Node = { version: string; formatLevel: number };

/**
 * `formatLevel`: no node may write an event type that came with a higher one. `running`: those that never stopped.
 * `rotating`: the master key that is to take the place of the one before.
 */
export type Server = { formatLevel: number; running: Record<string, Node>; rotating: string | null };

const behind = ({ running }: Server, level: number): string[] =>
  Object.keys(running).filter((node) => (running[node]?.formatLevel ?? level) < level);

const decide = ({ type, data, meta }: ServerCommand, server: Server): ServerEvent[] => {
  const at = meta.now.toISOString();
  const { serverId } = data;
  switch (type) {
    case 'StartServer': {
      const { node, version, formatLevel } = data;
      // The level may have been raised after this node looked and before it was known to run.
      if (formatLevel < server.formatLevel) {
        throw new Refusal('server.program_too_old', { level: server.formatLevel, reads: formatLevel });
      }
      return [{ type: 'ServerStarted', data: { serverId, node, version, formatLevel, startedAt: at } }];
    }
    case 'StopServer':
      if (server.running[data.node] === undefined) return [];
      return [{ type: 'ServerStopped', data: { serverId, node: data.node, stoppedAt: at } }];
    case 'RaiseFormatLevel': {
      const { level, leaveBehind } = data;
      if (level <= server.formatLevel) return [];
      const nodes = behind(server, level);
      if (nodes.length > 0 && !leaveBehind) throw new Refusal('server.node_behind', { nodes: nodes.slice(0, 20) });
      return [{ type: 'FormatLevelRaised', data: { serverId, level, raisedAt: at } }];
    }
    case 'BeginMasterKeyRotation':
      // Taken up again it is the same one.
      if (server.rotating === data.keyId) return [];
      return [{ type: 'MasterKeyRotationBegun', data: { ...data, begunAt: at } }];
    case 'EndMasterKeyRotation':
      if (server.rotating !== data.keyId) return [];
      return [{ type: 'MasterKeyRotated', data: { ...data, rotatedAt: at } }];
  }
};

const without = (running: Server['running'], nodes: readonly string[]): Server['running'] =>
  Object.fromEntries(Object.entries(running).filter(([node]) => !nodes.includes(node)));

const evolve = (server: Server, { type, data }: ServerEvent): Server => {
  switch (type) {
    case 'ServerStarted': {
      const { node, version, formatLevel } = data;
      return { ...server, running: { ...server.running, [node]: { version, formatLevel } } };
    }
    case 'ServerStopped':
      return { ...server, running: without(server.running, [data.node]) };
    case 'FormatLevelRaised':
      return { ...server, formatLevel: data.level, running: without(server.running, behind(server, data.level)) };
    case 'MasterKeyRotationBegun':
      return { ...server, rotating: data.keyId };
    case 'MasterKeyRotated':
      return { ...server, rotating: null };
  }
};

export const server: Decider<Server, ServerCommand, ServerEvent> = {
  category: 'server',
  initial: { formatLevel: firstFormatLevel, running: {}, rotating: null },
  decide,
  evolve,
  vocabulary: serverEvents,
};
