// Texts about erasing persons and messages.
import { plural } from './compile.ts';

export default {
  'admin.account.deleted': 'Deleted',
  'admin.account.erased': 'Erased',
  'admin.account.erasing': 'Being erased',
  'admin.accounts.deleted': 'Deleted accounts',
  'admin.accounts.deleted.none': 'No account was deleted',
  'admin.erase': 'Erase this person…',
  'admin.erase.chatMessages': 'Chat messages written',
  'admin.erase.connections': 'Connections with address and program',
  'admin.erase.devices': 'Devices',
  'admin.erase.events': 'Events with name, address and program',
  'admin.erase.exports': 'Exports',
  'admin.erase.message': 'Erase this text…',
  'admin.erase.message.text':
    'The text is destroyed for good, for everybody. Who wrote it and when stays on the record.',
  'admin.erase.message.title': 'Erase the text of this message?',
  'admin.erase.nothing': 'none',
  'admin.erase.profileFields': 'Fields of the account',
  'admin.erase.reason.hint': 'It stays on the record for ever: name no one in it.',
  'admin.erase.searches': 'Searches',
  'admin.erase.sessions': 'Sessions with the name',
  'admin.erase.signIns': 'Sign-ins',
  'admin.erase.text':
    'The account is deleted and the key to everything personal is destroyed. This cannot be taken back. The name reads “{tag}” from then on, wherever it stood; numbers and proofs stay. This goes:',
  'admin.erase.title': 'Erase {login}?',
  'admin.erase.verb': 'Erase',
  'admin.erase.held': plural('count', 'Legal hold: {names}', 'Legal holds: {names}'),
};
