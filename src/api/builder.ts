// The schema builder: plugins, scalars and context, and no types of our own.
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import { GraphQLError } from 'graphql';
import type { ApiContext } from './context.ts';

/** Chosen so that any page of our own dashboard fits ten times over (QUALITY §2, query abuse). */
const limits = { complexity: 6_000, depth: 12, breadth: 300 };

export const builder = new SchemaBuilder<{
  Context: ApiContext;
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    Position: { Input: string; Output: string };
    EventNumber: { Input: string; Output: string };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: { defaultComplexity: 1, defaultListMultiplier: 10, limit: limits },
});

const textScalar = (pattern: RegExp, what: string) => ({
  serialize: (value: unknown) => String(value),
  parseValue: (value: unknown) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new GraphQLError(`Not ${what}.`);
  },
});

builder.scalarType('DateTime', {
  description: 'A moment as an ISO 8601 string with a zone.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const time =
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw new GraphQLError('Not a moment: write it like 2026-03-01T12:00:00Z.');
    return new Date(time);
  },
});
builder.scalarType('JSON', { description: 'Any JSON value.', serialize: (value) => value });
builder.scalarType('Position', {
  description: 'A place in the log, opaque; give it back as `minPosition` to read your own writes.',
  ...textScalar(/^[\w.:/-]{1,100}$/, 'a position'),
});
builder.scalarType('EventNumber', {
  description: 'The public number of an event: a decimal string.',
  ...textScalar(/^\d{1,18}$/, 'an event number'),
});

builder.queryType();
builder.mutationType();
builder.subscriptionType();
