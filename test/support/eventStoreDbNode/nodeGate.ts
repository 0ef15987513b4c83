// Whom the test node lets in, what they may do, and whether it can serve at all; answers as a secured 23.10.6.
import grpc from '@grpc/grpc-js';
import { leaderElsewhere, notReady } from './nodeFrames.ts';
import type { NodeLog } from './nodeLog.ts';

/** Where the leader is: here, elsewhere, or nobody knows. */
export type Leader = 'here' | 'unknown' | { host: string; port: number };

/** Names with their passwords. Who is in no group reads and writes streams, and `$all` once its ACL says so. */
export type Accounts = { admins: ReadonlyMap<string, string>; others: ReadonlyMap<string, string> };

/** 'anybody' where there are no accounts at all, 'nobody' who brings none, 'stranger' who brings a wrong one. */
type Who = 'anybody' | 'admin' | 'nobody' | 'stranger' | { name: string };

export type Rights = {
  /** What a call is ended with before it begins; null where it may go on. */
  refusal: (path: string, metadata: grpc.Metadata) => Partial<grpc.StatusObject> | null;
  mayReadAll: (metadata: grpc.Metadata) => boolean;
  mayAppend: (stream: string, metadata: grpc.Metadata) => boolean;
};

type Acl = { $acl?: { $r?: string | string[] } };

const readersIn = (log: NodeLog): readonly string[] => {
  const newest = log.streamOf('$$$all').at(-1);
  return newest ? [(JSON.parse(newest.data.toString()) as Acl).$acl?.$r ?? []].flat() : [];
};

const denied = (): Partial<grpc.StatusObject> => {
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'access-denied');
  return { code: grpc.status.PERMISSION_DENIED, details: 'Access Denied', metadata };
};

/** Null as `accounts` lets everybody do everything. */
export const rightsOf = (accounts: Accounts | null, log: NodeLog): Rights => {
  const who = (metadata: grpc.Metadata): Who => {
    if (!accounts) return 'anybody';
    const said = String(metadata.get('authorization')[0] ?? '');
    if (said === '') return 'nobody';
    const [name = '', password = ''] = Buffer.from(said.replace('Basic ', ''), 'base64').toString().split(':');
    if (accounts.admins.get(name) === password) return 'admin';
    return accounts.others.get(name) === password ? { name } : 'stranger';
  };
  return {
    refusal: (path, metadata) => {
      const caller = who(metadata);
      if (caller === 'stranger') return { code: grpc.status.UNAUTHENTICATED, details: 'Unauthenticated' };
      // Of appends in batches each is judged by itself.
      return caller === 'nobody' && !path.endsWith('/BatchAppend') ? denied() : null;
    },
    mayReadAll: (metadata) => {
      const caller = who(metadata);
      return typeof caller === 'object' ? readersIn(log).includes(caller.name) : caller !== 'nobody';
    },
    mayAppend: (stream, metadata) => {
      const caller = who(metadata);
      return typeof caller === 'object' ? !stream.startsWith('$') : caller !== 'nobody';
    },
  };
};

type MayReadAll = { getOptions: () => { hasAll: () => boolean } | undefined };

const readsAll = (message: unknown): boolean => {
  const read = message as Partial<MayReadAll>; // Only requests of Read have a getter that says this.
  const options = typeof read.getOptions === 'function' ? read.getOptions() : undefined;
  return typeof options?.hasAll === 'function' && options.hasAll();
};

/** Whether only the leader is to answer; others name it then. */
export const wantsLeader = (metadata: grpc.Metadata): boolean => metadata.get('requires-leader')[0] === 'true';

const withoutLeader = (leader: Leader, path: string, metadata: grpc.Metadata): Partial<grpc.StatusObject> | null => {
  if (path.endsWith('/BatchAppend')) return null;
  if (leader === 'unknown') return notReady;
  return typeof leader === 'object' && wantsLeader(metadata) ? leaderElsewhere(leader) : null;
};

/** Stands before every call of the server. */
export const gate =
  (rights: Rights, leader: () => Leader): grpc.ServerInterceptor =>
  (method, call) => {
    let may = true;
    return new grpc.ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, go) => {
            const { path } = method;
            const refused = /Streams\//.test(path)
              ? (withoutLeader(leader(), path, metadata) ?? rights.refusal(path, metadata))
              : null;
            may = rights.mayReadAll(metadata);
            if (refused) call.sendStatus({ code: grpc.status.UNKNOWN, details: '', ...refused });
            else go(metadata);
          },
          onReceiveMessage: (message, go) => {
            if (!may && readsAll(message)) call.sendStatus({ code: grpc.status.UNKNOWN, details: '', ...denied() });
            else go(message);
          },
        });
      },
    });
  };
