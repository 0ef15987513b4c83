// What all parts of the schema share: refusals, answers to commands, pages, waiting for one's own writes.
import { GraphQLError } from 'graphql';
import { allow, may, type Relation, type Verb } from '../../commands/access.ts';
import { type Call, type Done, parseCall } from '../../commands/call.ts';
import { StoreUnavailable } from '../../commands/eventStore.ts';
import {
  type InputProblemCode,
  inputProblems,
  type InputProblem as Problem,
  problemText,
} from '../../domain/inputProblems.ts';
import { Refusal } from '../../domain/kernel.ts';
import { type RefusalCode, refusals } from '../../domain/refusals.ts';
import type { Page } from '../../projections/page.ts';
import { type FollowedReport, frameOf, type ReportFrame } from '../../projections/reportFrame.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';

/** A code as GraphQL spells it. */
export const enumName = (code: string): string => code.replaceAll('.', '_').toUpperCase();

const RefusalCodeEnum = builder.enumType('RefusalCode', {
  description: 'Every reason for which a command or a query can be refused.',
  values: Object.fromEntries(
    Object.entries(refusals).map(([code, description]) => [
      enumName(code),
      { value: code as RefusalCode, description },
    ]),
  ),
});

const InputProblemCodeEnum = builder.enumType('InputProblemCode', {
  description: 'Everything that can be wrong with a single field.',
  values: Object.fromEntries(
    Object.entries(inputProblems).map(([code, description]) => [
      enumName(code),
      { value: code as InputProblemCode, description },
    ]),
  ),
});
const InputProblem = builder.objectRef<Problem>('InputProblem').implement({
  description: 'What is wrong with one field. `message` says it in English; clients translate by `code` and `limit`.',
  fields: (t) => ({
    path: t.exposeString('path'),
    code: t.expose('code', { type: InputProblemCodeEnum }),
    limit: t.exposeInt('limit', { nullable: true, description: 'The number that was not kept.' }),
    message: t.string({ resolve: problemText }),
  }),
});

const problemsOf = ({ details }: Pick<Refusal, 'details'>): Problem[] => {
  const { problems } = details;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
};

/** A refusal as a value; graphql takes any Error that is returned for a failure. */
export class RefusedValue {
  readonly code: RefusalCode;
  readonly details: Record<string, unknown>;

  constructor({ code, details }: Refusal) {
    this.code = code;
    this.details = details;
  }
}

export const RefusalType = builder.objectRef<RefusedValue>('Refusal').implement({
  description: 'An expected no. `message` says in English what to do; clients translate by `code`.',
  fields: (t) => ({
    code: t.field({ type: RefusalCodeEnum, resolve: ({ code }) => code }),
    message: t.string({ resolve: ({ code }) => refusals[code] }),
    details: t.field({ type: 'JSON', resolve: ({ details: { problems: _, ...rest } }) => rest }),
    problems: t.field({ type: [InputProblem], resolve: problemsOf }),
  }),
});

type AcceptedShape = { commandId: string; position: string | null };
const Accepted = builder.objectRef<AcceptedShape>('Accepted').implement({
  fields: (t) => ({
    commandId: t.exposeID('commandId'),
    position: t.expose('position', { type: 'Position', nullable: true }),
  }),
});

type Planned = { type: string; stream: string; data: object };
const PlannedEvent = builder.objectRef<Planned>('PlannedEvent').implement({
  fields: (t) => ({
    type: t.exposeString('type'),
    stream: t.exposeString('stream'),
    data: t.field({ type: 'JSON', resolve: ({ data }) => data }),
  }),
});
type DryRunShape = { events: Planned[] };
const DryRun = builder.objectRef<DryRunShape>('DryRun').implement({
  description: 'What the command would record.',
  fields: (t) => ({ events: t.field({ type: [PlannedEvent], resolve: ({ events }) => events }) }),
});

export const CommandResult = builder.unionType('CommandResult', {
  types: [Accepted, DryRun, RefusalType],
  resolveType: (value) => {
    if (value instanceof RefusedValue) return RefusalType;
    return 'events' in value ? DryRun : Accepted;
  },
});

export const CommandInput = builder.inputType('CommandInput', {
  description:
    'Every command takes an id made by the caller; sent again with the same id it answers as the first time.',
  fields: (t) => ({
    commandId: t.id({ required: true }),
    expectedRevision: t.int(),
    reason: t.string(),
    dryRun: t.boolean(),
  }),
});
type CommandShape = (typeof CommandInput)['$inferInput'];

/** Runs a command and turns what comes of it into a member of CommandResult; faults stay faults. */
export const answer = async (
  { caller }: ApiContext,
  command: CommandShape,
  run: (call: Call) => Promise<Done>,
): Promise<AcceptedShape | DryRunShape | RefusedValue> =>
  refusing(async () => {
    const call = parseCall(caller, command);
    const { position, planned } = await run(call);
    return call.dryRun ? { events: planned ?? [] } : { commandId: call.commandId, position };
  });

/** A refusal becomes a value, anything else stays an error. */
export const refusing = async <Result>(act: () => Promise<Result>): Promise<Result | RefusedValue> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refusal) return new RefusedValue(error);
    // The vault is part of the store: without it nothing can be decided either.
    if (error instanceof StoreUnavailable) return new RefusedValue(new Refusal('event_store.unavailable'));
    throw error;
  }
};

/** Refuses a query as a GraphQL error that carries the code; queries have no union to answer with. */
export const allowReading = ({ caller }: ApiContext, verb: Verb, relation: Relation = {}): void => {
  try {
    allow(caller, verb, relation);
  } catch (error) {
    throw refusalError(error);
  }
};

export const mayRead = ({ caller }: ApiContext, verb: Verb, relation: Relation = {}): boolean =>
  may(caller, verb, relation);

/** A refusal as a GraphQL error with its code; other errors unchanged, to be masked. */
export const refusalError = (error: unknown): unknown =>
  error instanceof Refusal
    ? new GraphQLError(refusals[error.code], { extensions: { code: enumName(error.code), details: error.details } })
    : error;

const settleTimeoutMs = 3_000;

/** Waits until these projections have reached the position the caller wrote at. */
export const settled = async (
  { watch }: ApiContext,
  names: readonly string[],
  position: string | null | undefined,
): Promise<void> => {
  if (position == null || (await watch.reached(names, position, settleTimeoutMs))) return;
  throw new GraphQLError('The read model has not caught up with that position yet. Read again in a moment.', {
    extensions: { code: 'READ_MODEL_BEHIND' },
  });
};

type PageInfoShape = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};
const PageInfo = builder.objectRef<PageInfoShape>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
});

type Connected<Row> = Page<Row> & { after: string | null; upTo?: string | null };

type NodeRef<Row extends object> = ReturnType<ReturnType<typeof builder.objectRef<Row>>['implement']>;

/** A Relay connection over a keyset page. That of a report says, on its first page, from where on to follow it. */
export const connectionOf = <Row extends object>(name: string, node: NodeRef<Row>, kind?: 'report') => {
  const edge = builder.objectRef<Page<Row>['rows'][number]>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      // The compiler cannot resolve pothos' conditional type for a row that is still generic.
      node: t.field({ type: node, resolve: ({ row }) => row as never }),
    }),
  });
  return builder.objectRef<Connected<Row>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [edge], resolve: ({ rows }) => rows }),
      pageInfo: t.field({
        type: PageInfo,
        resolve: ({ rows, hasNext, after }) => ({
          hasNextPage: hasNext,
          hasPreviousPage: after !== null,
          startCursor: rows[0]?.cursor ?? null,
          endCursor: rows.at(-1)?.cursor ?? null,
        }),
      }),
      totalCount: t.int({ description: 'Counted up to 10 000.', resolve: ({ total }) => total() }),
      ...(kind === 'report' && {
        upTo: t.field({
          type: 'EventNumber',
          nullable: true,
          description:
            'The first page heeds all events up to this one: `reportNews` after it tells what comes. Null on other ' +
            'pages, before the first event, and in lists that are followed in another way.',
          resolve: ({ upTo }) => upTo ?? null,
        }),
      }),
    }),
  });
};

export const connected = async <Row>(
  page: Promise<Page<Row>>,
  after: string | null | undefined,
): Promise<Connected<Row>> => ({
  ...(await page),
  after: after ?? null,
});

/** The same for a report: how far it has come is asked before the page is read, so nothing falls between the two. */
export const reported = async <Row>(
  { pool }: ApiContext,
  report: FollowedReport,
  after: string | null | undefined,
  page: (frame: ReportFrame) => Promise<Page<Row>>,
): Promise<Connected<Row>> => {
  const frame = await frameOf(pool, report);
  return { ...(await page(frame)), after: after ?? null, upTo: after == null ? frame.upTo : null };
};

export const NodeInterface = builder
  .interfaceRef<{ id: string }>('Node')
  .implement({ fields: (t) => ({ id: t.exposeID('id') }) });

export const SortDirection = builder.enumType('SortDirection', {
  values: { ASCENDING: { value: 'asc' }, DESCENDING: { value: 'desc' } } as const,
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Ids that are no UUIDs name nothing; they must not reach a query as a type error. */
export const isId = (id: string): boolean => uuid.test(id);
