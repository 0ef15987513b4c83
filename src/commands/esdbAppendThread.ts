// A thread that appends to EventStoreDB: the client takes nearly as long for each event as all that was before.
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from './esdbConnection.ts';
import { openReader } from './esdbLogReader.ts';
import { settleBy } from './esdbSettling.ts';
import {
  type FromThread,
  type Outcome,
  type ThreadOptions,
  type ToThread,
  told,
  unpacked,
} from './esdbThreadMessages.ts';

assert(parentPort, 'To be started as a thread');
const port = parentPort;
const say = (message: FromThread): void => port.postMessage(message);

const { url, ...times } = workerData as ThreadOptions;
const connection = connect({ url, ...times, onFault: (error) => say({ fault: told(error).message }) });
const settle = settleBy({ connection, reader: openReader(connection), ...times });

let outcomes: Outcome[] = [];
const answer = (outcome: Outcome): void => {
  if (outcomes.push(outcome) > 1) return;
  setImmediate(() => {
    say({ outcomes });
    outcomes = [];
  });
};

port.on('message', (message: ToThread) => {
  if ('close' in message) {
    // Ends this thread alone.
    connection.close().then(
      () => process.exit(),
      () => process.exit(),
    );
    return;
  }
  for (const [n, append] of unpacked(message)) {
    settle(append).then(
      (appended) => answer({ n, appended }),
      (error: unknown) => answer({ n, failed: told(error) }),
    );
  }
});
say({ ready: true });
