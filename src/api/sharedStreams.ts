// One connection per tab: all subscriptions of a page share one stream of server-sent events, since a browser keeps no
// more than six connections to a server over HTTP/1.1 (docs/decisions/0009).
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { z } from 'zod';
import { tokenOf } from './sessionCookie.ts';

const streamsMax = 10_000;
const operationsMax = 50;
const pingMs = 12_000;
const idleMs = 10_000;
/** Whoever reads nothing for so long while something waits is gone, whatever the network says. */
const drainMs = 30_000;

const operationInput = z.object({
  id: z.string().min(1).max(64),
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
});
const askedInput = z.object({
  /** Names the stream to change; absent opens a new one. */
  stream: z.string().max(64).optional(),
  start: z.array(operationInput).max(operationsMax).default([]),
  stop: z.array(z.string().max(64)).max(operationsMax).default([]),
});
type Operation = z.output<typeof operationInput>;
type Asked = z.output<typeof askedInput>;

export type OperationScope = { req: IncomingMessage; res: ServerResponse; closed: AbortSignal };
type Results = ExecutionResult | AsyncIterable<ExecutionResult>;
/** Runs one operation; its subscription ends soon after `closed`. Rejects with what makes it impossible. */
export type Run = (operation: Operation, scope: OperationScope) => Promise<Results>;

type Stream = { cookie: string; change: (asked: Asked) => boolean };

const isMany = (results: Results): results is AsyncIterable<ExecutionResult> => Symbol.asyncIterator in results;

const refuse = (response: Response, status: number, message: string): void => {
  response.status(status).json({ errors: [{ message }] });
};

/** Writes events in order; waits for slow readers, and gives up those who read nothing any more. */
const writerOf =
  (response: Response) =>
  async (event: string, data: unknown): Promise<void> => {
    if (response.writableEnded || response.destroyed) return;
    if (response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) return;
    await once(response, 'drain', { signal: AbortSignal.timeout(drainMs) }).catch(() => response.destroy());
  };

/** One connection and the operations on it. `fault` masks and logs what an operation threw. */
const openStream = (
  request: Request,
  response: Response,
  run: Run,
  fault: (error: unknown) => GraphQLError,
): Stream => {
  const operations = new Map<string, AbortController>();
  const write = writerOf(response);
  let idle: ReturnType<typeof setTimeout> | undefined;
  const rest = (): void => {
    clearTimeout(idle);
    if (operations.size === 0) idle = setTimeout(() => response.end(), idleMs);
  };

  const follow = async (operation: Operation, ending: AbortController): Promise<void> => {
    const { id } = operation;
    const scope = { req: request, res: response, closed: ending.signal };
    const push = (payload: ExecutionResult) => (ending.signal.aborted ? undefined : write('next', { id, payload }));
    try {
      const results = await run(operation, scope);
      if (isMany(results)) for await (const payload of results) await push(payload);
      else await push(results);
    } catch (error) {
      await push({ errors: [fault(error)] });
    }
    if (operations.get(id) !== ending) return;
    operations.delete(id);
    await write('complete', { id });
    rest();
  };

  response.once('close', () => {
    clearTimeout(idle);
    clearInterval(ping);
    for (const ending of operations.values()) ending.abort();
    operations.clear();
  });
  const ping = setInterval(() => response.write(':\n\n'), pingMs);
  rest();
  return {
    cookie: tokenOf(request) ?? '',
    change: ({ start, stop }) => {
      for (const id of stop) {
        operations.get(id)?.abort();
        operations.delete(id);
      }
      const fresh = start.filter(({ id }) => !operations.has(id));
      if (operations.size + fresh.length > operationsMax) return false;
      for (const operation of fresh) {
        const ending = new AbortController();
        operations.set(operation.id, ending);
        void follow(operation, ending);
      }
      rest();
      return true;
    },
  };
};

const same = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** Handles POSTs whose body has been parsed: opens a stream, or starts and stops operations on one that is open. */
export const sharedStreams = (run: Run, fault: (error: unknown) => GraphQLError) => {
  const streams = new Map<string, Stream>();

  const open = (request: Request, response: Response, asked: Asked): void => {
    if (streams.size >= streamsMax) return refuse(response, 503, 'Too many streams are open. Try again in a moment.');
    const name = randomBytes(32).toString('base64url');
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    response.write(`event: open\ndata: ${JSON.stringify({ stream: name })}\n\n`);
    const stream = openStream(request, response, run, fault);
    streams.set(name, stream);
    response.once('close', () => streams.delete(name));
    stream.change(asked);
  };

  return (request: Request, response: Response): void => {
    const { success, data: asked } = askedInput.safeParse(request.body);
    if (!success)
      return refuse(response, 400, 'Send {"stream", "start": [{"id", "query", "variables"}], "stop": [id]}.');
    if (asked.stream === undefined) return open(request, response, asked);
    const stream = streams.get(asked.stream);
    // A stream belongs to the sign-in that opened it; to everybody else there is none.
    if (!stream || !same(stream.cookie, tokenOf(request) ?? '')) {
      return refuse(response, 404, 'There is no such stream. Open a new one.');
    }
    if (!stream.change(asked)) return refuse(response, 409, `A stream carries at most ${operationsMax} operations.`);
    response.status(202).json({});
  };
};
