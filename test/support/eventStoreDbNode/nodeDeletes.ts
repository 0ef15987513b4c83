// Delete and Tombstone of the test node.
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { expectedOf, nameOf, notReady, streamDeleted, wrongVersionStatus } from './nodeFrames.ts';
import type { Writer } from './nodeLog.ts';

const removed = async (writer: Writer, options: DeleteReq.Options | TombstoneReq.Options, forEver: boolean) => {
  const name = nameOf(options.getStreamIdentifier());
  const expected = expectedOf(options, () => options.getRevision());
  const decided = await writer.remove(name, expected, forEver);
  if (decided.done) return { position: String(decided.position) };
  if (decided.actual === 'deleted') return { refused: streamDeleted(name) };
  if (typeof decided.actual === 'string') return { refused: notReady };
  return { refused: wrongVersionStatus(name, expected, decided.actual) };
};

/** Hides what is there. */
export const softDelete =
  (writer: Writer) =>
  ({ request }: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void => {
    void removed(writer, request.getOptions() ?? new streams.DeleteReq.Options(), false).then(
      ({ position, refused }) => {
        if (refused) return answer(refused);
        const place = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
        answer(null, new streams.DeleteResp().setPosition(place));
      },
    );
  };

/** For ever. */
export const tombstone =
  (writer: Writer) =>
  ({ request }: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void => {
    void removed(writer, request.getOptions() ?? new streams.TombstoneReq.Options(), true).then(
      ({ position, refused }) => {
        if (refused) return answer(refused);
        const place = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
        answer(null, new streams.TombstoneResp().setPosition(place));
      },
    );
  };
