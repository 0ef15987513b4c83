// Append and BatchAppend of the test node.
import serverShared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import anyFrames from 'google-protobuf/google/protobuf/any_pb.js';
import emptyFrames from 'google-protobuf/google/protobuf/empty_pb.js';
import {
  expectedOf,
  leaderElsewhere,
  nameOf,
  notReady,
  proposedOf,
  streamDeleted,
  streamFrame,
  uuidOf,
} from './nodeFrames.ts';
import { type Leader, type Rights, wantsLeader } from './nodeGate.ts';
import type { Decision, Expected, Proposed, Writer } from './nodeLog.ts';

/**
 * What befalls the coming answers: to appends so many are never sent, all others after `slowMs`; before each event of a
 * page that is read there are `slowReadMs`.
 */
export type Faults = { loseAnswers: number; slowMs: number; slowReadMs: number };

// As a 23.10.6 answers: ALREADY_EXISTS, where one would expect FAILED_PRECONDITION.
const wrongVersionCode = 6;

/** As the server counts them: the name of the type in UTF-16. */
const bytesOf = (events: readonly Proposed[]): number =>
  events.reduce((sum, { type, data, metadata }) => sum + 2 * type.length + data.length + metadata.length, 0);

const wrongVersion = (expected: Expected, actual: number) => {
  const details = new serverShared.WrongExpectedVersion();
  if (actual < 0) details.setCurrentNoStream(new emptyFrames.Empty());
  else details.setCurrentStreamRevision(String(actual));
  if (typeof expected === 'number') details.setExpectedStreamPosition(String(expected));
  else if (expected === 'noStream') details.setExpectedNoStream(new emptyFrames.Empty());
  else if (expected === 'any') details.setExpectedAny(new emptyFrames.Empty());
  else details.setExpectedStreamExists(new emptyFrames.Empty());
  return details;
};

const failure = (code: number, message: string, type: string, details: Uint8Array) => {
  const any = new anyFrames.Any();
  any.pack(details, `event_store.client.${type}`);
  return new statuses.Status().setCode(code).setMessage(message).setDetails(any);
};

type Open = { options: BatchAppendReq.Options; events: Proposed[] };

const failedInTime = () => failure(4, 'Timeout', 'Timeout', new serverShared.Timeout().serializeBinary());

/** A real one gives no code either, and the client no name: "Could not recognize Server Is Not Ready". */
const failedUnready = () => failure(0, notReady.details, 'NotHandled', new Uint8Array());

const failedRight = () =>
  failure(7, 'Access Denied', 'AccessDenied', new serverShared.AccessDenied().serializeBinary());

const decide = async (writer: Writer, { options, events }: Open, appendBytesMax: number) => {
  const expected = expectedOf(options, () => options.getStreamPosition());
  if (events.some(({ type }) => type === '') || nameOf(options.getStreamIdentifier()) === '') {
    const details = new serverShared.BadRequest().setMessage('Required information is missing');
    return failure(3, 'BadRequest', 'BadRequest', details.serializeBinary());
  }
  if (bytesOf(events) > appendBytesMax) {
    const details = new serverShared.MaximumAppendSizeExceeded().setMaxappendsize(appendBytesMax);
    return failure(3, 'MaxAppendSizeExceeded', 'MaximumAppendSizeExceeded', details.serializeBinary());
  }
  const deadlineMs = Number(options.getDeadline()?.toDate() ?? Number.POSITIVE_INFINITY);
  if (deadlineMs < Date.now()) return failedInTime();
  const answer = await writer.append(nameOf(options.getStreamIdentifier()), expected, events, deadlineMs);
  if (answer.done) return answer;
  if (answer.actual === 'timeout') return failedInTime();
  if (answer.actual === 'notReady') return failedUnready();
  if (answer.actual === 'deleted') {
    const gone = new serverShared.StreamDeleted().setStreamIdentifier(options.getStreamIdentifier());
    return failure(9, 'StreamDeleted', 'StreamDeleted', gone.serializeBinary());
  }
  const details = wrongVersion(expected, answer.actual).serializeBinary();
  return failure(wrongVersionCode, 'WrongExpectedVersion', 'WrongExpectedVersion', details);
};

const batchAnswer = (
  request: BatchAppendReq,
  open: Open,
  decided: Awaited<ReturnType<typeof decide>>,
): BatchAppendResp => {
  const answer = new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(streamFrame(nameOf(open.options.getStreamIdentifier())));
  if (!('done' in decided)) return answer.setError(decided);
  const position = String(decided.position);
  const place = new serverShared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position);
  return answer.setSuccess(
    new streams.BatchAppendResp.Success().setCurrentRevision(String(decided.revision)).setPosition(place),
  );
};

export const batchAppend =
  (writer: Writer, faults: Faults, appendBytesMax: number, leader: () => Leader, rights: Rights) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const leaderOnly = wantsLeader(call.metadata);
    const open = new Map<string, Open>();
    const send = (answer: BatchAppendResp) => {
      if (faults.loseAnswers > 0) faults.loseAnswers -= 1;
      else if (faults.slowMs > 0) setTimeout(() => call.write(answer), faults.slowMs);
      else call.write(answer);
    };
    call.on('data', (request: BatchAppendReq) => {
      const key = uuidOf(request.getCorrelationId());
      const options = request.getOptions();
      const append = open.get(key) ?? (options ? { options, events: [] } : null);
      if (!append) return;
      open.set(key, append);
      append.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (!request.getIsFinal()) return;
      open.delete(key);
      const place = leader();
      // A node that led when the call began ends it now, with all that is under way.
      if (leaderOnly && typeof place === 'object') return void call.emit('error', leaderElsewhere(place));
      if (place === 'unknown') return send(batchAnswer(request, append, failedUnready()));
      if (!rights.mayAppend(nameOf(append.options.getStreamIdentifier()), call.metadata)) {
        return send(batchAnswer(request, append, failedRight()));
      }
      decide(writer, append, appendBytesMax).then(
        (decided) => send(batchAnswer(request, append, decided)),
        (error: Error) => call.destroy(error),
      );
      const leftMs = Number(options?.getDeadline()?.toDate() ?? Date.now()) - Date.now();
      // A real one has forgotten that it refused this, and at the deadline answers once more.
      if (append.events.some(({ type }) => type === '')) setTimeout(() => call.write(timedOut(request)), leftMs);
    });
    call.on('end', () => call.end());
  };

const timedOut = (request: BatchAppendReq): BatchAppendResp =>
  new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId()).setError(failedInTime());

const unaryAnswer = (expected: Expected, decided: Exclude<Decision, { actual: 'deleted' }>): AppendResp => {
  if (decided.done) {
    const position = String(decided.position);
    const place = new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position);
    const success = new streams.AppendResp.Success().setCurrentRevision(String(decided.revision)).setPosition(place);
    return new streams.AppendResp().setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (decided.actual < 0) wrong.setCurrentNoStream(new serverShared.Empty());
  else wrong.setCurrentRevision(String(decided.actual));
  // Beside the field of today a real one fills that of clients before 20.6.1.
  if (typeof expected === 'number') wrong.setExpectedRevision(String(expected)).setExpectedRevision2060(expected);
  else if (expected === 'noStream') wrong.setExpectedNoStream(new serverShared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new serverShared.Empty());
  else wrong.setExpectedStreamExists(new serverShared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
};

/** One append per call: what the client uses for calls that bring their own credentials. */
export const append =
  (writer: Writer) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    let options: AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('data', (request: AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message) events.push(proposedOf(message));
    });
    call.on('end', () => {
      const given = options;
      if (!given) return answer({ code: 3, details: 'No options' });
      const expected = expectedOf(given, () => given.getRevision());
      const name = nameOf(given.getStreamIdentifier());
      void writer.append(name, expected, events, Number(call.getDeadline())).then((decided) => {
        if (decided.done) return answer(null, unaryAnswer(expected, decided));
        const { actual } = decided;
        if (typeof actual === 'number') return answer(null, unaryAnswer(expected, { done: false, actual }));
        answer(actual === 'deleted' ? streamDeleted(name) : notReady);
      });
    });
  };
