// What an EventStoreDB answers in frames of the wire.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import emptyFrames from 'google-protobuf/google/protobuf/empty_pb.js';
import { rawCallsTo, streamFrom } from './rawCalls.ts';
import type { Case, Subject } from './transcript.ts';

const empty = () => new emptyFrames.Empty();

export const rawCases = (subject: Subject): Case[] => {
  const { features, gossip, append, batch, read } = rawCallsTo(subject, subject.address);
  const from = (name: string) => streamFrom(subject, name);
  return [
    ['raw.features', features],
    ['raw.gossip', gossip],
    ['raw.append.ok', append('raw', (o) => o.setNoStream(new shared.Empty()))],
    ['raw.append.wrong', append('raw', (o) => o.setNoStream(new shared.Empty()))],
    ['raw.append.wrongRevision', append('raw', (o) => o.setRevision('7'))],
    ['raw.append.tombstoned', append('tomb', (o) => o.setAny(new shared.Empty()))],
    ['raw.batch.ok', batch('rawb', (o) => o.setNoStream(empty()))],
    ['raw.batch.wrong', batch('rawb', (o) => o.setNoStream(empty()))],
    ['raw.batch.wrongRevision', batch('rawb', (o) => o.setStreamPosition('7'))],
    ['raw.batch.streamExistsMissing', batch('rawmissing', (o) => o.setStreamExists(empty()))],
    ['raw.read.frames', read((o) => o.setStream(from('raw')))],
    ['raw.read.missing', read((o) => o.setStream(from('nope')))],
    ['raw.read.tombstoned', read((o) => o.setStream(from('tomb')))],
    [
      'raw.read.controls',
      read((o) => {
        o.setStream(from('raw'));
        o.setControlOption(new streams.ReadReq.Options.ControlOption().setCompatibility(1));
      }),
    ],
    ['raw.read.all', read((o) => o.setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty())))],
  ];
};
