import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiClient } from '../support/apiClient.ts';
import { runSql } from '../support/postgres.ts';
import { askedFor } from '../support/record.ts';
import { type Stack, startStack } from '../support/stack.ts';
import {
  acceptable,
  acceptableElements,
  inputKinds,
  mutationKinds,
  refusedScalars,
  refusedTexts,
} from './hostileInputs.ts';
import { type Setting, settingIn } from './people.ts';

type Json = Record<string, unknown>;
type Problem = { path: string; code: string; limit: number | null; message: string };
type Hostile = { path: string[]; value: unknown };

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const mutations = schema.getMutationType()?.getFields() ?? {};
const absent = Symbol('absent');

const kindOf = (owner: string, field: string): keyof typeof refusedTexts => {
  const kind = (mutationKinds[owner] ?? inputKinds[owner])?.[field];
  assert.ok(kind, `hostileInputs.ts does not say what ${owner}.${field} takes`);
  return kind;
};

/** Everything hostile at this place and below it. */
const hostileIn = (owner: string, field: string, type: GraphQLInputType): Hostile[] => {
  const own = (value: unknown): Hostile => ({ path: [field], value });
  const named = getNamedType(type);
  const missing = isNonNullType(type) ? [own(absent), own(null)] : [];
  const listed = isNonNullType(type) ? type.ofType : type;
  if (isListType(listed)) {
    const each = hostileIn(owner, field, listed.ofType as GraphQLInputType);
    const within = each.filter(({ value }) => value !== absent);
    return [...missing, ...within.map(({ path: [, ...below], value }) => ({ path: [field, '0', ...below], value }))];
  }
  if (isListType(type) || (isNonNullType(type) && isListType(type.ofType))) return hostileLists(field, named);
  if (isInputObjectType(named)) {
    const below = Object.values(named.getFields()).flatMap((inner) => hostileIn(named.name, inner.name, inner.type));
    const inside = below.map(({ path, value }) => ({ path: [field, ...path], value }));
    return [...missing, own('x'), own([]), own(5), { path: [field, 'unknownField'], value: 1 }, ...inside];
  }
  if (isEnumType(named)) return [...missing, ...['', 'nonsense', 5, true, {}].map(own)];
  const wrong = (refusedScalars[named.name] ?? []).map(own);
  if (named.name === 'Int') return [...missing, ...wrong, own(-2)];
  if (named.name === 'Boolean') return [...missing, ...wrong];
  if (named.name === 'DateTime') return [...missing, ...wrong];
  return [...missing, ...wrong, ...refusedTexts[kindOf(owner, field)].map(own)];
};

/** A list takes a single value for itself, and may be empty. */
const hostileLists = (field: string, named: GraphQLNamedType): Hostile[] => {
  const wrong = isEnumType(named) ? ['', 'nonsense', 5, true, {}] : [[5], [true], [{}], [null], Array(101).fill('x')];
  return [...wrong.map((value) => ({ path: [field], value })), { path: [field], value: {} }];
};

const withValue = (variables: Json, [field = '', ...rest]: string[], value: unknown): Json => {
  const [index, ...below] = rest;
  if (index === '0') {
    const [element] = (variables[field] ?? []) as Json[];
    return { ...variables, [field]: [below.length > 0 ? withValue(element ?? {}, below, value) : value] };
  }
  if (rest.length > 0) return { ...variables, [field]: withValue((variables[field] ?? {}) as Json, rest, value) };
  if (value !== absent) return { ...variables, [field]: value };
  const { [field]: _, ...others } = variables;
  return others;
};

const documentOf = (mutation: string): string => {
  const args = mutations[mutation]?.args ?? [];
  return `mutation (${args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ')}) {
    answer: ${mutation}(${args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')}) {
      __typename ... on Refusal { code problems { path code limit message } }
    }
  }`;
};

/** JSON has no word for `undefined`. */
const told = (value: unknown): string => `${JSON.stringify(value)}`.slice(0, 60);

describe('hostile input', () => {
  let stack: Stack;
  let setting: Setting;

  beforeAll(async () => {
    stack = await startStack({ media: false });
    setting = await settingIn(stack);
  });
  afterAll(() => stack.stop());

  const recorded = async (): Promise<unknown> =>
    (await runSql(stack.connection, `select count(*)::int n from log.events where ${askedFor}`))[0]?.['n'];

  /** Variables that would be accepted but for what is put into them. */
  const sound = (mutation: string, [into]: readonly string[] = []): Json => {
    const { people, conferenceId, sessionId } = setting;
    const known: Json = {
      conferenceId: mutation === 'createConference' ? randomUUID() : conferenceId,
      accountId: mutation === 'createAccount' ? randomUUID() : people.stranger.accountId,
      sessionId,
      participantId: people.participant.accountId,
      command: { commandId: randomUUID() },
      profile: {},
      values: mutation === 'editWitnessSettings' ? { targets: [acceptableElements['WitnessTargetInput']] } : {},
      format: { kind: 'CSV' },
    };
    return Object.fromEntries(
      (mutations[mutation]?.args ?? []).map(({ name, type }) => {
        const named = getNamedType(type);
        if (name in known) return [name, known[name]];
        if (String(type).startsWith('[')) return [name, [acceptable[kindOf(mutation, name)]()]];
        if (isEnumType(named)) return [name, named.getValues()[0]?.name];
        if (named.name === 'Int') return [name, 1];
        // Of exactly one report: the hostile value's, where it goes in there.
        if (name === 'selection') return [name, into === name ? {} : { events: {} }];
        return [name, named.name === 'Boolean' ? true : acceptable[kindOf(mutation, name)]()];
      }),
    );
  };

  /** Null when the answer is a proper refusal, else what is wrong with it. */
  const judged = async (client: ApiClient, mutation: string, { path, value }: Hostile): Promise<string | null> => {
    const { data, errors } = await client.query(documentOf(mutation), withValue(sound(mutation, path), path, value));
    const at = `${mutation} ${path.join('.')} = ${told(value)}`;
    if (errors) {
      const code = errors[0]?.extensions?.code;
      return code === 'BAD_USER_INPUT' || code === 'GRAPHQL_VALIDATION_FAILED' || code === undefined
        ? null
        : `${at}: ${JSON.stringify(errors)}`;
    }
    const answer = data?.['answer'] as { __typename: string; code?: string; problems?: Problem[] };
    const named = answer.problems?.find((problem) => problem.path === path.join('.'));
    // Whoever wrote a text is told what to change about it, in a sentence without gaps.
    const helpful = named && (typeof value !== 'string' || named.code !== 'INVALID') && !named.message.includes('{');
    return answer.code === 'INPUT_INVALID' && helpful ? null : `${at}: ${JSON.stringify(answer)}`;
  };

  test('is listed for every mutation there is', () => {
    assert.deepEqual(Object.keys(mutationKinds).toSorted(), Object.keys(mutations).toSorted());
  });

  for (const mutation of Object.keys(mutations)) {
    test(`${mutation} refuses all of it, names the field and records nothing`, async () => {
      const { admin, owner, anonymous } = setting.people;
      const open = mutation === 'setUpServer' || mutation === 'signIn';
      const inside = ['unmuteSelf', 'inviteToSession', 'postChatMessage'].includes(mutation);
      const client = open ? anonymous : inside ? owner : admin;
      const hostile = (mutations[mutation]?.args ?? []).flatMap(({ name, type }) => hostileIn(mutation, name, type));
      assert.ok(hostile.length > 20, `only ${hostile.length} cases`);
      const before = await recorded();
      const wrong: string[] = [];
      for (let at = 0; at < hostile.length; at += 16) {
        const some = await Promise.all(hostile.slice(at, at + 16).map((one) => judged(client, mutation, one)));
        wrong.push(...some.filter((fault) => fault !== null));
      }
      assert.deepEqual(wrong, []);
      assert.equal(await recorded(), before);
    });
  }
});
