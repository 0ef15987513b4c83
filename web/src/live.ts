// Everything the server pushes comes through here: server-sent events, resumed after every break.
import { createClient } from 'graphql-sse';
import { useEffect, useRef, useState } from 'react';
import type { TypedDocumentString } from './gql/graphql.ts';
import { requiredHeaders } from './graphql.ts';

const client = createClient({
  url: '/graphql/stream',
  headers: requiredHeaders,
  credentials: 'same-origin',
  retryAttempts: 0,
});

const waitMsMin = 500;
const waitMsMax = 10_000;

export type Line = 'connecting' | 'live' | 'broken';

type Sink<Data> = {
  next: (data: Data) => void;
  line?: (line: Line) => void;
  /** The server has nothing more to say; answer false to stop, true to ask again. */
  complete?: () => Promise<boolean> | boolean;
};

/**
 * Follows a subscription until the returned function is called. `variables` is asked at every connection, so that a
 * resumable subscription goes on after the last thing it saw.
 */
export const follow = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => Variables,
  sink: Sink<Data>,
): (() => void) => {
  let stopped = false;
  let dispose = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = waitMsMin;
  const again = () => {
    if (stopped) return;
    sink.line?.('broken');
    timer = setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, waitMsMax);
  };
  const connect = () => {
    dispose = client.subscribe<Data>(
      { query: document.toString(), variables: variables() },
      {
        next: ({ data }) => {
          if (stopped || !data) return;
          waitMs = waitMsMin;
          sink.line?.('live');
          sink.next(data);
        },
        error: again,
        complete: () => {
          if (stopped) return;
          void Promise.resolve(sink.complete?.() ?? true).then((goOn) => (goOn ? again() : undefined));
        },
      },
    );
  };
  sink.line?.('connecting');
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    dispose();
  };
};

/** Follows while the component is there. `next` and `variables` may change without a new connection; `key` may not. */
export const useLive = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | (() => Variables),
  sink: Omit<Sink<Data>, 'line'>,
  options: { key?: string; paused?: boolean } = {},
): Line => {
  const [line, setLine] = useState<Line>('connecting');
  const latest = useRef({ variables, sink });
  latest.current = { variables, sink };
  const { key = '', paused = false } = options;
  useEffect(() => {
    if (paused) return;
    const asked = () => {
      const { variables: now } = latest.current;
      return typeof now === 'function' ? now() : now;
    };
    return follow(document, asked, {
      next: (data) => latest.current.sink.next(data),
      complete: () => latest.current.sink.complete?.() ?? true,
      line: setLine,
    });
  }, [document, key, paused]);
  return line;
};
