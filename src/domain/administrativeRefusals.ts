// Refusals that only administrators meet: pages for everybody need no words for them.
export const administrativeRefusals = {
  'settings.file_unusable': 'This is no file of settings of a Hansard server, or it was damaged.',
  'settings.file_newer': 'This file was written by a newer Hansard. Upgrade this server first.',
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
