// Whom the test node lets in, and whether it can serve at all; answers as a secured 23.10.6, and one without a leader.
import grpc from '@grpc/grpc-js';
import { leaderElsewhere, notReady } from './nodeFrames.ts';

/** Where the leader is: here, elsewhere, or nobody knows. */
export type Leader = 'here' | 'unknown' | { host: string; port: number };

export type Gate = {
  /** `NAME:PASSWORD`; null lets everybody in. */
  account: string | null;
  /** Whether the account may read `$all`. */
  all: boolean;
  leader: () => Leader;
};

/** Whether only the leader is to answer; others name it then. */
export const wantsLeader = (metadata: grpc.Metadata): boolean => metadata.get('requires-leader')[0] === 'true';

const refusalOf = (gate: Gate, path: string, metadata: grpc.Metadata): Partial<grpc.StatusObject> | null => {
  if (!/Streams\//.test(path)) return null;
  const leader = gate.leader();
  // Of appends in batches each is judged by itself, by those who take them.
  if (!path.endsWith('/BatchAppend')) {
    if (leader === 'unknown') return notReady;
    if (typeof leader === 'object' && wantsLeader(metadata)) return leaderElsewhere(leader);
  }
  return gate.account === null ? null : refusedAccount(gate.account, String(metadata.get('authorization')[0] ?? ''));
};

const refusedAccount = (account: string, authorization: string): Partial<grpc.StatusObject> | null => {
  const wanted = `Basic ${Buffer.from(account).toString('base64')}`;
  if (authorization !== wanted && authorization !== '') {
    return { code: grpc.status.UNAUTHENTICATED, details: 'Unauthenticated' };
  }
  return authorization === '' ? denied() : null;
};

const denied = (): Partial<grpc.StatusObject> => {
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'access-denied');
  return { code: grpc.status.PERMISSION_DENIED, details: 'Access Denied', metadata };
};

type MayReadAll = { getOptions: () => { hasAll: () => boolean } | undefined };

const readsAll = (message: unknown): boolean => {
  const read = message as Partial<MayReadAll>; // Only requests of Read have a getter that says this.
  const options = typeof read.getOptions === 'function' ? read.getOptions() : undefined;
  return typeof options?.hasAll === 'function' && options.hasAll();
};

/** Stands before every call of the server. */
export const gate =
  (rules: Gate): grpc.ServerInterceptor =>
  (method, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, go) => {
            const refused = refusalOf(rules, method.path, metadata);
            if (refused) call.sendStatus({ code: grpc.status.UNKNOWN, details: '', ...refused });
            else go(metadata);
          },
          onReceiveMessage: (message, go) => {
            if (!rules.all && readsAll(message))
              call.sendStatus({ code: grpc.status.UNKNOWN, details: '', ...denied() });
            else go(message);
          },
        });
      },
    });
