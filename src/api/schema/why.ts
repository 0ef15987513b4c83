// "Why is this allowed?" (catalogue J2)
import { verbs } from '../../commands/access.ts';
import { type Explanation, explain } from '../../commands/rights.ts';
import { type EventRow, eventAt } from '../../projections/auditTrail.ts';
import { builder } from '../builder.ts';
import { AdministratorRole } from './account.ts';
import { AsOf, thenRead } from './asOf.ts';
import { EventType } from './event.ts';
import { allowReading, isId, settled } from './shared.ts';

const Action = builder.enumType('Action', {
  description: 'Everything that somebody may be allowed to do.',
  values: Object.fromEntries(verbs.map((verb) => [verb, { value: verb }])),
});

const AccessRule = builder.enumType('AccessRule', {
  values: {
    ANYONE: { value: 'anyone' },
    SIGNED_IN: { value: 'signed_in' },
    SELF: { value: 'self' },
    SELF_OR_ADMIN: { value: 'self_or_admin' },
    SELF_AS_ADMINISTRATOR: { value: 'self_as_administrator' },
    ADMIN: { value: 'admin' },
    ADMINISTRATORS: { value: 'administrators' },
    MODERATOR: { value: 'moderator', description: 'Whoever moderates the object, and an Admin.' },
    INSIDE: { value: 'inside', description: 'Whoever is in the session.' },
    MAY_SEE: { value: 'may_see', description: 'Whoever knows of the object, and administrators.' },
  } as const,
});

const AccessGround = builder.enumType('AccessGround', {
  values: {
    ANYONE: { value: 'anyone' },
    SIGNED_IN: { value: 'signed_in', description: 'By having an active account.' },
    SELF: { value: 'self', description: 'It is her own.' },
    ROLE: { value: 'role', description: 'As an administrator.' },
    MODERATES: { value: 'moderates', description: 'She owns or moderates it.' },
    INSIDE: { value: 'inside', description: 'She is in the session.' },
    MAY_SEE: { value: 'may_see', description: 'She belongs to it, or it is open to all.' },
  } as const,
});

type Explained = Explanation & { event: EventRow | null };
const ExplanationType = builder.objectRef<Explained>('Explanation').implement({
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed'),
    rule: t.expose('rule', { type: AccessRule }),
    ground: t.expose('ground', { type: AccessGround, nullable: true, description: 'By what it is allowed.' }),
    role: t.expose('role', { type: AdministratorRole, nullable: true }),
    event: t.expose('event', {
      type: EventType,
      nullable: true,
      description: 'What gave the right, or took it away last.',
    }),
  }),
});

builder.queryField('why', (t) =>
  t.field({
    type: ExplanationType,
    nullable: true,
    description:
      'Whether somebody may do something, now or then, by which rule and since which event; as if from an address that the server may be administered from. Null for an account that there was not.',
    args: {
      accountId: t.arg.id({ required: true }),
      action: t.arg({ type: Action, required: true }),
      objectId: t.arg.id({ description: 'An account, a conference or a session.' }),
      asOf: t.arg({ type: AsOf }),
    },
    resolve: async (_, { accountId, action, objectId, asOf }, context) => {
      allowReading(context, 'explainRights');
      if (!isId(accountId) || (objectId != null && !isId(objectId))) return null;
      const question = { accountId: accountId.toLowerCase(), action, objectId: objectId?.toLowerCase() ?? null };
      const then = await thenRead(context, 'rights', asOf, question);
      if (!then) context.readings.history(context.caller, 'rights', question.accountId);
      const { store, codec, needs, pool } = context;
      const told = await explain({ store, codec, serverId: needs.serverId }, question, then?.position ?? null);
      if (told?.position != null) await settled(context, ['audit_trail'], told.position);
      return told && { ...told, event: told.position === null ? null : await eventAt(pool, told.position) };
    },
  }),
);
