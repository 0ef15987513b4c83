// Refusals that only administrators meet: pages for everybody need no words for them.
export const administrativeRefusals = {
  'settings.file_unusable': 'This is no file of settings of a Hansard server, or it was damaged.',
  'settings.file_newer': 'This file was written by a newer Hansard. Upgrade this server first.',
  'settings.file_truncated':
    'The file ends too early: it was not copied as a whole. Copy it again, or use another one.',
  'settings.file_damaged': 'The file was changed or damaged since it was saved. Copy it again, or use another one.',
  'settings.disk_failed':
    'The disk of the server does not take the file: it is full or cannot be written to. Make room, then try again.',
  'settings.too_many':
    'There are more accounts or conferences than such a file holds. Use "./hansard backup" on the server.',
  'settings.passphrase_wrong': 'The passphrase is not the one that this file was saved with. Try another one.',
  'settings.passphrase_short': 'Use a passphrase of 12 characters or more, and 1000 at most.',
  'restore.person_erased': 'This person was erased here, and stays so.',
  'restore.deleted_here': 'This was deleted here, and stays so.',
  'restore.login_stands_in':
    'Another account here has this login. It stays as it is, and takes the place of this one in conferences.',
  'restore.login_differs': 'This account has another login here, and logins never change.',
  'restore.own_account': 'Your own password, your role and that you may sign in stay as they are.',
  'restore.owner_missing': 'Its owner is neither here nor in the file, so nobody could own it.',
  'restore.owner_differs': 'Here it is of another owner or kind, and neither ever changes.',
  'restore.people_missing': 'Some of its people are neither here nor in the file, and were left out.',
  'settings.locks_you_out':
    'Your own address would be kept out, and with it you. Add it to the list, or confirm that you mean it.',
  'change.not_found': 'There is no such change of the configuration.',
  'change.not_revertible':
    'This change cannot be taken back: it made or deleted something, or concerns a secret or another person.',
  'change.conflicts': 'Some fields were changed again since. Say which of them are to be set back all the same.',
  'legal_hold.exists': 'A legal hold with this id exists already.',
  'legal_hold.not_found': 'There is no such legal hold, or it was released.',
  'legal_hold.keeps':
    'A legal hold that is named here keeps this. Release it, or change what it keeps, before anything is erased.',
  'chat.message_not_found': 'There is no such message, or it was erased.',
  'process.not_parked': 'This event is not parked, or was settled by a retry.',
  'read_model.rebuild_exists': 'A rebuild with this id was asked for already.',
  'proof.key_lost':
    'The vault does not hold the signing key that is on the record. Put its backup back, or adopt a new signing key.',
  'proof.log_altered':
    'The log is not what was signed before, so it is not signed again. The record says what differs.',
  'report.nothing_to_delete': 'The filter selects no rows that can be deleted. Running calls stay.',
  'report.export_exists': 'An export with this id was prepared already.',
  'report.export_not_found': 'There is no such export of yours. Prepare a new one.',
  'report.export_over': 'This export was prepared more than an hour ago. Prepare a new one.',
  'as_of.future': 'That moment has not come yet. Choose an earlier one, or an event that is on the record.',
  'as_of.before_first': 'Nothing was on the record then. Choose a later moment.',
} as const;
