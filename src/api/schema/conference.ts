// Conferences, and what their owners and moderators may do.
import {
  changeMembers,
  createConference,
  deleteConference,
  editConference,
  reassignConferenceId,
  seesConference,
} from '../../commands/conferences.ts';
import { type ConferenceRow, conferenceByCid, conferenceOf, conferencePage } from '../../projections/conferenceList.ts';
import { sessionOf } from '../../projections/sessionRoster.ts';
import type { Then } from '../../projections/versions.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { subscribed } from '../subscribed.ts';
import { Person, personOf } from './account.ts';
import { type AsWas, asOfArg, asWas, pageAsWas, thenRead } from './asOf.ts';
import { SessionType } from './session.ts';
import {
  allowReading,
  answer,
  CommandInput,
  CommandResult,
  connected,
  connectionOf,
  isId,
  mayRead,
  NodeInterface,
  settled,
} from './shared.ts';

const ConferenceKind = builder.enumType('ConferenceKind', {
  values: { VIRTUAL_ROOM: { value: 'virtual_room' }, AD_HOC: { value: 'ad_hoc' } } as const,
});

const moderates = ({ ownerId, moderators }: ConferenceRow, accountId: string): boolean =>
  ownerId === accountId || moderators.includes(accountId);

const ConferenceType = builder.objectRef<AsWas<ConferenceRow>>('Conference').implement({
  interfaces: [NodeInterface],
  fields: (t) => ({
    cid: t.exposeString('cid'),
    kind: t.expose('kind', { type: ConferenceKind }),
    title: t.exposeString('title'),
    description: t.exposeString('description'),
    owner: t.field({ type: Person, resolve: ({ ownerId, was: then }, _, context) => personOf(ownerId, context, then) }),
    moderators: t.field({
      type: [Person],
      resolve: (row, _, context) => Promise.all(row.moderators.map((id) => personOf(id, context, row.was))),
    }),
    members: t.field({
      type: [Person],
      resolve: (row, _, context) => Promise.all(row.members.map((id) => personOf(id, context, row.was))),
    }),
    joinWithoutInvitation: t.exposeBoolean('joinWithoutInvitation'),
    revision: t.exposeInt('revision'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    running: t.field({
      type: SessionType,
      nullable: true,
      resolve: async ({ runningSessionId, was: then }, _, { pool }) => {
        const session = runningSessionId === null ? null : await sessionOf(pool, runningSessionId, then);
        return session && asWas(session, then);
      },
    }),
    viewerModerates: t.boolean({
      description: 'Whether the viewer may edit, moderate or end it; nobody may do so to the past.',
      resolve: (row, _, { caller }) =>
        row.was === undefined && (moderates(row, caller.actor.id) || caller.role === 'admin'),
    }),
  }),
});

const ConferenceConnection = connectionOf('Conference', ConferenceType);

/** Who knows of a conference: its people, anybody signed in where it takes all comers, and administrators. */
export const maySeeConference = (row: ConferenceRow, context: ApiContext): boolean => {
  const { id, kind } = context.caller.actor;
  return mayRead(context, 'readConference', { maySee: kind === 'account' && seesConference(row, id) });
};

const visible = async (id: string, context: ApiContext, then?: Then | null): Promise<AsWas<ConferenceRow> | null> => {
  if (!isId(id)) return null;
  const row = await conferenceOf(context.pool, id, then);
  return row && maySeeConference(row, context) ? asWas(row, then) : null;
};

builder.queryField('conference', (t) =>
  t.field({
    type: ConferenceType,
    nullable: true,
    args: { id: t.arg.id({ required: true }), asOf: t.arg(asOfArg), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { id, asOf, minPosition }, context) => {
      allowReading(context, 'readConference', { maySee: true });
      await settled(context, ['conference_list', 'session_roster'], minPosition);
      return visible(id, context, await thenRead(context, 'conferences', asOf, { conferenceId: id }));
    },
  }),
);

type PageShape = { row: ConferenceRow; ownerName: string };
const ConferencePage = builder.objectRef<PageShape>('ConferencePage').implement({
  description: 'What the page of a conference shows to anybody who knows its ID.',
  fields: (t) => ({
    id: t.id({ resolve: ({ row }) => row.id }),
    cid: t.string({ resolve: ({ row }) => row.cid }),
    title: t.string({ resolve: ({ row }) => row.title }),
    description: t.string({ resolve: ({ row }) => row.description }),
    ownerName: t.exposeString('ownerName'),
    running: t.boolean({ resolve: ({ row }) => row.runningSessionId !== null }),
  }),
});

builder.queryField('conferencePage', (t) =>
  t.field({
    type: ConferencePage,
    nullable: true,
    args: { cid: t.arg.string({ required: true }) },
    resolve: async (_, { cid }, context) => {
      const row = await conferenceByCid(context.pool, cid.slice(0, 64));
      return row ? { row, ownerName: (await personOf(row.ownerId, context)).displayName } : null;
    },
  }),
);

builder.queryField('conferences', (t) =>
  t.field({
    type: ConferenceConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      search: t.arg.string(),
      runningOnly: t.arg.boolean(),
      asOf: t.arg(asOfArg),
      minPosition: t.arg({ type: 'Position' }),
    },
    resolve: async (_, { first, after, search, runningOnly, asOf, minPosition }, context) => {
      allowReading(context, 'readAllConferences');
      await settled(context, ['conference_list', 'session_roster'], minPosition);
      const then = await thenRead(context, 'conferences', asOf, { search, runningOnly }, after);
      const page = conferencePage(context.pool, { search, runningOnly }, first, after, then);
      return connected(pageAsWas(page, then), after);
    },
  }),
);

builder.queryField('myConferences', (t) =>
  t.field({
    type: ConferenceConnection,
    complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 50, 200) / 10 }),
    args: { first: t.arg.int(), after: t.arg.string(), minPosition: t.arg({ type: 'Position' }) },
    resolve: async (_, { first, after, minPosition }, context) => {
      allowReading(context, 'readMyConferences');
      await settled(context, ['conference_list', 'session_roster'], minPosition);
      return connected(conferencePage(context.pool, { of: context.caller.actor.id }, first, after), after);
    },
  }),
);

builder.subscriptionField('conference', (t) =>
  t.field({
    type: ConferenceType,
    nullable: true,
    description: 'The conference whenever it or its running session changes, at once with its present state.',
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_, { id }, context) => {
      let running: string | null = null;
      return subscribed(context, {
        first: true,
        wakes: ({ name, ids }) =>
          (name === 'conference_list' || name === 'session_roster') &&
          (ids === null || ids.includes(id) || (running !== null && ids.includes(running))),
        allowed: async (now) => (await visible(id, now)) !== null,
        produce: async (_ids, now) => {
          const row = await visible(id, now);
          running = row?.runningSessionId ?? null;
          return row;
        },
      });
    },
    resolve: (row) => row,
  }),
);

builder.subscriptionField('conferencesChanged', (t) =>
  t.field({
    type: ['ID'],
    description:
      'Ids of conferences the viewer may list that changed, started or ended. None at once, and when it may be any: ' +
      'read again what is shown.',
    subscribe: (_, __, context) =>
      subscribed(context, {
        first: true,
        wakes: ({ name, ids }) => name === 'conference_list' && ids?.length !== 0,
        allowed: (now) => mayRead(now, 'readMyConferences'),
        produce: async (ids, now) => {
          const seen = await Promise.all([...ids].map((id) => visible(id, now)));
          const mine = seen.flatMap((row) => (row ? [row.id] : []));
          return ids.size === 0 || mine.length > 0 ? mine : null;
        },
      }),
    resolve: (ids) => ids,
  }),
);

builder.mutationField('createConference', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      conferenceId: t.arg.id({ required: true }),
      kind: t.arg({ type: ConferenceKind, required: true }),
      title: t.arg.string({ required: true }),
      description: t.arg.string(),
      cid: t.arg.string(),
      joinWithoutInvitation: t.arg.boolean(),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => createConference(context.needs, call, args)),
  }),
);

builder.mutationField('editConference', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      conferenceId: t.arg.id({ required: true }),
      title: t.arg.string(),
      description: t.arg.string(),
      joinWithoutInvitation: t.arg.boolean(),
    },
    resolve: (_, args, context) => answer(context, args.command, (call) => editConference(context.needs, call, args)),
  }),
);

builder.mutationField('reassignConferenceId', (t) =>
  t.field({
    type: CommandResult,
    args: {
      command: t.arg({ type: CommandInput, required: true }),
      conferenceId: t.arg.id({ required: true }),
      cid: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) =>
      answer(context, args.command, (call) => reassignConferenceId(context.needs, call, args)),
  }),
);

for (const verb of ['inviteMember', 'uninviteMember', 'appointModerator', 'dismissModerator'] as const) {
  builder.mutationField(verb, (t) =>
    t.field({
      type: CommandResult,
      args: {
        command: t.arg({ type: CommandInput, required: true }),
        conferenceId: t.arg.id({ required: true }),
        accountId: t.arg.id({ required: true }),
      },
      resolve: (_, args, context) =>
        answer(context, args.command, (call) => changeMembers(context.needs, call, verb, args)),
    }),
  );
}

builder.mutationField('deleteConference', (t) =>
  t.field({
    type: CommandResult,
    args: { command: t.arg({ type: CommandInput, required: true }), conferenceId: t.arg.id({ required: true }) },
    resolve: (_, args, context) => answer(context, args.command, (call) => deleteConference(context.needs, call, args)),
  }),
);
