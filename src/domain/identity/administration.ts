// Who administers the server. One stream, so that the last administrator cannot be dismissed by a race.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type AdministrationEvent, type AdministratorRole, administrationEvents } from './events.ts';

export type AdministrationCommand =
  | Command<'SetUpServer', { serverId: string; administratorId: string }>
  | Command<'AppointAdministrator', { accountId: string; role: AdministratorRole; accountActive: boolean }>
  | Command<'DismissAdministrator', { accountId: string }>;

export type Administration = { setUp: boolean; roles: Record<string, AdministratorRole> };

const decide = ({ type, data, meta }: AdministrationCommand, state: Administration): AdministrationEvent[] => {
  const at = meta.now.toISOString();
  switch (type) {
    case 'SetUpServer': {
      const { serverId, administratorId } = data;
      if (state.setUp) throw new Refusal('setup.already_done');
      return [
        { type: 'ServerSetUp', data: { serverId, administratorId, setUpAt: at } },
        { type: 'AdministratorAppointed', data: { accountId: administratorId, role: 'admin', appointedAt: at } },
      ];
    }
    case 'AppointAdministrator': {
      const { accountId, role, accountActive } = data;
      const before = state.roles[accountId];
      if (before === role) return [];
      if (!accountActive) throw new Refusal('account.inactive');
      if (before === 'admin') assertAnotherAdmin(state, accountId);
      return [{ type: 'AdministratorAppointed', data: { accountId, role, appointedAt: at } }];
    }
    case 'DismissAdministrator': {
      const role = state.roles[data.accountId];
      if (role === undefined) return [];
      if (role === 'admin') assertAnotherAdmin(state, data.accountId);
      return [{ type: 'AdministratorDismissed', data: { accountId: data.accountId, role, dismissedAt: at } }];
    }
  }
};

const assertAnotherAdmin = ({ roles }: Administration, accountId: string): void => {
  const others = Object.entries(roles).some(([id, role]) => role === 'admin' && id !== accountId);
  if (!others) throw new Refusal('account.last_administrator');
};

const evolve = (state: Administration, { type, data }: AdministrationEvent): Administration => {
  switch (type) {
    case 'ServerSetUp':
      return { ...state, setUp: true };
    case 'AdministratorAppointed':
      return { ...state, roles: { ...state.roles, [data.accountId]: data.role } };
    case 'AdministratorDismissed': {
      const { [data.accountId]: _, ...roles } = state.roles;
      return { ...state, roles };
    }
  }
};

export const administration: Decider<Administration, AdministrationCommand, AdministrationEvent> = {
  category: 'administration',
  initial: { setUp: false, roles: {} },
  decide,
  evolve,
  vocabulary: administrationEvents,
};
