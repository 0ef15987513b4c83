// A client of the GraphQL API as another program would write it.
import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-sse';

type Json = Record<string, unknown>;
export type Answer = {
  data: Json | null;
  errors?: { message: string; extensions?: { code?: string; details?: Json } }[];
};
/** Argument name → [GraphQL type, value]. */
export type Args = Record<string, [string, unknown]>;
export type CommandAnswer = {
  __typename: string;
  code?: string;
  position?: string | null;
  commandId?: string;
  problems?: { path: string; code: string; limit: number | null; message: string }[];
  details?: Json;
  events?: { type: string; stream: string; data: Json }[];
};

const commandFields = `__typename
  ... on Accepted { commandId position }
  ... on DryRun { events { type stream data } }
  ... on Refusal { code details problems { path code limit message } }`;

export type ApiClient = {
  query: (query: string, variables?: Json) => Promise<Answer>;
  /** The data of a query that must not fail. */
  data: <Data = Json>(query: string, variables?: Json) => Promise<Data>;
  command: (name: string, args: Args, command?: Json) => Promise<CommandAnswer>;
  /** A command that must be accepted; answers its position. */
  accepted: (name: string, args: Args, command?: Json) => Promise<string>;
  signIn: (login: string, password: string) => Promise<void>;
  join: (conferenceId: string, commandId?: string) => Promise<Json>;
  subscribe: (query: string, variables: Json, next: (data: Json) => void) => { stop: () => void; ended: Promise<void> };
  cookie: () => string;
};

/**
 * `cookie`: of a client at another node, whose sign-in this one shares. `headers`: what a proxy would add. `send`:
 * `fetch` or something like it.
 */
export const apiClient = (
  url: string,
  cookie = '',
  headers: Record<string, string> = {},
  send: typeof fetch = fetch,
): ApiClient => {
  const query: ApiClient['query'] = async (text, variables = {}) => {
    const response = await send(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hansard': '1', ...headers, cookie },
      body: JSON.stringify({ query: text, variables }),
    });
    const set = response.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0] ?? '';
    return (await response.json()) as Answer;
  };

  const data = async <Data>(text: string, variables?: Json): Promise<Data> => {
    const answer = await query(text, variables);
    if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data as Data;
  };

  const command: ApiClient['command'] = async (name, args, given = {}) => {
    const declared = Object.entries(args).map(([arg, [type]]) => `$${arg}: ${type}`);
    const passed = Object.keys(args).map((arg) => `${arg}: $${arg}`);
    const text = `mutation (${['$command: CommandInput!', ...declared].join(', ')}) {
      answer: ${name}(${['command: $command', ...passed].join(', ')}) { ${commandFields} }
    }`;
    const variables = {
      command: { commandId: randomUUID(), ...given },
      ...Object.fromEntries(Object.entries(args).map(([arg, [, value]]) => [arg, value])),
    };
    return (await data<{ answer: CommandAnswer }>(text, variables)).answer;
  };

  return {
    query,
    data,
    command,
    accepted: async (name, args, given) => {
      const answer = await command(name, args, given);
      if (answer.__typename !== 'Accepted') throw new Error(`${name}: ${JSON.stringify(answer)}`);
      return answer.position ?? '';
    },
    signIn: async (login, password) => {
      const { signIn } = await data<{ signIn: Json }>(
        `mutation ($command: CommandInput!, $login: String!, $password: String!) {
          signIn(command: $command, login: $login, password: $password) { __typename ... on Refusal { code details } }
        }`,
        { command: { commandId: randomUUID() }, login, password },
      );
      if (signIn['__typename'] !== 'SignedIn') throw new Error(JSON.stringify(signIn));
    },
    join: async (conferenceId, commandId = randomUUID()) => {
      const { joinConference } = await data<{ joinConference: Json }>(
        `mutation ($command: CommandInput!, $id: ID!) {
          joinConference(command: $command, conferenceId: $id) {
            __typename
            ... on JoinTicket { sessionId participantId legId ticket signallingPath position }
            ... on Refusal { code details }
          }
        }`,
        { command: { commandId }, id: conferenceId },
      );
      return joinConference;
    },
    subscribe: (text, variables, next) => {
      const client = createClient({
        url: `${url}/graphql/stream`,
        headers: { 'x-hansard': '1', ...headers, cookie },
        retryAttempts: 0,
      });
      let stop = (): void => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        stop = client.subscribe(
          { query: text, variables },
          {
            next: (result) => result.data && next(result.data as Json),
            error: (error) => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
            complete: resolve,
          },
        );
      });
      return { stop: () => stop(), ended };
    },
    cookie: () => cookie,
  };
};
