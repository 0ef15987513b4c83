// Everything the server pushes comes through here: server-sent events, resumed after every break and whenever the tab
// is attended to again.
import { useEffect, useRef, useState } from 'react';
import { isAttended, whileAttended } from './attended.ts';
import type { TypedDocumentString } from './gql/graphql.ts';
import { doubtSignIn } from './graphql.ts';
import { type Pushed, subscribe } from './stream.ts';

const waitMsMin = 500;
const waitMsMax = 10_000;

export type Line = 'connecting' | 'live' | 'broken' | 'refused';

type Sink<Data> = {
  /** `missed`: between what the page has read or been told and this, something may have happened. */
  next: (data: Data, missed: boolean) => void;
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
  let missed = !isAttended();
  const again = () => {
    if (stopped) return;
    missed = true;
    sink.line?.('broken');
    timer = setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, waitMsMax);
  };
  const take = ({ data }: Pushed<Data>) => {
    if (stopped) return;
    if (data) {
      waitMs = waitMsMin;
      sink.line?.('live');
      sink.next(data, missed);
      missed = false;
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
    if (stopped) return;
    const request = { query: document.toString(), variables: variables() };
    dispose = subscribe<Data>(request, { next: take, error: again, complete });
  };
  // Not a break: what is shown stays, and goes on where it was.
  const disconnect = () => {
    missed = true;
    clearTimeout(timer);
    dispose();
  };
  sink.line?.('connecting');
  const leave = whileAttended(connect, disconnect);
  return () => {
    stopped = true;
    leave();
    disconnect();
  };
};

/** Follows while the component is there. `next` and `variables` may change without a new connection; `key` may not. */
export const useLive = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | (() => Variables),
  next: (data: Data, missed: boolean) => void,
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
    return follow(document, asked, { next: (...pushed) => latest.current.next(...pushed), line: setLine });
    // A new key means other variables, and so another connection.
  }, [document, key, paused]);
  return line;
};

/**
 * Calls `changed` with the ids of what changed, and with none when it may be anything: at a change that nobody named, or
 * after a break.
 */
export const useChanges = <Data>(
  document: TypedDocumentString<Data, Record<string, never>>,
  idsOf: (data: Data) => readonly string[],
  changed: (ids: readonly string[]) => void,
): void => {
  const begun = useRef(false);
  useLive(document, {}, (data, missed) => {
    const ids = idsOf(data);
    // The first only says that it begins, and the page was read just now.
    if (begun.current || missed || ids.length > 0) changed(ids);
    begun.current = true;
  });
};
