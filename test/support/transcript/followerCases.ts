// What only a cluster shows: who is in it, and what a follower does with what is the leader's.
import { EventStoreDBClient } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import grpc from '@grpc/grpc-js';
import emptyFrames from 'google-protobuf/google/protobuf/empty_pb.js';
import { rawCallsTo, streamFrom } from './rawCalls.ts';
import { brief, type Case, collect, event, type Subject, seen } from './transcript.ts';

const account = { username: 'admin', password: 'changeit' };

const leaderFirst = (): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set('requires-leader', 'true');
  return metadata;
};

/** Of a frame what it is; of the end of a call all. */
const namesOf = (frames: unknown): unknown =>
  (frames as Record<string, unknown>[]).map((frame) =>
    'status' in frame ? frame : Object.keys(frame).find((key) => Boolean(frame[key])),
  );

/** `follower`: host and port of one. */
export const followerCases =
  (follower: string) =>
  (subject: Subject): Case[] => {
    const { client, stream, url } = subject;
    const [plain, leading] = [rawCallsTo(subject, follower), rawCallsTo(subject, follower, leaderFirst())];
    const at = (address: string) => EventStoreDBClient.connectionString(address);
    const alone = `esdb://${follower}?tls=false`;
    const [direct, preferring] = [at(alone), at(`${url}&nodePreference=follower`)];
    const named = async (frames: Promise<unknown>) => namesOf(await frames);
    const append = (by: typeof client, name: string) => () => brief(by.appendToStream(stream('follower'), event(name)));
    const ownWrite = async () => {
      const appended = await brief(client.appendToStream(stream('fresh'), event('A')));
      return { appended, seenAtOnce: (await collect(preferring.readStream(stream('fresh')))).length };
    };
    return [
      ['raw.features', plain.features],
      ['raw.gossip', plain.gossip],
      ['', () => client.appendToStream(stream('s'), [event('A'), event('B'), event('C')])],
      ['follower.raw.append', plain.append('follower', (o) => o.setAny(new shared.Empty()))],
      ['follower.raw.append.requiresLeader', leading.append('follower', (o) => o.setAny(new shared.Empty()))],
      ['follower.raw.batch', plain.batch('follower', (o) => o.setAny(new emptyFrames.Empty()))],
      ['follower.raw.batch.requiresLeader', leading.batch('follower', (o) => o.setAny(new emptyFrames.Empty()))],
      ['follower.raw.read', () => named(plain.read((o) => o.setStream(streamFrom(subject, 's')))())],
      ['follower.raw.read.requiresLeader', () => named(leading.read((o) => o.setStream(streamFrom(subject, 's')))())],
      ['follower.client.append', append(direct, 'A')],
      ['follower.client.appendAgain', append(direct, 'B')],
      [
        'follower.client.append.unary',
        () => brief(at(alone).appendToStream(stream('follower'), event('C'), { credentials: account })),
      ],
      ['follower.client.read', () => seen(subject, direct.readStream(stream('s'), { maxCount: 1 }))],
      ['follower.preferred.append', append(preferring, 'D')],
      ['follower.preferred.readOwnWrite', ownWrite],
    ];
  };
