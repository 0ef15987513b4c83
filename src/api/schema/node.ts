// Any object by its id, for clients that refetch.
import { conferenceOf } from '../../projections/conferenceList.ts';
import { sessionOf } from '../../projections/sessionRoster.ts';
import { accountOf } from '../../projections/userDirectory.ts';
import { builder } from '../builder.ts';
import type { ApiContext } from '../context.ts';
import { maySeeConference } from './conference.ts';
import { maySee } from './session.ts';
import { isId, mayRead, NodeInterface } from './shared.ts';

const find = async (id: string, context: ApiContext) => {
  const { pool, caller } = context;
  if (!isId(id) || caller.actor.kind !== 'account') return null;
  if (mayRead(context, 'readAccount', { self: caller.actor.id === id })) {
    const account = await accountOf(pool, id);
    if (account) return { __typename: 'Account', ...account };
  }
  const conference = await conferenceOf(pool, id);
  if (conference) return maySeeConference(conference, context) ? { __typename: 'Conference', ...conference } : null;
  const session = (await maySee(id, context)) ? await sessionOf(pool, id) : null;
  return session && { __typename: 'Session', ...session };
};

builder.queryField('node', (t) =>
  t.field({
    type: NodeInterface,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => find(id, context),
  }),
);
