// The server itself: its starts and stops, and the format level its log may use.
import type { Command, Decider } from '../kernel.ts';
import { type ServerEvent, serverEvents } from './events.ts';

type Asked = { serverId: string };
export type ServerCommand =
  | Command<'StartServer', Asked & { node: string; version: string }>
  | Command<'StopServer', Asked & { node: string }>
  | Command<'RaiseFormatLevel', Asked & { level: number }>;

/** `formatLevel`: no node may write an event type that this level does not know yet. */
export type Server = { formatLevel: number; running: Record<string, string> };

const decide = ({ type, data, meta }: ServerCommand, server: Server): ServerEvent[] => {
  const at = meta.now.toISOString();
  const { serverId } = data;
  switch (type) {
    case 'StartServer':
      return [{ type: 'ServerStarted', data: { serverId, node: data.node, version: data.version, startedAt: at } }];
    case 'StopServer':
      if (server.running[data.node] === undefined) return [];
      return [{ type: 'ServerStopped', data: { serverId, node: data.node, stoppedAt: at } }];
    case 'RaiseFormatLevel':
      if (data.level <= server.formatLevel) return [];
      return [{ type: 'FormatLevelRaised', data: { serverId, level: data.level, raisedAt: at } }];
  }
};

const evolve = (server: Server, { type, data }: ServerEvent): Server => {
  switch (type) {
    case 'ServerStarted':
      return { ...server, running: { ...server.running, [data.node]: data.version } };
    case 'ServerStopped': {
      const { [data.node]: _, ...running } = server.running;
      return { ...server, running };
    }
    case 'FormatLevelRaised':
      return { ...server, formatLevel: data.level };
  }
};

export const server: Decider<Server, ServerCommand, ServerEvent> = {
  category: 'server',
  initial: { formatLevel: 0, running: {} },
  decide,
  evolve,
  vocabulary: serverEvents,
};
