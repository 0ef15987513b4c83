// A node that speaks EventStoreDB's protocol, built from the client's own stubs:
// node eventStoreDbNodeProcess.ts [--port N] [--max-append-size BYTES] [--log FILE]
//   [--tls-key FILE --tls-cert FILE [--admin NAME:PASSWORD]... [--account NAME:PASSWORD]...] [--no-leader]
//   [--hub SOCKET --member N]   as one of a cluster, see eventStoreDbClusterProcess.ts
// Prints "listening <port>". A parent that forks it may send `Faults`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import grpc from '@grpc/grpc-js';
import { joinCluster, type Membership } from './clusterMember.ts';
import type { View } from './clusterWire.ts';
import { append, batchAppend, type Faults } from './nodeAppends.ts';
import { softDelete, tombstone } from './nodeDeletes.ts';
import { gate, type Leader, rightsOf } from './nodeGate.ts';
import { gossipRead, listenBoth } from './nodeGossip.ts';
import { openNodeLog, type Writer, writerOf } from './nodeLog.ts';
import { read } from './nodeReads.ts';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'max-append-size': { type: 'string', default: '' },
    log: { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    admin: { type: 'string', multiple: true, default: [] },
    account: { type: 'string', multiple: true, default: [] },
    'no-leader': { type: 'boolean', default: false },
    hub: { type: 'string' },
    member: { type: 'string', default: '0' },
  },
});
const log = openNodeLog(given.log ?? null);
const faults: Faults = { loseAnswers: 0, slowMs: 0, slowReadMs: 0 };
process.on('message', (message: Partial<Faults>) => {
  Object.assign(faults, message);
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());

const supported: [path: string, features: string[]][] = [
  [streamServices.StreamsService.append.path, []],
  [streamServices.StreamsService.batchAppend.path, ['deadline_duration']],
  [streamServices.StreamsService.read.path, ['position', 'events']],
  [streamServices.StreamsService.delete.path, []],
  [streamServices.StreamsService.tombstone.path, []],
  [gossipServices.GossipService.read.path, []],
  [featureServices.ServerFeaturesService.getSupportedMethods.path, []],
];

const supportedMethods = (): SupportedMethods =>
  new features.SupportedMethods().setEventStoreServerVersion('23.10.6').setMethodsList(
    supported.map(([path, names]) => {
      const [, service = '', method = ''] = path.toLowerCase().split('/');
      return new features.SupportedMethod().setServiceName(service).setMethodName(method).setFeaturesList(names);
    }),
  );

const credentials = (): grpc.ServerCredentials => {
  const [key, cert] = [given['tls-key'], given['tls-cert']];
  if (key === undefined || cert === undefined) return grpc.ServerCredentials.createInsecure();
  return grpc.ServerCredentials.createSsl(null, [{ private_key: readFileSync(key), cert_chain: readFileSync(cert) }]);
};

let listening = 0;
let membership: Membership | null = null;
const alone = writerOf(log);
const writer: Writer = {
  append: (...asked) => (membership?.writer ?? alone).append(...asked),
  remove: (...asked) => (membership?.writer ?? alone).remove(...asked),
};
const view = (): View =>
  membership?.view() ?? { epoch: 0, members: [{ port: listening, state: 'leader', alive: true }] };
const leader = (): Leader => {
  if (!membership) return given['no-leader'] ? 'unknown' : 'here';
  const port = view().members.find(({ state }) => state === 'leader')?.port;
  if (port === undefined) return 'unknown';
  return port === listening ? 'here' : { host: '127.0.0.1', port };
};

const accountsIn = (list: readonly string[]) =>
  new Map(list.map((each): [string, string] => [each.split(':')[0] ?? '', each.slice(each.indexOf(':') + 1)]));
const accounts = { admins: accountsIn(given.admin), others: accountsIn(given.account) };
const rights = rightsOf(accounts.admins.size + accounts.others.size > 0 ? accounts : null, log);

const server = new grpc.Server({
  'grpc.max_receive_message_length': 17 * 1024 * 1024,
  interceptors: [gate(rights, leader)],
});
server.addService(streamServices.StreamsService, {
  append: append(writer),
  batchAppend: batchAppend(writer, faults, Number(given['max-append-size']) || 1024 * 1024, leader, rights),
  delete: softDelete(writer),
  tombstone: tombstone(writer),
  read: read(log, faults),
});
server.addService(featureServices.ServerFeaturesService, {
  getSupportedMethods: (_: unknown, answer: sendUnaryData<SupportedMethods>) => answer(null, supportedMethods()),
});
server.addService(gossipServices.GossipService, { read: gossipRead(view) });

const heard = (port: number) => {
  listening = port;
  if (given.hub !== undefined) membership = joinCluster(given.hub, Number(given.member), port, log);
  process.stdout.write(`listening ${port}\n`);
};
if (given.hub === undefined) {
  server.bindAsync(`127.0.0.1:${given.port}`, credentials(), (error, port) => {
    if (error) throw error;
    heard(port);
  });
} else listenBoth(server, credentials(), Number(given.port), view, heard);
