// Every refusal there is, with the sentence an English reader gets; other languages translate by code.
import { administrativeRefusals } from './administrativeRefusals.ts';

export const everydayRefusals = {
  'input.invalid': 'Some fields are not valid. Correct the ones that are named and send it again.',
  'access.denied': 'You do not have the right to do this. An administrator can grant it.',
  'access.address_outside':
    'The server cannot be administered from your address. Use another one, or have yours added to the access settings.',
  'access.sign_in_required': 'Sign in first.',
  'command.id_reused': 'This command id was already used for something else. Send the command with a new id.',
  'command.conflict': 'Somebody else changed this in the meantime. Read it again, then repeat your change.',
  'command.outcome_unknown':
    'The event store did not answer in time. Send the same command again to learn what came of it.',
  'command.too_busy': 'Too many changes arrive at once. Try again in a moment.',
  'event_store.unavailable': 'The event store cannot be reached, so nothing can be changed now. Try again in a moment.',
  'setup.already_done': 'This server already has an administrator. Sign in instead.',
  'setup.link_invalid': 'This setup link is not valid or was used before. The server prints the current one at start.',
  'server.format_level_too_low':
    'Some nodes may not be able to read what this would record. Raise the format level once all are upgraded.',
  'server.node_behind':
    'Some running nodes cannot read that format level yet. Upgrade or stop them, or leave them behind.',
  'server.program_too_old': 'This program is older than the log. Start a newer version.',
  'sign_in.failed': 'The login or the password is wrong.',
  'sign_in.too_many_attempts': 'Too many failed attempts. Wait for the time that is named, then try again.',
  'sign_in.account_inactive': 'This account is deactivated. Ask an administrator to activate it.',
  'sign_in.not_found': 'This device session does not exist or has ended.',
  'account.exists': 'An account with this id exists already.',
  'account.not_found': 'There is no such account.',
  'account.deleted': 'This account was deleted.',
  'account.login_taken': 'This login is in use, or was freed less than 90 days ago. Choose another one.',
  'account.last_administrator': 'This is the last administrator. Appoint another one first.',
  'account.is_administrator':
    'Administrators cannot be deactivated or deleted. Dismiss this one as administrator first.',
  'account.inactive': 'This account is deactivated. Activate it first.',
  'conference.exists': 'A conference with this id exists already.',
  'conference.not_found': 'There is no such conference.',
  'conference.cid_taken': 'This conference ID is in use. Choose another one.',
  'conference.running': 'This conference is running. End it first.',
  'conference.not_moderator': 'Only the owner or a moderator may do this.',
  'session.not_found': 'There is no such session.',
  'session.ended': 'This session has ended.',
  'session.not_started': 'The conference has not started yet. The owner or a moderator can start it.',
  'session.already_running': 'The conference is running already.',
  'session.not_invited': 'You are not on the list of this conference. Ask its owner to invite you.',
  'session.removed': 'You were removed from this session and may not rejoin it.',
  'session.participant_not_found': 'That person is not in this session.',
  'session.full': 'The session is full.',
  'session.stale_epoch': 'This media node has lost the session to another one.',
  'session.owner_protected': 'The owner of the conference cannot be removed from it.',
  'chat.message_exists': 'A message with this id was posted already.',
  'chat.not_a_member': 'Only people in the session can write to its chat.',
} as const;

// Said to be pure, so that pages which need only one of the two leave the other out.
export const refusals = /* @__PURE__ */ Object.assign({}, everydayRefusals, administrativeRefusals);

export type RefusalCode = keyof typeof refusals;
