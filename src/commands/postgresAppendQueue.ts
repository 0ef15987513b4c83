// Appends that wait for a connection: first come first served, and never two of one stream at the same time.
import { type Appended, type ExpectedRevision, type NewEvent, OutcomeUnknown, StoreUnavailable } from './eventStore.ts';
import { createSignal, type Signal } from './signal.ts';

export type Job = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
  /** Of the monotonic clock. */
  readonly queuedAtMs: number;
  readonly deadlineMs: number;
  /** It was sent and not answered: only repeating it can tell what came of it. */
  maybeWritten: boolean;
  /** It was in a batch that the server refused as a whole; goes alone from now on, so that the culprit is found. */
  alone: boolean;
  settled: boolean;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
};

export type AppendQueue = {
  changed: Signal;
  add: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    timeoutMs: number,
  ) => Promise<Appended>;
  /**
   * The next batch, at most one job per stream; empty when nothing can be sent now. Of many jobs only one of `parts`
   * equal parts, when so many connections are free to share them.
   */
  take: (parts: number) => Job[];
  /** Frees the streams of a batch; what is not settled by then goes first when its stream's turn comes again. */
  giveBack: (batch: readonly Job[]) => void;
  /** Tells the queue that the store answers. */
  progressed: () => void;
  isEmpty: () => boolean;
};

const batchEventsMax = 2000;
const batchBytesMax = 4 * 1024 * 1024;
/** Fewer than this are not worth two trips. */
const sharedJobsMin = 16;
const sweepMs = 25;

const bytesOf = (job: Job): number =>
  job.events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);

export const settle = (job: Job, answer: Appended | Error): void => {
  if (job.settled) return;
  job.settled = true;
  if (answer instanceof Error) job.reject(answer);
  else job.resolve(answer);
};

/** What a job is told that ran out of time, or null while it has some left. */
const verdictOn = (job: Job, maybeWritten: boolean, stuck: boolean, nowMs: number): Error | null => {
  if (nowMs >= job.deadlineMs) {
    return maybeWritten
      ? new OutcomeUnknown('The event store has not said whether it wrote this')
      : new StoreUnavailable('The event store did not get to this in time');
  }
  return stuck && !maybeWritten ? new StoreUnavailable('The event store does not answer') : null;
};

type Backlog = {
  push: (job: Job) => void;
  take: (parts: number) => Job[];
  giveBack: (batch: readonly Job[]) => void;
  isUnderWay: (job: Job) => boolean;
};

const createBacklog = (): Backlog => {
  const waiting = new Map<string, Job[]>(); // By stream, in order.
  const ready = new Set<string>(); // Streams that have a waiting job and none under way, in order of readiness.
  const underWay = new Map<string, Job>(); // By stream.

  const nextOf = (stream: string): Job | undefined => {
    const jobs = waiting.get(stream) ?? [];
    while (jobs[0]?.settled) jobs.shift();
    if (jobs[0]) return jobs[0];
    waiting.delete(stream);
    ready.delete(stream);
    return undefined;
  };

  const take = (parts: number): Job[] => {
    const batch: Job[] = [];
    const jobsMax = ready.size < sharedJobsMin ? sharedJobsMin : Math.ceil(ready.size / parts);
    let events = 0;
    let bytes = 0;
    for (const stream of ready) {
      if (batch.length === jobsMax) break;
      const job = nextOf(stream);
      if (!job) continue;
      events += job.events.length;
      bytes += bytesOf(job);
      if (batch.length > 0 && (job.alone || batch[0]?.alone || events > batchEventsMax || bytes > batchBytesMax)) break;
      batch.push(job);
      waiting.get(stream)?.shift();
      ready.delete(stream);
      underWay.set(stream, job);
    }
    return batch;
  };

  return {
    take,
    push: (job) => {
      const jobs = waiting.get(job.stream);
      if (jobs) jobs.push(job);
      else waiting.set(job.stream, [job]);
      if (!underWay.has(job.stream)) ready.add(job.stream);
    },
    giveBack: (batch) => {
      for (const job of batch) {
        underWay.delete(job.stream);
        if (!job.settled) waiting.set(job.stream, [job, ...(waiting.get(job.stream) ?? [])]);
        if (waiting.has(job.stream)) ready.add(job.stream);
      }
    },
    isUnderWay: (job) => underWay.get(job.stream) === job,
  };
};

/** `refuseAfterMs`: how long the store may be silent before what was not yet sent is refused. */
export const createAppendQueue = (refuseAfterMs: number, jobsMax = 20_000): AppendQueue => {
  const changed = createSignal();
  const backlog = createBacklog();
  const pending = new Set<Job>(); // Waiting or under way.
  let lastProgressMs = performance.now();
  let sweeper: NodeJS.Timeout | undefined;

  const sweep = () => {
    const nowMs = performance.now();
    for (const job of pending) {
      const stuck = nowMs - Math.max(job.queuedAtMs, lastProgressMs) > refuseAfterMs;
      const verdict = verdictOn(job, job.maybeWritten || backlog.isUnderWay(job), stuck, nowMs);
      if (!verdict) continue;
      settle(job, verdict);
      pending.delete(job);
    }
    if (pending.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
    changed.raise();
  };

  return {
    changed,
    take: backlog.take,
    add: (stream, expected, events, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (pending.size >= jobsMax) return reject(new StoreUnavailable('Too many appends wait for the event store'));
        const queuedAtMs = performance.now();
        const times = { queuedAtMs, deadlineMs: queuedAtMs + timeoutMs };
        const marks = { maybeWritten: false, alone: false, settled: false };
        const job: Job = { stream, expected, events, ...times, ...marks, resolve, reject };
        backlog.push(job);
        pending.add(job);
        sweeper ??= setInterval(sweep, sweepMs);
        changed.raise();
      }),
    giveBack: (batch) => {
      backlog.giveBack(batch);
      for (const job of batch) if (job.settled) pending.delete(job);
      changed.raise();
    },
    progressed: () => {
      lastProgressMs = performance.now();
    },
    isEmpty: () => pending.size === 0,
  };
};
