// Delete and Tombstone of the test node.
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { expectedOf, nameOf, streamDeleted, wrongVersionStatus } from './nodeFrames.ts';
import type { NodeLog } from './nodeLog.ts';

const removed = (log: NodeLog, options: DeleteReq.Options | TombstoneReq.Options, forEver: boolean) => {
  const name = nameOf(options.getStreamIdentifier());
  const expected = expectedOf(options, () => options.getRevision());
  const decided = log.remove(name, expected, forEver);
  if (decided.done) return { position: String(decided.position) };
  if (decided.actual === 'deleted') return { refused: streamDeleted(name) };
  return { refused: wrongVersionStatus(name, expected, decided.actual) };
};

/** Hides what is there. */
export const softDelete =
  (log: NodeLog) =>
  ({ request }: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void => {
    const { position, refused } = removed(log, request.getOptions() ?? new streams.DeleteReq.Options(), false);
    if (refused) return answer(refused);
    const place = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
    answer(null, new streams.DeleteResp().setPosition(place));
  };

/** For ever. */
export const tombstone =
  (log: NodeLog) =>
  ({ request }: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void => {
    const { position, refused } = removed(log, request.getOptions() ?? new streams.TombstoneReq.Options(), true);
    if (refused) return answer(refused);
    const place = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
    answer(null, new streams.TombstoneResp().setPosition(place));
  };
