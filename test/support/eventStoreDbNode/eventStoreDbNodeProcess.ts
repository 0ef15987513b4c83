// A node that speaks EventStoreDB's protocol, built from the client's own stubs:
// node eventStoreDbNodeProcess.ts [--port N] [--max-append-size BYTES] [--log FILE]
//   [--tls-key FILE --tls-cert FILE [--account NAME:PASSWORD [--no-all]]] [--no-leader]
// Prints "listening <port>". A parent that forks it may send `Faults`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import grpc from '@grpc/grpc-js';
import { append, batchAppend, type Faults } from './nodeAppends.ts';
import { softDelete, tombstone } from './nodeDeletes.ts';
import { gate } from './nodeGate.ts';
import { openNodeLog } from './nodeLog.ts';
import { read } from './nodeReads.ts';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'max-append-size': { type: 'string', default: '' },
    log: { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    account: { type: 'string' },
    'no-all': { type: 'boolean', default: false },
    'no-leader': { type: 'boolean', default: false },
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

const server = new grpc.Server({
  'grpc.max_receive_message_length': 17 * 1024 * 1024,
  interceptors: [gate({ account: given.account ?? null, all: !given['no-all'], leader: !given['no-leader'] })],
});
server.addService(streamServices.StreamsService, {
  append: append(log),
  batchAppend: batchAppend(log, faults, Number(given['max-append-size']) || 1024 * 1024),
  delete: softDelete(log),
  tombstone: tombstone(log),
  read: read(log, faults),
});
server.addService(featureServices.ServerFeaturesService, {
  getSupportedMethods: (_: unknown, answer: sendUnaryData<SupportedMethods>) => answer(null, supportedMethods()),
});
server.bindAsync(`127.0.0.1:${given.port}`, credentials(), (error, bound) => {
  if (error) throw error;
  process.stdout.write(`listening ${bound}\n`);
  listening = bound;
});
let listening = 0;
server.addService(gossipServices.GossipService, {
  read: (_: unknown, answer: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>) => {
    const bits = new shared.UUID.Structured().setMostSignificantBits('1').setLeastSignificantBits('1');
    const id = new shared.UUID().setStructured(bits);
    const member = new gossip.MemberInfo().setInstanceId(id).setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true).setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(listening));
    answer(null, new gossip.ClusterInfo().setMembersList([member]));
  },
});
