// The GraphQL endpoint: one context per request, limits before anything runs, faults masked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { useGraphQLSSE } from '@graphql-yoga/plugin-graphql-sse';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Caller } from '../commands/access.ts';
import { mayAdministerLocally } from '../commands/adminAccess.ts';
import { StoreUnavailable } from '../commands/eventStore.ts';
import { authenticate } from '../commands/signIn.ts';
import { type Origin, Refusal } from '../domain/kernel.ts';
import { isImpossibleValue, isUnavailable } from '../projections/databaseErrors.ts';
import { BadCursor } from '../projections/page.ts';
import { type ApiContext, type ApiParts, loadersOf } from './context.ts';
import { refusalError } from './schema/shared.ts';
import { schema } from './schema.ts';
import { clearedSession, sessionCookie, tokenOf } from './sessionCookie.ts';
import type { OperationScope, Run } from './sharedStreams.ts';

const limits = { aliases: 15, depth: 12, tokens: 2_000 };

export type Transport = {
  /** Address and user agent, with trusted proxies taken into account. */
  origin: (request: IncomingMessage) => Origin;
  /** Whether the browser came over HTTPS, at our own door or at a trusted proxy's. */
  encrypted: (request: IncomingMessage) => boolean;
  /** Whether browsers give pages of this origin cameras: over HTTPS, or from this machine. */
  secure: (request: IncomingMessage) => boolean;
  /** Whether whoever asks sits at this machine: by the socket's peer, and under the machine's own name. */
  local: (request: IncomingMessage) => boolean;
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Only where details are logged. */
  detail: (message: string, fields: Record<string, unknown>) => void;
};

type Server = { req: IncomingMessage; res: ServerResponse; closed?: AbortSignal };

const anonymous = (origin: Origin): Caller => ({
  actor: { kind: 'anonymous', id: 'anonymous' },
  role: null,
  signInId: null,
  origin,
});

/** An administrator who has no account, on the record by where she sits. */
const atTheServer = (origin: Origin): Caller => ({
  actor: { kind: 'anonymous', id: 'localhost' },
  role: 'admin',
  signInId: null,
  origin,
});

/** Looks through GraphQL's wrapping for what really went wrong. */
const rootOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;

const isMisfit = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && error.message.startsWith('Variable "$');

const maskError =
  (log: Transport['log']) =>
  (error: unknown): GraphQLError => {
    const root = rootOf(error);
    if (root instanceof Refusal) return refusalError(root) as GraphQLError;
    if (root instanceof BadCursor) return new GraphQLError(root.message, { extensions: { code: 'BAD_CURSOR' } });
    // Of a value that its type does not allow, the outer error says where it stood.
    if (root instanceof GraphQLError) return isMisfit(error) ? error : root;
    if (isImpossibleValue(root)) {
      return new GraphQLError('A value asked for is none that anything can have.', {
        extensions: { code: 'INPUT_INVALID' },
      });
    }
    if (root instanceof StoreUnavailable) return refusalError(new Refusal('event_store.unavailable')) as GraphQLError;
    if (isUnavailable(root)) {
      return new GraphQLError('The database cannot be reached. Read again in a moment.', {
        extensions: { code: 'READ_MODEL_UNAVAILABLE' },
      });
    }
    log('request failed', { reason: root instanceof Error ? (root.stack ?? root.message) : String(root) });
    return new GraphQLError('Something went wrong on the server. Try again; its log says what it was.', {
      extensions: { code: 'INTERNAL' },
    });
  };

// Without a reason each answer would make an exception with its stack.
const gone = 'The connection is gone';

/** Aborted when the connection is gone, by whatever cause. */
const closingOf = (res: ServerResponse): AbortSignal => {
  const closing = new AbortController();
  res.once('close', () => closing.abort(gone));
  return closing.signal;
};

type Enveloped = {
  schema: GraphQLSchema;
  parse: (query: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  contextFactory: () => Promise<unknown>;
  subscribe: (args: ExecutionArgs) => Promise<ExecutionResult | AsyncIterable<ExecutionResult>>;
};

/** Runs a subscription with the limits, the context and the masking of every other operation. */
const subscriptionsBy =
  (enveloped: (initial: OperationScope & { params: object }) => Enveloped): Run =>
  async ({ query, variables = {} }, scope) => {
    const {
      schema: known,
      parse,
      validate,
      contextFactory,
      subscribe,
    } = enveloped({ ...scope, params: { query, variables } });
    const document = parse(query);
    const errors = validate(known, document);
    if (errors.length > 0) return { errors };
    // Anything else has its own endpoint, with its own limits.
    if (getOperationAST(document)?.operation !== 'subscription') {
      return {
        errors: [
          new GraphQLError('Streams carry subscriptions, each with one operation. Send everything else to /graphql.'),
        ],
      };
    }
    const contextValue = await contextFactory();
    return subscribe({ schema: known, document, variableValues: variables, contextValue });
  };

/** Which fields are asked for, and none of their arguments. */
const tellOperation = ({ detail }: Transport, { document, operationName }: ExecutionArgs): void => {
  const operation = getOperationAST(document, operationName);
  const fields = operation?.selectionSet.selections.flatMap((each) => (each.kind === 'Field' ? [each.name.value] : []));
  detail('operation', { kind: operation?.operation, fields: fields?.slice(0, 20) });
};

/** The request handler for `/graphql` and `/graphql/stream`, and what runs subscriptions on shared streams. */
export const graphqlHandler = (parts: ApiParts, transport: Transport) => {
  const context = async ({ req, res, closed = closingOf(res) }: Server): Promise<ApiContext> => {
    const origin = transport.origin(req);
    // Not every client sends a Secure cookie back over the plain HTTP of its own machine.
    const encrypted = transport.encrypted(req);
    const token = tokenOf(req);
    const signedIn = async (): Promise<Caller | null> =>
      token === null ? null : authenticate(parts.needs, token, origin);
    const local = async (): Promise<Caller | null> =>
      transport.local(req) && (await mayAdministerLocally(parts.needs, origin.ip)) ? atTheServer(origin) : null;
    const known = async (): Promise<Caller | null> => (await signedIn()) ?? (await local());
    const caller = (await known()) ?? anonymous(origin);
    if (caller.actor.kind === 'account') parts.presence.seen(caller.actor.id);
    return {
      ...parts,
      ...loadersOf(parts.pool),
      caller,
      token,
      reauthenticate: known,
      closed,
      secure: transport.secure(req),
      setSession: (fresh, expiresAt) => res.setHeader('set-cookie', sessionCookie(fresh, expiresAt, encrypted)),
      clearSession: () => res.setHeader('set-cookie', clearedSession(encrypted)),
    };
  };
  const fault = maskError(transport.log);
  const yoga = createYoga<Server, ApiContext>({
    schema,
    context,
    graphiql: false,
    landingPage: false,
    batching: false,
    logging: false,
    // The length was looked at before, and nothing longer than it says gets through the parser of HTTP.
    maxRequestBodySize: false,
    maskedErrors: { maskError: fault },
    plugins: [
      useGraphQLSSE({ endpoint: '/graphql/stream' }),
      maxAliasesPlugin({ n: limits.aliases }),
      maxDepthPlugin({ n: limits.depth }),
      maxTokensPlugin({ n: limits.tokens }),
      { onExecute: ({ args }: { args: ExecutionArgs }) => tellOperation(transport, args) },
    ],
  });
  return { yoga, run: subscriptionsBy((initial) => yoga.getEnveloped(initial as never) as Enveloped), fault };
};
