// Reports → Configuration changes: who changed what, field by field, and how to take it back.
import { parseChangeFilter, toldFilter } from '../../commands/reports.ts';
import { revertChange } from '../../commands/revert.ts';
import { conferencesByIds } from '../../projections/conferenceList.ts';
import {
  type ConfigurationChange,
  changeOf,
  changePage,
  type FieldChange,
} from '../../projections/configurationChanges.ts';
import { legalHoldName } from '../../projections/serverSettings.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { Person, personOf } from './account.ts';
import { allowReading, answer, CommandInput, CommandResult, connectionOf, isId, reported, settled } from './shared.ts';

const FieldChangeType = builder.objectRef<FieldChange>('FieldChange').implement({
  description: 'One field before and after; of a list of people, the one who left it and the one who came onto it.',
  fields: (t) => ({
    field: t.exposeString('field'),
    before: t.field({ type: 'JSON', nullable: true, resolve: ({ before }) => before }),
    after: t.field({ type: 'JSON', nullable: true, resolve: ({ after }) => after }),
  }),
});

const Action = builder.enumType('ChangeAction', {
  values: { CREATE: { value: 'create' }, EDIT: { value: 'edit' }, DELETE: { value: 'delete' } } as const,
});
const ObjectType = builder.enumType('ConfiguredObject', {
  values: {
    ACCOUNT: { value: 'account' },
    ADMINISTRATOR: { value: 'administrator' },
    CONFERENCE: { value: 'conference' },
    LEGAL_HOLD: { value: 'legalHold' },
    PREFERENCES: { value: 'preferences' },
    SERVER: { value: 'server' },
    SETTINGS: { value: 'settings' },
  } as const,
});
const objectTypes = [
  'account',
  'administrator',
  'conference',
  'legalHold',
  'preferences',
  'server',
  'settings',
] as const;

const nameOf = async ({ objectType, objectId }: ConfigurationChange, context: ApiContext): Promise<string> => {
  switch (objectType) {
    case 'account':
    case 'administrator':
    case 'preferences':
      return (await personOf(objectId, context)).displayName;
    case 'conference':
      return (await conferencesByIds(context.pool, [objectId])).get(objectId)?.title ?? objectId;
    case 'legalHold':
      return (await legalHoldName(context.pool, objectId)) ?? objectId;
    default:
      return objectId;
  }
};

const peopleFields = new Set(['ownerId', 'members', 'moderators', 'accountIds']);
const peopleMax = 50;

/** Ids of the people that the values name. */
const peopleIn = ({ changes }: ConfigurationChange): string[] => {
  const values = changes.flatMap(({ field, before, after }) => (peopleFields.has(field) ? [before, after].flat() : []));
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && isId(value)))].slice(
    0,
    peopleMax,
  );
};

const actorNameOf = async (row: ConfigurationChange, context: ApiContext): Promise<string> => {
  if (row.actorName) return row.actorName;
  return row.actorKind === 'account' ? (await personOf(row.actorId, context)).displayName : row.actorId;
};

/** What the command itself would refuse for good need not be offered. */
const isRevertible = ({ objectType, objectId, action, erased, changes }: ConfigurationChange, context: ApiContext) => {
  if (action !== 'edit' || erased || objectType === 'server' || context.caller.role !== 'admin') return false;
  if (objectType === 'preferences' && objectId !== context.caller.actor.id) return false;
  return changes.some(({ field }) => field !== 'password');
};

const ConfigurationChangeType = builder.objectRef<ConfigurationChange>('ConfigurationChange').implement({
  fields: (t) => ({
    eventId: t.exposeID('eventId'),
    number: t.expose('number', { type: 'EventNumber', nullable: true }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
    action: t.expose('action', { type: Action }),
    objectType: t.field({
      type: ObjectType,
      resolve: ({ objectType }) => {
        const known = objectTypes.find((each) => each === objectType);
        if (!known) throw new Error(`No name for changes of ${objectType}`);
        return known;
      },
    }),
    objectId: t.exposeID('objectId'),
    revision: t.exposeInt('revision', { description: 'Of the first event in the stream of the object.' }),
    objectName: t.string({ description: 'As known now.', resolve: (row, _, context) => nameOf(row, context) }),
    changes: t.expose('changes', { type: [FieldChangeType] }),
    people: t.field({
      type: [Person],
      description: 'Those whom the values name by id.',
      resolve: (row, _, context) => Promise.all(peopleIn(row).map((id) => personOf(id, context))),
    }),
    erased: t.exposeBoolean('erased', { description: 'The values were personal, and the person was erased.' }),
    actorKind: t.exposeString('actorKind'),
    actorId: t.exposeID('actorId'),
    actorName: t.string({ resolve: (row, _, context) => actorNameOf(row, context) }),
    ip: t.string({ resolve: ({ ip }) => ip ?? '' }),
    userAgent: t.string({ resolve: ({ userAgent }) => userAgent ?? '' }),
    reason: t.exposeString('reason', { nullable: true }),
    revertible: t.boolean({ resolve: (row, _, context) => isRevertible(row, context) }),
  }),
});

const ChangeConnection = connectionOf('ConfigurationChange', ConfigurationChangeType, 'report');

export const ChangeFilterInput = builder.inputType('ConfigurationChangeFilter', {
  fields: (t) => ({
    search: t.string(),
    objectTypes: t.field({ type: [ObjectType] }),
    actions: t.field({ type: [Action] }),
    objectId: t.id(),
    actorId: t.id(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
  }),
});

builder.queryField('configurationChanges', (t) =>
  t.field({
    type: ChangeConnection,
    description: 'Newest first.',
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      filter: t.arg({ type: ChangeFilterInput }),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, filter, minPosition }, context) => {
      allowReading(context, 'readConfigurationChanges');
      await settled(context, ['configuration_changes', 'audit_trail'], minPosition);
      const wanted = parseChangeFilter(filter);
      context.readings.changes(context.caller, toldFilter(wanted));
      return reported(context, 'changes', after, () => changePage(context.pool, wanted, first, after));
    },
  }),
);

builder.mutationField('revertChange', (t) =>
  t.field({
    type: CommandResult,
    description: 'Sets the fields of a configuration change back to what they were; conflicts are listed in a refusal.',
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      eventId: t.arg.id({ required: true }),
      overwrite: t.arg.stringList({
        description: 'Fields to be set back although they were changed again since; others of them stay.',
      }),
      confirmLockout: t.arg.boolean({ description: 'Do it even where your own address is kept out.' }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => {
        const { needs, store, codec, pool } = context;
        return revertChange({ ...needs, store, codec, changeOf: (eventId) => changeOf(pool, eventId) }, call, args);
      }),
  }),
);
