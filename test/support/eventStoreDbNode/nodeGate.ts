// Whom the test node lets in, and whether it can serve at all; answers as a secured 23.10.6, and one without a leader.
import grpc from '@grpc/grpc-js';

export type Gate = {
  /** `NAME:PASSWORD`; null lets everybody in. */
  account: string | null;
  /** Whether the account may read `$all`. */
  all: boolean;
  leader: boolean;
};

const refusalOf = (gate: Gate, path: string, authorization: string): Partial<grpc.StatusObject> | null => {
  if (!/Streams\//.test(path)) return null;
  if (!gate.leader) return { code: grpc.status.UNAVAILABLE, details: 'Server Is Not Ready' };
  if (gate.account === null) return null;
  const wanted = `Basic ${Buffer.from(gate.account).toString('base64')}`;
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
            const refused = refusalOf(rules, method.path, String(metadata.get('authorization')[0] ?? ''));
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
