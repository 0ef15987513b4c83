// Who is in the cluster, as the test node tells it: by gRPC, and by HTTP/1.1 on the same port as a real one does.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Server, ServerCredentials, sendUnaryData } from '@grpc/grpc-js';
import type { View } from './clusterWire.ts';

const states = gossip.MemberInfo.VNodeState;
const stateOf = { leader: states.LEADER, follower: states.FOLLOWER, none: states.UNKNOWN };
const nameOf = { leader: 'Leader', follower: 'Follower', none: 'Unknown' };

/** Halves of a UUID that the client takes for one (RFC 9562). */
const version4 = String(0x4000);
const variant = -(2n ** 63n);

type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;

/** Of a real one the leader comes first. */
const leaderFirst = (view: View): View['members'] =>
  view.members.toSorted((a, b) => Number(b.state === 'leader') - Number(a.state === 'leader'));

const infoOf = (view: View): ClusterInfo =>
  new gossip.ClusterInfo().setMembersList(
    leaderFirst(view).map(({ port, state, alive }) => {
      const bits = new shared.UUID.Structured().setMostSignificantBits(version4);
      bits.setLeastSignificantBits(String(variant + BigInt(port)));
      const member = new gossip.MemberInfo().setInstanceId(new shared.UUID().setStructured(bits));
      member.setState(stateOf[state]).setIsAlive(alive);
      return member.setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port));
    }),
  );

export const gossipRead =
  (view: () => View) =>
  (_: unknown, answer: sendUnaryData<ClusterInfo>): void =>
    answer(null, infoOf(view()));

const membersText = (view: View): string =>
  JSON.stringify({
    members: leaderFirst(view).map(({ port, state, alive }) => ({
      state: nameOf[state],
      isAlive: alive,
      httpEndPointIp: '127.0.0.1',
      httpEndPointPort: port,
    })),
  });

/** How every connection by HTTP/2 begins (RFC 9113 §3.4), and none by HTTP/1.1. */
const preface = 'PRI ';

/** Listens for both protocols; `/gossip` is all there is by the old one. */
export const listenBoth = (
  server: Server,
  credentials: ServerCredentials,
  port: number,
  view: () => View,
  listening: (port: number) => void,
): void => {
  const http = createHttpServer((request, answer) => {
    answer.statusCode = request.url === '/gossip' ? 200 : 404;
    answer.setHeader('content-type', 'application/json').end(membersText(view()));
  });
  const injector = server.createConnectionInjector(credentials);
  const sort = (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    // By 'data' it would flow, and be gone before the other server listens.
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (!first) return;
      socket.unshift(first);
      if (first.toString('latin1').startsWith(preface)) injector.injectConnection(socket);
      else http.emit('connection', socket);
    });
  };
  const both = createServer(sort);
  both.listen(port, '127.0.0.1', () => {
    const address = both.address();
    listening(typeof address === 'object' && address ? address.port : 0);
  });
};
