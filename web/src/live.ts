// Everything the server pushes comes through here: server-sent events, resumed after every break.
import { useEffect, useRef, useState } from 'react';
import type { TypedDocumentString } from './gql/graphql.ts';
import { doubtSignIn } from './graphql.ts';
import { type Pushed, subscribe } from './stream.ts';

const waitMsMin = 500;
const waitMsMax = 10_000;

export type Line = 'connecting' | 'live' | 'broken' | 'refused';

type Sink<Data> = {
  next: (data: Data) => void;
  line?: (line: Line) => void;
};

/**
 * Follows a subscription until the returned function is called or the server refuses it. `variables` is asked at every
 * connection, so that a resumable subscription goes on after the last thing it saw.
 */
const follow = <Data, Variables extends Record<string, unknown>>(
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
  const take = ({ data }: Pushed<Data>) => {
    if (stopped) return;
    if (data) {
      waitMs = waitMsMin;
      sink.line?.('live');
      sink.next(data);
      return;
    }
    // Refused: asking again would be refused again.
    stopped = true;
    sink.line?.('refused');
    doubtSignIn();
  };
  const complete = () => {
    // The server goes away, or nobody is signed in any more: the first mends itself, the second is for the frame to
    // find out.
    if (!stopped) doubtSignIn();
    again();
  };
  const connect = () => {
    const request = { query: document.toString(), variables: variables() };
    dispose = subscribe<Data>(request, { next: take, error: again, complete });
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
  next: (data: Data) => void,
  options: { key?: string; paused?: boolean } = {},
): Line => {
  const [line, setLine] = useState<Line>('connecting');
  const latest = useRef({ variables, next });
  latest.current = { variables, next };
  const { key = '', paused = false } = options;
  useEffect(() => {
    if (paused) return;
    const asked = () => {
      const { variables: now } = latest.current;
      return typeof now === 'function' ? now() : now;
    };
    return follow(document, asked, { next: (data) => latest.current.next(data), line: setLine });
    // A new key means other variables, and so another connection.
  }, [document, key, paused]);
  return line;
};
