// Questions to the server: one client, one hook, four answers (loading, ready, refused, failed).
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type AnyVariables, Client, type CombinedError, fetchExchange } from 'urql';
import type { RefusalCode, TypedDocumentString } from './gql/graphql.ts';

/** Demanded by the server on every request: other sites cannot set it. */
export const requiredHeaders = { 'x-hansard': '1' };

export const client = new Client({
  url: '/graphql',
  exchanges: [fetchExchange],
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetchOptions: { headers: requiredHeaders, credentials: 'same-origin' },
});

export type Failure =
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'unreachable' }
  | { kind: 'failed'; message: string };

// Codes of the API itself, which say nothing about what was asked.
const notRefusals = /^(INTERNAL|BAD_|GRAPHQL_|NOT_)/;
const refusalCode = (code: unknown): RefusalCode | undefined =>
  typeof code === 'string' && /^[A-Z_]+$/.test(code) && !notRefusals.test(code) ? (code as RefusalCode) : undefined;

/** Sorts an error of the transport or of GraphQL into what a page can show. */
export const failureOf = (error: CombinedError): Failure => {
  const code = error.graphQLErrors.map(({ extensions }) => refusalCode(extensions['code'])).find(Boolean);
  if (code) return { kind: 'refused', code };
  return error.networkError
    ? { kind: 'unreachable' }
    : { kind: 'failed', message: error.graphQLErrors[0]?.message ?? '' };
};

const announcer = <Value>(initial: Value) => {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next: Value) => {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const lastWrite = announcer<string | null>(null);
const signedOut = announcer(0);

/** Remembers the place of this page's newest write; whatever reads with it is read again, and sees the write. */
export const wroteAt = lastWrite.set;
/** The same for what came from elsewhere: of two places the later one counts. */
export const movedTo = (position: string): void => {
  if ((lastWrite.get() ?? '') < position) lastWrite.set(position);
};
export const useMinPosition = () => useSyncExternalStore(lastWrite.subscribe, lastWrite.get);

/** Asks the frame to find out whether somebody is still signed in. */
export const doubtSignIn = () => signedOut.set(signedOut.get() + 1);
export const useSignInDoubts = () => useSyncExternalStore(signedOut.subscribe, signedOut.get);

export const ask = async <Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<{ data: Data } | { failure: Failure }> => {
  const { data, error } = await client.query<Data, Variables>(document.toString(), variables).toPromise();
  if (error) {
    const failure = failureOf(error);
    if (failure.kind === 'refused' && failure.code === 'ACCESS_SIGN_IN_REQUIRED') doubtSignIn();
    return { failure };
  }
  return data === undefined ? { failure: { kind: 'unreachable' } } : { data };
};

export type Reading<Data> = {
  data?: Data;
  failure?: Failure;
  /** True while a newer answer is on its way; the old one stays on the screen. */
  reading: boolean;
  readAgain: () => void;
};

/** Reads once the component is there, again when the variables change, and keeps the old answer until the new one. */
export const useRead = <Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  paused = false,
): Reading<Data> => {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ data?: Data; failure?: Failure; reading: boolean }>({ reading: !paused });
  const key = JSON.stringify(variables);
  const asked = useRef(variables);
  asked.current = variables;
  // The key stands for the variables.
  useEffect(() => {
    if (paused) return;
    let wanted = true;
    setState(({ failure: _, ...before }) => ({ ...before, reading: true }));
    void ask(document, asked.current).then((answer) => {
      if (wanted)
        setState((before) => ({ ...('data' in before ? { data: before.data } : {}), ...answer, reading: false }));
    });
    return () => {
      wanted = false;
    };
  }, [document, key, turn, paused]);
  const readAgain = useCallback(() => setTurn((before) => before + 1), []);
  return useMemo(() => ({ ...state, readAgain }), [state, readAgain]);
};
