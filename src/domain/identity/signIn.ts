// A sign-in is one device's authenticated stay; its token lives, hashed, in the vault.
import { type Command, type Decider, Refusal } from '../kernel.ts';
import { type SignInEvent, signInEvents } from './events.ts';

type Asked = { signInId: string; accountId: string };
export type SignOutCause = Extract<SignInEvent, { type: 'SignedOut' }>['data']['cause'];
export type SignInCommand =
  | Command<'SignIn', Asked & { accountActive: boolean; device: { ip: string; userAgent: string }; expiresAt: Date }>
  | Command<'SignOut', { signInId: string; cause: SignOutCause }>;

export type SignIn =
  | { status: 'unborn' }
  | { status: 'signed_in'; accountId: string; expiresAt: Date }
  | { status: 'signed_out'; accountId: string };

const decide = ({ type, data, meta }: SignInCommand, signIn: SignIn): SignInEvent[] => {
  const at = meta.now.toISOString();
  switch (type) {
    case 'SignIn': {
      const { signInId, accountId, accountActive, device, expiresAt } = data;
      if (signIn.status !== 'unborn') throw new Refusal('command.id_reused');
      if (!accountActive) throw new Refusal('sign_in.account_inactive');
      return [
        {
          type: 'SignedIn',
          data: { signInId, accountId, device, expiresAt: expiresAt.toISOString(), signedInAt: at },
        },
      ];
    }
    case 'SignOut': {
      if (signIn.status === 'unborn') throw new Refusal('sign_in.not_found');
      if (signIn.status === 'signed_out') return [];
      const { accountId } = signIn;
      return [{ type: 'SignedOut', data: { signInId: data.signInId, accountId, cause: data.cause, signedOutAt: at } }];
    }
  }
};

const evolve = (_: SignIn, { type, data }: SignInEvent): SignIn => {
  switch (type) {
    case 'SignedIn':
      return { status: 'signed_in', accountId: data.accountId, expiresAt: new Date(data.expiresAt) };
    case 'SignedOut':
      return { status: 'signed_out', accountId: data.accountId };
  }
};

export const signIn: Decider<SignIn, SignInCommand, SignInEvent> = {
  category: 'signIn',
  initial: { status: 'unborn' },
  decide,
  evolve,
  vocabulary: signInEvents,
};
