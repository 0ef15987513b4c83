// Questions to the server: one client, one hook, four answers (loading, ready, refused, failed).
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type AnyVariables, Client, type CombinedError, fetchExchange } from 'urql';
import type { InputProblemCode, RefusalCode, TypedDocumentString } from './gql/graphql.ts';

/** Demanded by the server on every request: other sites cannot set it. */
export const requiredHeaders = { 'x-hansard': '1' };

export const client = new Client({
  url: '/graphql',
  exchanges: [fetchExchange],
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetchOptions: { headers: requiredHeaders, credentials: 'same-origin' },
});

/** What is wrong with one field of what was asked. */
export type Problem = { path: string; code: InputProblemCode; limit: number | null };

/** States of the server in which it cannot answer, each with words of its own. */
const states = ['READ_MODEL_BEHIND', 'READ_MODEL_UNAVAILABLE', 'BAD_CURSOR', 'INTERNAL'] as const;
type State = (typeof states)[number];

export type Failure =
  | { kind: 'refused'; code: RefusalCode; problems: Problem[] }
  | { kind: 'unreachable' }
  | { kind: 'failed'; state: State }
  /** Of GraphQL itself, in English. */
  | { kind: 'failed'; state: null; message: string };

// Codes of the API itself, which say nothing about what was asked.
const notRefusals = /^(BAD_|GRAPHQL_|NOT_)/;
const refusalCode = (code: unknown): RefusalCode | undefined =>
  typeof code === 'string' &&
  /^[A-Z_]+$/.test(code) &&
  !notRefusals.test(code) &&
  !states.some((state) => state === code)
    ? (code as RefusalCode)
    : undefined;

type Details = { problems?: { path: string; code: string; limit: number | null }[] } | undefined;

/** The fields that a query's refusal names; their codes are those of the server's own words. */
const problemsIn = (details: Details): Problem[] =>
  (details?.problems ?? []).map(({ code, ...rest }) => ({ ...rest, code: code.toUpperCase() as InputProblemCode }));

/** GraphQL itself refuses numbers and moments that are none, and says in English where they stood. */
const misfit = (message: string): Problem | null => {
  const [, variable, path] = /^Variable "\$(\w+)" got invalid value (?:.*? at "([\w.]+)")?/s.exec(message) ?? [];
  return variable === undefined ? null : { path: path ?? variable, code: 'INVALID', limit: null };
};

/** Sorts an error of the transport or of GraphQL into what a page can show. */
export const failureOf = (error: CombinedError): Failure => {
  for (const { extensions, message } of error.graphQLErrors) {
    const code = refusalCode(extensions['code']);
    if (code) return { kind: 'refused', code, problems: problemsIn(extensions['details'] as Details) };
    const problem = misfit(message);
    if (problem) return { kind: 'refused', code: 'INPUT_INVALID', problems: [problem] };
  }
  if (error.networkError) return { kind: 'unreachable' };
  const [first] = error.graphQLErrors;
  const state = states.find((each) => each === first?.extensions['code']);
  return state ? { kind: 'failed', state } : { kind: 'failed', state: null, message: first?.message ?? '' };
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
