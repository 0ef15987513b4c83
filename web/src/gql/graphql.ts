/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AccessGround =
  | 'ANYONE'
  /** She is in the session. */
  | 'INSIDE'
  /** She belongs to it, or it is open to all. */
  | 'MAY_SEE'
  /** She owns or moderates it. */
  | 'MODERATES'
  /** As an administrator. */
  | 'ROLE'
  /** It is her own. */
  | 'SELF'
  /** By having an active account. */
  | 'SIGNED_IN';

export type AccessRule =
  | 'ADMIN'
  | 'ADMINISTRATORS'
  | 'ANYONE'
  /** Whoever is in the session. */
  | 'INSIDE'
  /** Whoever knows of the object, and administrators. */
  | 'MAY_SEE'
  /** Whoever moderates the object, and an Admin. */
  | 'MODERATOR'
  | 'SELF'
  | 'SELF_AS_ADMINISTRATOR'
  | 'SELF_OR_ADMIN'
  | 'SIGNED_IN';

export type AccessSettingsInput = {
  limited?: boolean | null | undefined;
  localhostWithoutSignIn?: boolean | null | undefined;
  subnets?: Array<string> | null | undefined;
};

/** Live status; in the catalogue these are the codes -2, 0, 1, 2 and 5. */
export type AccountStatus =
  | 'BUSY'
  | 'INACTIVE'
  | 'OFFLINE'
  | 'ONLINE'
  | 'OWNER';

/** Everything that somebody may be allowed to do. */
export type Action =
  | 'activateAccount'
  | 'appointAdministrator'
  | 'appointModerator'
  | 'createAccount'
  | 'createConference'
  | 'deactivateAccount'
  | 'deleteAccount'
  | 'deleteConference'
  | 'deleteReportRows'
  | 'disconnectDevices'
  | 'dismissAdministrator'
  | 'dismissModerator'
  | 'editAccount'
  | 'editConference'
  | 'editLegalHold'
  | 'editPreferences'
  | 'editSettings'
  | 'endSession'
  | 'endSignIn'
  | 'eraseChatMessage'
  | 'erasePerson'
  | 'explainRights'
  | 'exportReport'
  | 'giveSessionRole'
  | 'inviteMember'
  | 'inviteToSession'
  | 'joinConference'
  | 'muteParticipant'
  | 'placeLegalHold'
  | 'postChatMessage'
  | 'raiseFormatLevel'
  | 'readAccessSettings'
  | 'readAccount'
  | 'readAccounts'
  | 'readAdministrators'
  | 'readAllConferences'
  | 'readCalls'
  | 'readChat'
  | 'readChatReport'
  | 'readConference'
  | 'readConferencePage'
  | 'readConfigurationChanges'
  | 'readEndpoints'
  | 'readEvents'
  | 'readHistory'
  | 'readLegalHolds'
  | 'readMyCalls'
  | 'readMyConferences'
  | 'readParkedEvents'
  | 'readPast'
  | 'readPreferences'
  | 'readProof'
  | 'readReadModels'
  | 'readServerInfo'
  | 'readServerLog'
  | 'readSession'
  | 'readSessions'
  | 'readSettings'
  | 'readSummary'
  | 'readViewer'
  | 'reassignConferenceId'
  | 'rebuildReadModels'
  | 'releaseLegalHold'
  | 'removeParticipant'
  | 'restoreConfiguration'
  | 'retryParkedEvent'
  | 'revertChange'
  | 'rotateSigningKey'
  | 'saveConfiguration'
  | 'searchPeople'
  | 'setPassword'
  | 'setUpServer'
  | 'signCheckpoint'
  | 'signIn'
  | 'signOut'
  | 'uninviteMember'
  | 'unmuteSelf';

export type AdministratorRole =
  | 'ADMIN'
  | 'SECURITY_ADMIN';

/** A place of the record: the last event up to a moment, or the event with a number. Exactly one of them is given. */
export type AsOf = {
  moment?: string | null | undefined;
  number?: string | null | undefined;
};

/** All that is given has to be met. A call lies in a period when it began in it. */
export type CallFilter = {
  /** A part of the title or ID of its conference as known now. */
  conference?: string | null | undefined;
  conferenceId?: string | null | undefined;
  from?: string | null | undefined;
  /** A part of the owner's name or login. */
  owner?: string | null | undefined;
  participantId?: string | null | undefined;
  running?: boolean | null | undefined;
  /** Words of the title. */
  search?: string | null | undefined;
  /** Exclusive. */
  to?: string | null | undefined;
};

export type CallSort = {
  by: CallSortKey;
  direction: SortDirection;
};

export type CallSortKey =
  /** Running calls are the longest. */
  | 'DURATION'
  /** Running calls last. */
  | 'END'
  | 'PEOPLE'
  | 'START'
  | 'TITLE';

export type ChangeAction =
  | 'CREATE'
  | 'DELETE'
  | 'EDIT';

/** All that is given has to be met. */
export type ChatFilter = {
  from?: string | null | undefined;
  /** A part of the title or ID of the conference. */
  recipient?: string | null | undefined;
  /** Words of the text. */
  search?: string | null | undefined;
  /** A part of the sender's name or login. */
  sender?: string | null | undefined;
  senderId?: string | null | undefined;
  sessionId?: string | null | undefined;
  /** Exclusive. */
  to?: string | null | undefined;
};

export type ChatSort = {
  by: ChatSortKey;
  direction: SortDirection;
};

export type ChatSortKey =
  | 'SENDER'
  | 'TIME';

/** Every command takes an id made by the caller; sent again with the same id it answers as the first time. */
export type CommandInput = {
  commandId: string;
  dryRun?: boolean | null | undefined;
  expectedRevision?: number | null | undefined;
  reason?: string | null | undefined;
};

export type ConferenceKind =
  | 'AD_HOC'
  | 'VIRTUAL_ROOM';

export type ConfigurationChangeFilter = {
  actions?: Array<ChangeAction> | null | undefined;
  actorId?: string | null | undefined;
  from?: string | null | undefined;
  objectId?: string | null | undefined;
  objectTypes?: Array<ConfiguredObject> | null | undefined;
  search?: string | null | undefined;
  to?: string | null | undefined;
};

export type ConfiguredObject =
  | 'ACCOUNT'
  | 'ADMINISTRATOR'
  | 'CONFERENCE'
  | 'LEGAL_HOLD'
  | 'PREFERENCES'
  | 'SERVER'
  | 'SETTINGS';

export type CsvDelimiter =
  | 'COMMA'
  | 'PIPE'
  | 'SEMICOLON'
  | 'TAB';

export type CsvEncoding =
  /** With its mark. */
  | 'UTF_8'
  /** Little-endian, with its mark. */
  | 'UTF_16'
  /** What it does not have becomes a question mark. */
  | 'WINDOWS_1251';

export type DiagnosticSettingsInput = {
  detailedLog?: boolean | null | undefined;
};

export type EndpointFilter = {
  accountId?: string | null | undefined;
  /** Words that all have to stand somewhere in its fields, in upper or lower case. */
  search?: string | null | undefined;
  /** Last heard of before. */
  seenBefore?: string | null | undefined;
};

export type EndpointSort = {
  by: EndpointSortKey;
  direction: SortDirection;
};

export type EndpointSortKey =
  | 'APPLICATION'
  | 'IP'
  | 'LAST_SEEN'
  | 'PERSON';

export type Erasure =
  | 'DONE'
  | 'ORDERED';

/** All that is given has to be met. */
export type EventFilter = {
  actorId?: string | null | undefined;
  from?: string | null | undefined;
  /** A part of the address. */
  ip?: string | null | undefined;
  objectId?: string | null | undefined;
  /** A part of the object's name as known now. */
  objectName?: string | null | undefined;
  objectTypes?: Array<string> | null | undefined;
  /** Words that all have to stand somewhere in the event, in upper or lower case. */
  search?: string | null | undefined;
  severities?: Array<Severity> | null | undefined;
  sources?: Array<EventSource> | null | undefined;
  /** Exclusive. */
  to?: string | null | undefined;
  types?: Array<string> | null | undefined;
};

export type EventSort = {
  by: EventSortKey;
  direction: SortDirection;
};

export type EventSortKey =
  /** As they were recorded. */
  | 'NUMBER'
  | 'SEVERITY'
  | 'TIME'
  | 'TYPE';

/** Where an event comes from, by who acted and what she was then. */
export type EventSource =
  | 'ADMINISTRATOR'
  | 'MEDIA'
  | 'SERVER'
  | 'STRANGER'
  | 'USER';

export type ExportFormat = {
  /** Of CSV; a semicolon unless told otherwise. */
  delimiter?: CsvDelimiter | null | undefined;
  /** Of CSV; UTF-8 with its mark unless told otherwise. */
  encoding?: CsvEncoding | null | undefined;
  kind: ExportKind;
  /** Of the head line; English unless told otherwise. */
  language?: ExportLanguage | null | undefined;
  /** Of moments in CSV, by its IANA name; UTC unless told otherwise. */
  timeZone?: string | null | undefined;
};

export type ExportKind =
  | 'CSV'
  /** One JSON object in each line, the last one a manifest. */
  | 'NDJSON';

export type ExportLanguage =
  | 'DE'
  | 'EN';

/** The filter of exactly one report; an empty one selects all of its rows. */
export type ExportSelection =
  {   calls: CallFilter; chat?: never; events?: never; }
  |  { calls?: never;   chat: ChatFilter; events?: never; }
  |  { calls?: never; chat?: never;   events: EventFilter; };

/** The filter of exactly one report; an empty one follows all of its rows. */
export type FollowedReport =
  {   calls: CallFilter; changes?: never; chat?: never; endpoints?: never; events?: never; }
  |  { calls?: never;   changes: ConfigurationChangeFilter; chat?: never; endpoints?: never; events?: never; }
  |  { calls?: never; changes?: never;   chat: ChatFilter; endpoints?: never; events?: never; }
  |  { calls?: never; changes?: never; chat?: never;   endpoints: EndpointFilter; events?: never; }
  |  { calls?: never; changes?: never; chat?: never; endpoints?: never;   events: EventFilter; };

export type GeneralSettingsInput = {
  announcedAddress?: string | null | undefined;
  serverName?: string | null | undefined;
};

/** Everything that can be wrong with a single field. */
export type InputProblemCode =
  /** Use 3 to 64 Latin letters, digits, underscores or hyphens. */
  | 'CID_FORM'
  /** Leave out control characters. */
  | 'CONTROL_CHARACTERS'
  /** Write the whole path of a directory on the server, beginning with a slash. */
  | 'DIRECTORY_FORM'
  /** This is not an e-mail address. */
  | 'EMAIL_FORM'
  /** Write a host name or an address, without a scheme and without a port. */
  | 'HOST_FORM'
  /** This is not an id: it has to be a UUID. */
  | 'ID_FORM'
  /** This value is not valid. */
  | 'INVALID'
  /** Use 1 to 64 Latin letters, digits, underscores, hyphens or dots. */
  | 'LOGIN_FORM'
  /** Write something that can be seen. */
  | 'NOTHING_TO_SEE'
  /** Give either a moment or the number of an event. */
  | 'ONE_OF_TWO'
  /** The period has to end after it begins. */
  | 'PERIOD_REVERSED'
  /** This field is needed. */
  | 'REQUIRED'
  /** Write it as number, sip:number or #sip:number. */
  | 'SIP_FORM'
  /** Write an address or a subnet, like 192.168.11.10 or 10.0.0.0/8. */
  | 'SUBNET_FORM'
  /** This is not a time zone. Write it like Europe/Berlin. */
  | 'TIME_ZONE_FORM'
  /** Use at most {limit} characters. */
  | 'TOO_LONG'
  /** Choose fewer values. */
  | 'TOO_MANY_VALUES'
  /** Search for at most 10 words at once. */
  | 'TOO_MANY_WORDS'
  /** Use at least {limit} characters. */
  | 'TOO_SHORT'
  /** Write an address that begins with https:// or http://, without a user in it. */
  | 'URL_FORM'
  /** This is not a time zone: write it like Europe/Berlin. */
  | 'ZONE_FORM';

export type Language =
  | 'DE'
  | 'EN';

export type MediaSource =
  | 'CAMERA'
  | 'MICROPHONE'
  | 'SCREEN';

export type ParticipantState =
  | 'CONNECTED'
  | 'JOINING'
  | 'LEFT'
  | 'REMOVED';

/** A field that is left out stays as it is. */
export type PreferencesInput = {
  csvDelimiter?: CsvDelimiter | null | undefined;
  csvEncoding?: CsvEncoding | null | undefined;
  language?: Language | null | undefined;
  timeZone?: string | null | undefined;
};

export type ProfileInput = {
  company?: string | null | undefined;
  displayName?: string | null | undefined;
  email?: string | null | undefined;
  firstName?: string | null | undefined;
  homePhone?: string | null | undefined;
  lastName?: string | null | undefined;
  mobilePhone?: string | null | undefined;
  sipNumber?: string | null | undefined;
  workPhone?: string | null | undefined;
};

export type RebuildPhase =
  | 'COMPARING'
  | 'DONE'
  /** The tables in use are what they were. */
  | 'FAILED'
  /** Reads the log into tables beside those in use. */
  | 'FOLDING'
  | 'INDEXING'
  /** Waits for readers, to take the place of the tables in use. */
  | 'SWITCHING';

/** Every reason for which a command or a query can be refused. */
export type RefusalCode =
  /** The server cannot be administered from your address. Use another one, or have yours added to the access settings. */
  | 'ACCESS_ADDRESS_OUTSIDE'
  /** You do not have the right to do this. An administrator can grant it. */
  | 'ACCESS_DENIED'
  /** Sign in first. */
  | 'ACCESS_SIGN_IN_REQUIRED'
  /** This account was deleted. */
  | 'ACCOUNT_DELETED'
  /** An account with this id exists already. */
  | 'ACCOUNT_EXISTS'
  /** This account is deactivated. Activate it first. */
  | 'ACCOUNT_INACTIVE'
  /** Administrators cannot be deactivated or deleted. Dismiss this one as administrator first. */
  | 'ACCOUNT_IS_ADMINISTRATOR'
  /** This is the last administrator. Appoint another one first. */
  | 'ACCOUNT_LAST_ADMINISTRATOR'
  /** This login is in use, or was freed less than 90 days ago. Choose another one. */
  | 'ACCOUNT_LOGIN_TAKEN'
  /** There is no such account. */
  | 'ACCOUNT_NOT_FOUND'
  /** Nothing was on the record then. Choose a later moment. */
  | 'AS_OF_BEFORE_FIRST'
  /** That moment has not come yet. Choose an earlier one, or an event that is on the record. */
  | 'AS_OF_FUTURE'
  /** Some fields were changed again since. Say which of them are to be set back all the same. */
  | 'CHANGE_CONFLICTS'
  /** There is no such change of the configuration. */
  | 'CHANGE_NOT_FOUND'
  /** This change cannot be taken back: it made or deleted something, or concerns a secret or another person. */
  | 'CHANGE_NOT_REVERTIBLE'
  /** A message with this id was posted already. */
  | 'CHAT_MESSAGE_EXISTS'
  /** There is no such message, or it was erased. */
  | 'CHAT_MESSAGE_NOT_FOUND'
  /** Only people in the session can write to its chat. */
  | 'CHAT_NOT_A_MEMBER'
  /** Somebody else changed this in the meantime. Read it again, then repeat your change. */
  | 'COMMAND_CONFLICT'
  /** This command id was already used for something else. Send the command with a new id. */
  | 'COMMAND_ID_REUSED'
  /** The event store did not answer in time. Send the same command again to learn what came of it. */
  | 'COMMAND_OUTCOME_UNKNOWN'
  /** Too many changes arrive at once. Try again in a moment. */
  | 'COMMAND_TOO_BUSY'
  /** This conference ID is in use. Choose another one. */
  | 'CONFERENCE_CID_TAKEN'
  /** A conference with this id exists already. */
  | 'CONFERENCE_EXISTS'
  /** There is no such conference. */
  | 'CONFERENCE_NOT_FOUND'
  /** Only the owner or a moderator may do this. */
  | 'CONFERENCE_NOT_MODERATOR'
  /** This conference is running. End it first. */
  | 'CONFERENCE_RUNNING'
  /** The event store cannot be reached, so nothing can be changed now. Try again in a moment. */
  | 'EVENT_STORE_UNAVAILABLE'
  /** Some fields are not valid. Correct the ones that are named and send it again. */
  | 'INPUT_INVALID'
  /** A legal hold with this id exists already. */
  | 'LEGAL_HOLD_EXISTS'
  /** A legal hold that is named here keeps this. Release it, or change what it keeps, before anything is erased. */
  | 'LEGAL_HOLD_KEEPS'
  /** There is no such legal hold, or it was released. */
  | 'LEGAL_HOLD_NOT_FOUND'
  /** This event is not parked, or was settled by a retry. */
  | 'PROCESS_NOT_PARKED'
  /** The vault does not hold the signing key that is on the record. Put its backup back, or adopt a new signing key. */
  | 'PROOF_KEY_LOST'
  /** The log is not what was signed before, so it is not signed again. The record says what differs. */
  | 'PROOF_LOG_ALTERED'
  /** A rebuild with this id was asked for already. */
  | 'READ_MODEL_REBUILD_EXISTS'
  /** An export with this id was prepared already. */
  | 'REPORT_EXPORT_EXISTS'
  /** There is no such export of yours. Prepare a new one. */
  | 'REPORT_EXPORT_NOT_FOUND'
  /** This export was prepared more than an hour ago. Prepare a new one. */
  | 'REPORT_EXPORT_OVER'
  /** The filter selects no rows that can be deleted. Running calls stay. */
  | 'REPORT_NOTHING_TO_DELETE'
  /** This was deleted here, and stays so. */
  | 'RESTORE_DELETED_HERE'
  /** This account has another login here, and logins never change. */
  | 'RESTORE_LOGIN_DIFFERS'
  /** Another account here has this login. It stays as it is, and takes the place of this one in conferences. */
  | 'RESTORE_LOGIN_STANDS_IN'
  /** Here it is of another owner or kind, and neither ever changes. */
  | 'RESTORE_OWNER_DIFFERS'
  /** Its owner is neither here nor in the file, so nobody could own it. */
  | 'RESTORE_OWNER_MISSING'
  /** Your own password, your role and that you may sign in stay as they are. */
  | 'RESTORE_OWN_ACCOUNT'
  /** Some of its people are neither here nor in the file, and were left out. */
  | 'RESTORE_PEOPLE_MISSING'
  /** This person was erased here, and stays so. */
  | 'RESTORE_PERSON_ERASED'
  /** Some nodes may not be able to read what this would record. Raise the format level once all are upgraded. */
  | 'SERVER_FORMAT_LEVEL_TOO_LOW'
  /** Some running nodes cannot read that format level yet. Upgrade or stop them, or leave them behind. */
  | 'SERVER_NODE_BEHIND'
  /** This program is older than the log. Start a newer version. */
  | 'SERVER_PROGRAM_TOO_OLD'
  /** The conference is running already. */
  | 'SESSION_ALREADY_RUNNING'
  /** This session has ended. */
  | 'SESSION_ENDED'
  /** The session is full. */
  | 'SESSION_FULL'
  /** There is no such session. */
  | 'SESSION_NOT_FOUND'
  /** You are not on the list of this conference. Ask its owner to invite you. */
  | 'SESSION_NOT_INVITED'
  /** The conference has not started yet. The owner or a moderator can start it. */
  | 'SESSION_NOT_STARTED'
  /** The owner of the conference cannot be removed from it. */
  | 'SESSION_OWNER_PROTECTED'
  /** That person is not in this session. */
  | 'SESSION_PARTICIPANT_NOT_FOUND'
  /** You were removed from this session and may not rejoin it. */
  | 'SESSION_REMOVED'
  /** This media node has lost the session to another one. */
  | 'SESSION_STALE_EPOCH'
  /** The disk of the server does not take the file: it is full or cannot be written to. Make room, then try again. */
  | 'SETTINGS_DISK_FAILED'
  /** The file was changed or damaged since it was saved. Copy it again, or use another one. */
  | 'SETTINGS_FILE_DAMAGED'
  /** This file was written by a newer Hansard. Upgrade this server first. */
  | 'SETTINGS_FILE_NEWER'
  /** The file ends too early: it was not copied as a whole. Copy it again, or use another one. */
  | 'SETTINGS_FILE_TRUNCATED'
  /** This is no file of settings of a Hansard server, or it was damaged. */
  | 'SETTINGS_FILE_UNUSABLE'
  /** Your own address would be kept out, and with it you. Add it to the list, or confirm that you mean it. */
  | 'SETTINGS_LOCKS_YOU_OUT'
  /** Use a passphrase of 12 characters or more, and 1000 at most. */
  | 'SETTINGS_PASSPHRASE_SHORT'
  /** The passphrase is not the one that this file was saved with. Try another one. */
  | 'SETTINGS_PASSPHRASE_WRONG'
  /** There are more accounts or conferences than such a file holds. Use "./hansard backup" on the server. */
  | 'SETTINGS_TOO_MANY'
  /** This server already has an administrator. Sign in instead. */
  | 'SETUP_ALREADY_DONE'
  /** This setup link is not valid or was used before. The server prints the current one at start. */
  | 'SETUP_LINK_INVALID'
  /** This account is deactivated. Ask an administrator to activate it. */
  | 'SIGN_IN_ACCOUNT_INACTIVE'
  /** The login or the password is wrong. */
  | 'SIGN_IN_FAILED'
  /** This device session does not exist or has ended. */
  | 'SIGN_IN_NOT_FOUND'
  /** Too many failed attempts. Wait for the time that is named, then try again. */
  | 'SIGN_IN_TOO_MANY_ATTEMPTS';

/** The filter of exactly one report; an empty one selects all of its rows. */
export type ReportSelection =
  {   calls: CallFilter; chat?: never; endpoints?: never; events?: never; }
  |  { calls?: never;   chat: ChatFilter; endpoints?: never; events?: never; }
  |  { calls?: never; chat?: never;   endpoints: EndpointFilter; events?: never; }
  |  { calls?: never; chat?: never; endpoints?: never;   events: EventFilter; };

export type RetainedReport =
  | 'CALLS'
  | 'CHAT'
  | 'EVENTS';

/** A field that is null is switched off, one that is left out stays as it is. */
export type RetentionSettingsInput = {
  callDays?: number | null | undefined;
  chatDays?: number | null | undefined;
  eventDays?: number | null | undefined;
};

export type ServerLogFilter = {
  levels?: Array<ServerLogLevel> | null | undefined;
  node?: string | null | undefined;
  /** Of the process: api, projections, jobs, media. */
  roles?: Array<string> | null | undefined;
  /** Words that all have to stand in the line. */
  search?: string | null | undefined;
};

export type ServerLogLevel =
  | 'DEBUG'
  | 'ERROR'
  | 'INFO'
  | 'WARN';

export type ServiceCondition =
  | 'DEGRADED'
  | 'DOWN'
  | 'OFF'
  | 'OK';

export type SessionMomentKind =
  | 'CHATTED'
  | 'CONNECTED'
  | 'DISCONNECTED'
  | 'ENDED'
  | 'INTERRUPTED'
  | 'INVITED'
  | 'JOINED'
  | 'LEFT'
  | 'MUTED'
  | 'REMOVED'
  | 'ROLE_GIVEN'
  | 'SHARE_STARTED'
  | 'SHARE_STOPPED'
  | 'STARTED'
  | 'UNMUTED';

export type SessionRole =
  | 'MODERATOR'
  | 'OWNER'
  | 'PARTICIPANT';

export type SettingsSection =
  | 'ACCESS'
  | 'DIAGNOSTICS'
  | 'GENERAL'
  | 'RETENTION'
  | 'WITNESSES';

export type Severity =
  | 'HIGH'
  | 'INFO'
  | 'LOW'
  | 'MEDIUM';

export type SortDirection =
  | 'ASCENDING'
  | 'DESCENDING';

export type WitnessKind =
  | 'DIRECTORY'
  | 'SERVER'
  | 'WEBHOOK';

export type WitnessSettingsInput = {
  targets?: Array<WitnessTargetInput> | null | undefined;
};

export type WitnessTargetInput = {
  address: string;
  kind: WitnessKind;
};

export type ProfileFieldsFragment = { id: string, login: string, displayName: string, firstName: string, lastName: string, email: string, company: string, mobilePhone: string, workPhone: string, homePhone: string, sipNumber: string, revision: number } & { ' $fragmentName'?: 'ProfileFieldsFragment' };

export type DeviceLineFragment = { signInId: string, ip: string, userAgent: string, signedInAt: string, expiresAt: string, current: boolean } & { ' $fragmentName'?: 'DeviceLineFragment' };

export type AccountToEditQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type AccountToEditQuery = { account: (
    { id: string, active: boolean, deleted: boolean, erasure: Erasure | null, role: AdministratorRole | null, status: AccountStatus, createdAt: string, devices: Array<{ ' $fragmentRefs'?: { 'DeviceLineFragment': DeviceLineFragment } }> }
    & { ' $fragmentRefs'?: { 'ProfileFieldsFragment': ProfileFieldsFragment } }
  ) | null };

export type EditAccountMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
  profile: ProfileInput;
}>;


export type EditAccountMutation = { editAccount:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type SetPasswordMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
  password: string;
}>;


export type SetPasswordMutation = { setPassword:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EndSignInMutationVariables = Exact<{
  command: CommandInput;
  signInId: string;
}>;


export type EndSignInMutation = { endSignIn:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type AccountLineFragment = { id: string, login: string, displayName: string, email: string, active: boolean, role: AdministratorRole | null, status: AccountStatus, deleted: boolean, erasure: Erasure | null } & { ' $fragmentName'?: 'AccountLineFragment' };

export type AccountListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
  deleted: boolean;
  minPosition?: string | null | undefined;
}>;


export type AccountListQuery = { accounts: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'AccountLineFragment': AccountLineFragment } }
      ) }> } };

export type AccountsChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type AccountsChangedSubscription = { accountsChanged: Array<string> };

export type CreateAccountMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
  login: string;
  password: string;
  profile: ProfileInput;
}>;


export type CreateAccountMutation = { createAccount:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ActivateAccountMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type ActivateAccountMutation = { activateAccount:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ErasePersonMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type ErasePersonMutation = { erasePerson:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun', events: Array<{ data: unknown }> }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DeactivateAccountMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type DeactivateAccountMutation = { deactivateAccount:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DisconnectDevicesMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type DisconnectDevicesMutation = { disconnectDevices:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DeleteAccountMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type DeleteAccountMutation = { deleteAccount:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type AppointAdministratorMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
  role: AdministratorRole;
}>;


export type AppointAdministratorMutation = { appointAdministrator:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DismissAdministratorMutationVariables = Exact<{
  command: CommandInput;
  accountId: string;
}>;


export type DismissAdministratorMutation = { dismissAdministrator:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ConferenceListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
  runningOnly?: boolean | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type ConferenceListQuery = { conferences: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'ConferenceSummaryFragment': ConferenceSummaryFragment } }
      ) }> } };

export type SessionsOfQueryVariables = Exact<{
  conferenceId: string;
}>;


export type SessionsOfQuery = { sessions: { totalCount: number, edges: Array<{ node: { id: string, startedAt: string, endedAt: string | null, endCause: string | null, participants: Array<{ id: string }> } }> } };

export type EventLineFragment = { number: string, eventId: string, type: string, stream: string, revision: number, objectType: string, objectId: string, objectName: string, occurredAt: string, severity: Severity, source: EventSource, actorRole: AdministratorRole | null, actorKind: string, actorId: string, actorName: string, ip: string, userAgent: string, reason: string | null, commandId: string, correlationId: string, data: unknown } & { ' $fragmentName'?: 'EventLineFragment' };

export type EventListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
  sort?: EventSort | null | undefined;
  counted: boolean;
  minPosition?: string | null | undefined;
}>;


export type EventListQuery = { events: { totalCount?: number, upTo?: string | null, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { number: string }
        & { ' $fragmentRefs'?: { 'EventLineFragment': EventLineFragment } }
      ) }> } };

export type ReportNewsSubscriptionVariables = Exact<{
  report: FollowedReport;
  after?: string | null | undefined;
}>;


export type ReportNewsSubscription = { reportNews: { ids: Array<string>, upTo: string } };

export type NewEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
}>;


export type NewEventsSubscription = { events: Array<{ number: string }> };

export type HistoryOfQueryVariables = Exact<{
  objectType: string;
  objectId: string;
  first: number;
  after?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type HistoryOfQuery = { history: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { number: string }
        & { ' $fragmentRefs'?: { 'EventLineFragment': EventLineFragment } }
      ) }> } };

export type StateOfQueryVariables = Exact<{
  objectType: string;
  objectId: string;
  revision?: number | null | undefined;
  at?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type StateOfQuery = { stateOf: { revision: number, number: string, at: string, state: unknown } | null };

export type ParkedEventListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type ParkedEventListQuery = { parkedEvents: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { eventId: string, number: string | null, type: string, stream: string, revision: number, position: string, correlationId: string, reason: string, parkedAt: string, retriedAt: string | null } }> } };

export type RetryParkedEventMutationVariables = Exact<{
  command: CommandInput;
  eventId: string;
}>;


export type RetryParkedEventMutation = { retryParkedEvent:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type RaiseFormatLevelMutationVariables = Exact<{
  command: CommandInput;
  leaveBehind?: boolean | null | undefined;
}>;


export type RaiseFormatLevelMutation = { raiseFormatLevel:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type SummaryFieldsFragment = { at: string, uptimeSeconds: number, cpuFraction: number, networkReceivedBytes: number, networkSentBytes: number, memoryBytes: number, diskFreeBytes: number, diskTotalBytes: number, accounts: number, onlineAccounts: number, runningConferences: number, participants: number, newestEvent: string | null, services: Array<{ name: string, condition: ServiceCondition, detail: string }>, projections: Array<{ name: string, lagMs: number, haltedAt: string | null, haltReason: string | null }> } & { ' $fragmentName'?: 'SummaryFieldsFragment' };

export type SummaryNowQueryVariables = Exact<{ [key: string]: never; }>;


export type SummaryNowQuery = { summary: { ' $fragmentRefs'?: { 'SummaryFieldsFragment': SummaryFieldsFragment } } };

export type ErasuresSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ErasuresSubscription = { erasures: string };

export type SummaryLiveSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type SummaryLiveSubscription = { summary: { ' $fragmentRefs'?: { 'SummaryFieldsFragment': SummaryFieldsFragment } } };

export type ProofBadgeQueryVariables = Exact<{ [key: string]: never; }>;


export type ProofBadgeQuery = { proof: { verifiedTo: string | null, verifiedAt: string | null, alteration: { number: string | null } | null } };

export type ProofNowQueryVariables = Exact<{ [key: string]: never; }>;


export type ProofNowQuery = { proof: { verifiedTo: string | null, verifiedAt: string | null, checkpoint: string | null, recheckedTo: string | null, recheckedAt: string | null, alteration: { number: string | null, reason: string, at: string } | null, keys: Array<{ verifierKey: string, endorsed: boolean, adoptedAt: string }>, witnesses: Array<{ name: string, keptTo: string | null, keptAt: string | null, failures: number, failedAt: string | null, reason: string | null }> } };

export type SignCheckpointMutationVariables = Exact<{
  command: CommandInput;
}>;


export type SignCheckpointMutation = { signCheckpoint:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type RotateSigningKeyMutationVariables = Exact<{
  command: CommandInput;
}>;


export type RotateSigningKeyMutation = { rotateSigningKey:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ServerLogLineFieldsFragment = { id: string, at: string, level: ServerLogLevel, node: string, roles: Array<string>, message: string, fields: unknown } & { ' $fragmentName'?: 'ServerLogLineFieldsFragment' };

export type ServerLogLinesQueryVariables = Exact<{
  filter?: ServerLogFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ServerLogLinesQuery = { serverLog: { next: string | null, lines: Array<{ ' $fragmentRefs'?: { 'ServerLogLineFieldsFragment': ServerLogLineFieldsFragment } }> } };

export type NewServerLogLinesSubscriptionVariables = Exact<{
  filter?: ServerLogFilter | null | undefined;
}>;


export type NewServerLogLinesSubscription = { serverLog: Array<{ ' $fragmentRefs'?: { 'ServerLogLineFieldsFragment': ServerLogLineFieldsFragment } }> };

export type DiagnosticSettingsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type DiagnosticSettingsQuery = { diagnosticSettings: { detailedLog: boolean, revision: number } };

export type EditDiagnosticSettingsMutationVariables = Exact<{
  command: CommandInput;
  values: DiagnosticSettingsInput;
}>;


export type EditDiagnosticSettingsMutation = { editDiagnosticSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type AdministratorsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type AdministratorsQuery = { administrators: Array<{ id: string, login: string, displayName: string, role: AdministratorRole | null, active: boolean }> };

export type ChangeLineFragment = { eventId: string, number: string | null, occurredAt: string, action: ChangeAction, objectType: ConfiguredObject, objectId: string, revision: number, objectName: string, erased: boolean, actorKind: string, actorId: string, actorName: string, ip: string, userAgent: string, reason: string | null, revertible: boolean, changes: Array<{ field: string, before: unknown, after: unknown }>, people: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }> } & { ' $fragmentName'?: 'ChangeLineFragment' };

export type ConfigurationChangeListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ConfigurationChangeFilter | null | undefined;
  counted: boolean;
  minPosition?: string | null | undefined;
}>;


export type ConfigurationChangeListQuery = { configurationChanges: { totalCount?: number, upTo?: string | null, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { ' $fragmentRefs'?: { 'ChangeLineFragment': ChangeLineFragment } } }> } };

export type RevertChangeMutationVariables = Exact<{
  command: CommandInput;
  eventId: string;
  overwrite?: Array<string> | string | null | undefined;
  confirmLockout?: boolean | null | undefined;
}>;


export type RevertChangeMutation = { revertChange:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type MomentOfQueryVariables = Exact<{
  asOf: AsOf;
}>;


export type MomentOfQuery = { moment: { number: string, at: string } | null };

export type AccountsThenQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
  asOf: AsOf;
}>;


export type AccountsThenQuery = { accounts: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'AccountLineFragment': AccountLineFragment } }
      ) }> } };

export type AccountThenQueryVariables = Exact<{
  id: string;
  asOf: AsOf;
}>;


export type AccountThenQuery = { account: (
    { id: string, active: boolean, role: AdministratorRole | null, status: AccountStatus, deleted: boolean, erasure: Erasure | null, createdAt: string, devices: Array<{ ' $fragmentRefs'?: { 'DeviceLineFragment': DeviceLineFragment } }> }
    & { ' $fragmentRefs'?: { 'ProfileFieldsFragment': ProfileFieldsFragment } }
  ) | null };

export type ConferencesThenQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
  asOf: AsOf;
}>;


export type ConferencesThenQuery = { conferences: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'ConferenceSummaryFragment': ConferenceSummaryFragment } }
      ) }> } };

export type ConferenceThenQueryVariables = Exact<{
  id: string;
  asOf: AsOf;
}>;


export type ConferenceThenQuery = { conference: { ' $fragmentRefs'?: { 'ConferenceSettingsFragment': ConferenceSettingsFragment } } | null };

export type RoomFieldsFragment = { id: string, conferenceId: string, cid: string, title: string, node: string | null, startedAt: string, endedAt: string | null, endCause: string | null, messages: number, startedBy: { ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }, participants: Array<{ ' $fragmentRefs'?: { 'ParticipantLineFragment': ParticipantLineFragment } }> } & { ' $fragmentName'?: 'RoomFieldsFragment' };

export type SessionsThenQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  asOf?: AsOf | null | undefined;
}>;


export type SessionsThenQuery = { sessions: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, title: string, startedAt: string, endedAt: string | null, endCause: string | null, participants: Array<{ id: string, state: ParticipantState }> } }> } };

export type RoomThenQueryVariables = Exact<{
  id: string;
  asOf?: AsOf | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type RoomThenQuery = { session: { ' $fragmentRefs'?: { 'RoomFieldsFragment': RoomFieldsFragment } } | null };

export type AdministratorsThenQueryVariables = Exact<{
  asOf: AsOf;
}>;


export type AdministratorsThenQuery = { administrators: Array<{ id: string, login: string, displayName: string, role: AdministratorRole | null }> };

export type SettingsThenQueryVariables = Exact<{
  asOf: AsOf;
}>;


export type SettingsThenQuery = { generalSettings: { serverName: string, announcedAddress: string }, retentionSettings: { eventDays: number | null, callDays: number | null, chatDays: number | null }, witnessSettings: { targets: Array<{ kind: WitnessKind, address: string }> }, legalHolds: { edges: Array<{ node: { id: string, name: string, reason: string, placedAt: string, accounts: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }>, conferences: Array<{ id: string, title: string }> } }> } };

export type AccessThenQueryVariables = Exact<{
  asOf: AsOf;
}>;


export type AccessThenQuery = { accessSettings: { limited: boolean, subnets: Array<string>, localhostWithoutSignIn: boolean } };

export type MomentLineFragment = { number: string, at: string, kind: SessionMomentKind, source: MediaSource | null, role: SessionRole | null, cause: string | null, person: { ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } } | null, by: { ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } } | null } & { ' $fragmentName'?: 'MomentLineFragment' };

export type TimelineOfQueryVariables = Exact<{
  sessionId: string;
  first: number;
  after?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type TimelineOfQuery = { sessionTimeline: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { ' $fragmentRefs'?: { 'MomentLineFragment': MomentLineFragment } } }> } | null };

export type WhyQueryVariables = Exact<{
  accountId: string;
  action: Action;
  objectId?: string | null | undefined;
  asOf?: AsOf | null | undefined;
}>;


export type WhyQuery = { why: { allowed: boolean, rule: AccessRule, ground: AccessGround | null, role: AdministratorRole | null, event: { ' $fragmentRefs'?: { 'EventLineFragment': EventLineFragment } } | null } | null };

export type ReadModelsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type ReadModelsQuery = { readModels: Array<{ name: string, position: string | null, haltedAt: string | null, haltReason: string | null, waiting: boolean, rebuild: { phase: RebuildPhase, share: number, startedAt: string, endedAt: string | null, reason: string | null, tables: Array<{ table: string, rows: number, unfounded: number | null, different: number | null, lost: number | null }> } | null }> };

export type RebuildReadModelsMutationVariables = Exact<{
  command: CommandInput;
  rebuildId: string;
  readModels?: Array<string> | string | null | undefined;
}>;


export type RebuildReadModelsMutation = { rebuildReadModels:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type CallLineFragment = { id: string, title: string, cid: string, conferenceId: string, startedAt: string, endedAt: string | null, endCause: string | null, people: number, connections: number, owner: { id: string, displayName: string, login: string } } & { ' $fragmentName'?: 'CallLineFragment' };

export type CallListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: CallFilter | null | undefined;
  sort?: CallSort | null | undefined;
  counted: boolean;
  minPosition?: string | null | undefined;
}>;


export type CallListQuery = { calls: { totalCount?: number, upTo?: string | null, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'CallLineFragment': CallLineFragment } }
      ) }> } };

export type CallLegFieldsFragment = { id: string, sessionId: string, displayName: string, role: SessionRole, joinedAt: string, connectedAt: string | null, leftAt: string | null, leftCause: string | null, endpointId: string | null, ip: string, userAgent: string, person: { id: string, displayName: string, login: string }, quality: { connectedMs: number, receivedBytes: number, sentBytes: number, lossFraction: number, roundTripMs: number | null, scoreMin: number | null } | null } & { ' $fragmentName'?: 'CallLegFieldsFragment' };

export type OneCallQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type OneCallQuery = { call: (
    { startedBy: { id: string, displayName: string }, legs: Array<(
      { id: string }
      & { ' $fragmentRefs'?: { 'CallLegFieldsFragment': CallLegFieldsFragment } }
    )>, invites: Array<{ invitedAt: string, accepted: boolean, person: { id: string, displayName: string, login: string }, invitedBy: { id: string, displayName: string } }> }
    & { ' $fragmentRefs'?: { 'CallLineFragment': CallLineFragment } }
  ) | null };

export type OneCallLegQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type OneCallLegQuery = { callLeg: { ' $fragmentRefs'?: { 'CallLegFieldsFragment': CallLegFieldsFragment } } | null };

export type ChatReportQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ChatFilter | null | undefined;
  sort?: ChatSort | null | undefined;
  counted: boolean;
  minPosition?: string | null | undefined;
}>;


export type ChatReportQuery = { chatReport: { totalCount?: number, upTo?: string | null, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, messageId: string, senderName: string, sessionId: string, sessionTitle: string, text: string | null, postedAt: string, sender: { id: string, login: string } } }> } };

export type EndpointListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: EndpointFilter | null | undefined;
  sort?: EndpointSort | null | undefined;
  counted: boolean;
  minPosition?: string | null | undefined;
}>;


export type EndpointListQuery = { endpoints: { totalCount?: number, upTo?: string | null, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, userAgent: string, ip: string, firstSeenAt: string, lastSeenAt: string, signIns: number, connections: number, lastSessionId: string | null, lastSessionTitle: string | null, account: { id: string, displayName: string, login: string } } }> } };

export type PrepareReportExportMutationVariables = Exact<{
  command: CommandInput;
  exportId: string;
  selection: ExportSelection;
  format: ExportFormat;
}>;


export type PrepareReportExportMutation = { prepareReportExport:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ReportExportStateQueryVariables = Exact<{
  id: string;
}>;


export type ReportExportStateQuery = { reportExport: { rows: number, estimate: number | null, outcome: string | null, sha256: string | null } | null };

export type EraseChatMessageMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  messageId: string;
}>;


export type EraseChatMessageMutation = { eraseChatMessage:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DeleteReportRowsMutationVariables = Exact<{
  command: CommandInput;
  deletionId: string;
  selection: ReportSelection;
}>;


export type DeleteReportRowsMutation = { deleteReportRows:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun', events: Array<{ data: unknown }> }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type GeneralSettingsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type GeneralSettingsQuery = { generalSettings: { serverName: string, announcedAddress: string, revision: number } };

export type AccessSettingsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type AccessSettingsQuery = { accessSettings: { limited: boolean, subnets: Array<string>, localhostWithoutSignIn: boolean, yourAddress: string, revision: number } };

export type RetentionSettingsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type RetentionSettingsQuery = { retentionSettings: { eventDays: number | null, callDays: number | null, chatDays: number | null, revision: number } };

export type RetentionRunsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type RetentionRunsQuery = { retention: { nextRunAt: string, rules: Array<{ report: RetainedReport, days: number, before: string, rows: number, appliedAt: string, holds: Array<{ id: string, name: string }> }> } };

export type WitnessSettingsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
}>;


export type WitnessSettingsQuery = { witnessSettings: { revision: number, targets: Array<{ kind: WitnessKind, address: string }> } };

export type LegalHoldsQueryVariables = Exact<{
  minPosition?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type LegalHoldsQuery = { legalHolds: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, name: string, reason: string, placedAt: string, kept: { calls: number, chatMessages: number }, accounts: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }>, conferences: Array<{ id: string, title: string }> } }> } };

export type PreferencesQueryVariables = Exact<{ [key: string]: never; }>;


export type PreferencesQuery = { preferences: { language: Language | null, timeZone: string | null, csvEncoding: CsvEncoding, csvDelimiter: CsvDelimiter, revision: number } };

export type EditGeneralSettingsMutationVariables = Exact<{
  command: CommandInput;
  values: GeneralSettingsInput;
}>;


export type EditGeneralSettingsMutation = { editGeneralSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EditAccessSettingsMutationVariables = Exact<{
  command: CommandInput;
  values: AccessSettingsInput;
  confirmLockout?: boolean | null | undefined;
}>;


export type EditAccessSettingsMutation = { editAccessSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EditRetentionSettingsMutationVariables = Exact<{
  command: CommandInput;
  values: RetentionSettingsInput;
}>;


export type EditRetentionSettingsMutation = { editRetentionSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EditWitnessSettingsMutationVariables = Exact<{
  command: CommandInput;
  values: WitnessSettingsInput;
}>;


export type EditWitnessSettingsMutation = { editWitnessSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ResetSettingsMutationVariables = Exact<{
  command: CommandInput;
  section: SettingsSection;
  confirmLockout?: boolean | null | undefined;
}>;


export type ResetSettingsMutation = { resetSettings:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EditPreferencesMutationVariables = Exact<{
  command: CommandInput;
  values: PreferencesInput;
}>;


export type EditPreferencesMutation = { editPreferences:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type PlaceLegalHoldMutationVariables = Exact<{
  command: CommandInput;
  holdId: string;
  name: string;
  reason: string;
  accountIds: Array<string> | string;
  conferenceIds: Array<string> | string;
}>;


export type PlaceLegalHoldMutation = { placeLegalHold:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ReleaseLegalHoldMutationVariables = Exact<{
  command: CommandInput;
  holdId: string;
}>;


export type ReleaseLegalHoldMutation = { releaseLegalHold:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type PersonNamedQueryVariables = Exact<{
  id: string;
}>;


export type PersonNamedQuery = { account: { displayName: string, login: string } | null };

export type HeldConferenceQueryVariables = Exact<{
  id: string;
}>;


export type HeldConferenceQuery = { conference: { title: string } | null };

export type PersonNameFragment = { id: string, displayName: string, login: string } & { ' $fragmentName'?: 'PersonNameFragment' };

export type ConferenceSummaryFragment = { id: string, cid: string, kind: ConferenceKind, title: string, createdAt: string, viewerModerates: boolean, owner: { ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }, running: { id: string, startedAt: string, participants: Array<{ id: string, state: ParticipantState }> } | null } & { ' $fragmentName'?: 'ConferenceSummaryFragment' };

export type ConferenceSettingsFragment = { id: string, cid: string, kind: ConferenceKind, title: string, description: string, joinWithoutInvitation: boolean, revision: number, createdAt: string, viewerModerates: boolean, owner: { ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }, moderators: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }>, members: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }>, running: { id: string } | null } & { ' $fragmentName'?: 'ConferenceSettingsFragment' };

export type ConferenceToEditQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type ConferenceToEditQuery = { conference: { ' $fragmentRefs'?: { 'ConferenceSettingsFragment': ConferenceSettingsFragment } } | null };

export type PeopleFoundQueryVariables = Exact<{
  search: string;
}>;


export type PeopleFoundQuery = { people: Array<{ ' $fragmentRefs'?: { 'PersonNameFragment': PersonNameFragment } }> };

export type CreateConferenceMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  kind: ConferenceKind;
  title: string;
  description?: string | null | undefined;
  cid?: string | null | undefined;
  joinWithoutInvitation?: boolean | null | undefined;
}>;


export type CreateConferenceMutation = { createConference:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EditConferenceMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  title?: string | null | undefined;
  description?: string | null | undefined;
  joinWithoutInvitation?: boolean | null | undefined;
}>;


export type EditConferenceMutation = { editConference:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ReassignConferenceIdMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  cid: string;
}>;


export type ReassignConferenceIdMutation = { reassignConferenceId:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type InviteMemberMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  accountId: string;
}>;


export type InviteMemberMutation = { inviteMember:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type UninviteMemberMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  accountId: string;
}>;


export type UninviteMemberMutation = { uninviteMember:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type AppointModeratorMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  accountId: string;
}>;


export type AppointModeratorMutation = { appointModerator:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DismissModeratorMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
  accountId: string;
}>;


export type DismissModeratorMutation = { dismissModerator:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type DeleteConferenceMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
}>;


export type DeleteConferenceMutation = { deleteConference:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ConferencesChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ConferencesChangedSubscription = { conferencesChanged: Array<string> };

export type ParticipantLineFragment = { id: string, displayName: string, role: SessionRole, state: ParticipantState, muted: Array<MediaSource>, sharing: boolean, joinedAt: string, leftAt: string | null, leftCause: string | null, mayRejoin: boolean } & { ' $fragmentName'?: 'ParticipantLineFragment' };

export type MuteParticipantMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  participantId: string;
  source: MediaSource;
}>;


export type MuteParticipantMutation = { muteParticipant:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type UnmuteSelfMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  source: MediaSource;
}>;


export type UnmuteSelfMutation = { unmuteSelf:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type RemoveParticipantMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  participantId: string;
  mayRejoin: boolean;
}>;


export type RemoveParticipantMutation = { removeParticipant:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type GiveSessionRoleMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  participantId: string;
  role: SessionRole;
}>;


export type GiveSessionRoleMutation = { giveSessionRole:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type EndSessionMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
}>;


export type EndSessionMutation = { endSession:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type InviteToSessionMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  accountId: string;
}>;


export type InviteToSessionMutation = { inviteToSession:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type SessionLiveSubscriptionVariables = Exact<{
  id: string;
}>;


export type SessionLiveSubscription = { session: { id: string, title: string, cid: string, startedAt: string, endedAt: string | null, endCause: string | null, viewerModerates: boolean, viewerParticipant: { id: string, state: ParticipantState, role: SessionRole, muted: Array<MediaSource>, mayRejoin: boolean, leftCause: string | null } | null, participants: Array<{ ' $fragmentRefs'?: { 'ParticipantLineFragment': ParticipantLineFragment } }> } | null };

export type SetUpServerMutationVariables = Exact<{
  command: CommandInput;
  token: string;
  accountId: string;
  login: string;
  password: string;
  displayName?: string | null | undefined;
}>;


export type SetUpServerMutation = { setUpServer:
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
    | { __typename: 'SignedIn', viewer: { signInId: string } }
   };

export type MyConferencesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  minPosition?: string | null | undefined;
}>;


export type MyConferencesQuery = { myConferences: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: (
        { id: string }
        & { ' $fragmentRefs'?: { 'ConferenceSummaryFragment': ConferenceSummaryFragment } }
      ) }> } };

export type CreatedConferenceQueryVariables = Exact<{
  id: string;
  minPosition?: string | null | undefined;
}>;


export type CreatedConferenceQuery = { conference: { id: string, cid: string } | null };

export type ConferencePageQueryQueryVariables = Exact<{
  cid: string;
}>;


export type ConferencePageQueryQuery = { conferencePage: { id: string, cid: string, title: string, description: string, ownerName: string, running: boolean } | null };

export type ConferenceLiveSubscriptionVariables = Exact<{
  id: string;
}>;


export type ConferenceLiveSubscription = { conference: { id: string, title: string, description: string, running: { id: string, startedAt: string, participants: Array<{ id: string, state: ParticipantState }> } | null } | null };

export type RoomConferenceQueryVariables = Exact<{
  cid: string;
}>;


export type RoomConferenceQuery = { conferencePage: { id: string, cid: string, title: string, ownerName: string, running: boolean } | null };

export type JoinConferenceMutationVariables = Exact<{
  command: CommandInput;
  conferenceId: string;
}>;


export type JoinConferenceMutation = { joinConference:
    | { __typename: 'JoinTicket', sessionId: string, participantId: string, legId: string, ticket: string, signallingPath: string, position: string }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type ChatLiveSubscriptionVariables = Exact<{
  sessionId: string;
  after?: string | null | undefined;
}>;


export type ChatLiveSubscription = { chatMessages: Array<{ id: string, number: string, authorId: string, authorName: string, text: string | null, postedAt: string }> };

export type PostChatMessageMutationVariables = Exact<{
  command: CommandInput;
  sessionId: string;
  messageId: string;
  text: string;
}>;


export type PostChatMessageMutation = { postChatMessage:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export type RefusalFieldsFragment = { code: RefusalCode, message: string, details: unknown, problems: Array<{ path: string, code: InputProblemCode, limit: number | null }> } & { ' $fragmentName'?: 'RefusalFieldsFragment' };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { serverInfo: { name: string, version: string, setUp: boolean, secure: boolean, administration: boolean, roleHere: AdministratorRole | null }, viewer: { signInId: string, role: AdministratorRole | null, expiresAt: string, account: { id: string, login: string, displayName: string } } | null };

export type SignInMutationVariables = Exact<{
  command: CommandInput;
  login: string;
  password: string;
}>;


export type SignInMutation = { signIn:
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
    | { __typename: 'SignedIn', viewer: { signInId: string } }
   };

export type SignOutMutationVariables = Exact<{
  command: CommandInput;
}>;


export type SignOutMutation = { signOut:
    | { __typename: 'Accepted', position: string | null }
    | { __typename: 'DryRun' }
    | (
      { __typename: 'Refusal' }
      & { ' $fragmentRefs'?: { 'RefusalFieldsFragment': RefusalFieldsFragment } }
    )
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProfileFieldsFragmentDoc = new TypedDocumentString(`
    fragment ProfileFields on Account {
  id
  login
  displayName
  firstName
  lastName
  email
  company
  mobilePhone
  workPhone
  homePhone
  sipNumber
  revision
}
    `, {"fragmentName":"ProfileFields"}) as unknown as TypedDocumentString<ProfileFieldsFragment, unknown>;
export const DeviceLineFragmentDoc = new TypedDocumentString(`
    fragment DeviceLine on Device {
  signInId
  ip
  userAgent
  signedInAt
  expiresAt
  current
}
    `, {"fragmentName":"DeviceLine"}) as unknown as TypedDocumentString<DeviceLineFragment, unknown>;
export const AccountLineFragmentDoc = new TypedDocumentString(`
    fragment AccountLine on Account {
  id
  login
  displayName
  email
  active
  role
  status
  deleted
  erasure
}
    `, {"fragmentName":"AccountLine"}) as unknown as TypedDocumentString<AccountLineFragment, unknown>;
export const EventLineFragmentDoc = new TypedDocumentString(`
    fragment EventLine on Event {
  number
  eventId
  type
  stream
  revision
  objectType
  objectId
  objectName
  occurredAt
  severity
  source
  actorRole
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  commandId
  correlationId
  data
}
    `, {"fragmentName":"EventLine"}) as unknown as TypedDocumentString<EventLineFragment, unknown>;
export const SummaryFieldsFragmentDoc = new TypedDocumentString(`
    fragment SummaryFields on ServerSummary {
  at
  uptimeSeconds
  cpuFraction
  networkReceivedBytes
  networkSentBytes
  memoryBytes
  diskFreeBytes
  diskTotalBytes
  accounts
  onlineAccounts
  runningConferences
  participants
  newestEvent
  services {
    name
    condition
    detail
  }
  projections {
    name
    lagMs
    haltedAt
    haltReason
  }
}
    `, {"fragmentName":"SummaryFields"}) as unknown as TypedDocumentString<SummaryFieldsFragment, unknown>;
export const ServerLogLineFieldsFragmentDoc = new TypedDocumentString(`
    fragment ServerLogLineFields on ServerLogLine {
  id
  at
  level
  node
  roles
  message
  fields
}
    `, {"fragmentName":"ServerLogLineFields"}) as unknown as TypedDocumentString<ServerLogLineFieldsFragment, unknown>;
export const PersonNameFragmentDoc = new TypedDocumentString(`
    fragment PersonName on Person {
  id
  displayName
  login
}
    `, {"fragmentName":"PersonName"}) as unknown as TypedDocumentString<PersonNameFragment, unknown>;
export const ChangeLineFragmentDoc = new TypedDocumentString(`
    fragment ChangeLine on ConfigurationChange {
  eventId
  number
  occurredAt
  action
  objectType
  objectId
  revision
  objectName
  changes {
    field
    before
    after
  }
  people {
    ...PersonName
  }
  erased
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  revertible
}
    fragment PersonName on Person {
  id
  displayName
  login
}`, {"fragmentName":"ChangeLine"}) as unknown as TypedDocumentString<ChangeLineFragment, unknown>;
export const ParticipantLineFragmentDoc = new TypedDocumentString(`
    fragment ParticipantLine on Participant {
  id
  displayName
  role
  state
  muted
  sharing
  joinedAt
  leftAt
  leftCause
  mayRejoin
}
    `, {"fragmentName":"ParticipantLine"}) as unknown as TypedDocumentString<ParticipantLineFragment, unknown>;
export const RoomFieldsFragmentDoc = new TypedDocumentString(`
    fragment RoomFields on Session {
  id
  conferenceId
  cid
  title
  node
  startedAt
  endedAt
  endCause
  messages
  startedBy {
    ...PersonName
  }
  participants {
    ...ParticipantLine
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ParticipantLine on Participant {
  id
  displayName
  role
  state
  muted
  sharing
  joinedAt
  leftAt
  leftCause
  mayRejoin
}`, {"fragmentName":"RoomFields"}) as unknown as TypedDocumentString<RoomFieldsFragment, unknown>;
export const MomentLineFragmentDoc = new TypedDocumentString(`
    fragment MomentLine on SessionMoment {
  number
  at
  kind
  source
  role
  cause
  person {
    ...PersonName
  }
  by {
    ...PersonName
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`, {"fragmentName":"MomentLine"}) as unknown as TypedDocumentString<MomentLineFragment, unknown>;
export const CallLineFragmentDoc = new TypedDocumentString(`
    fragment CallLine on Call {
  id
  title
  cid
  conferenceId
  startedAt
  endedAt
  endCause
  people
  connections
  owner {
    id
    displayName
    login
  }
}
    `, {"fragmentName":"CallLine"}) as unknown as TypedDocumentString<CallLineFragment, unknown>;
export const CallLegFieldsFragmentDoc = new TypedDocumentString(`
    fragment CallLegFields on CallLeg {
  id
  sessionId
  displayName
  role
  joinedAt
  connectedAt
  leftAt
  leftCause
  endpointId
  ip
  userAgent
  person {
    id
    displayName
    login
  }
  quality {
    connectedMs
    receivedBytes
    sentBytes
    lossFraction
    roundTripMs
    scoreMin
  }
}
    `, {"fragmentName":"CallLegFields"}) as unknown as TypedDocumentString<CallLegFieldsFragment, unknown>;
export const ConferenceSummaryFragmentDoc = new TypedDocumentString(`
    fragment ConferenceSummary on Conference {
  id
  cid
  kind
  title
  owner {
    ...PersonName
  }
  createdAt
  viewerModerates
  running {
    id
    startedAt
    participants {
      id
      state
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`, {"fragmentName":"ConferenceSummary"}) as unknown as TypedDocumentString<ConferenceSummaryFragment, unknown>;
export const ConferenceSettingsFragmentDoc = new TypedDocumentString(`
    fragment ConferenceSettings on Conference {
  id
  cid
  kind
  title
  description
  joinWithoutInvitation
  revision
  createdAt
  viewerModerates
  owner {
    ...PersonName
  }
  moderators {
    ...PersonName
  }
  members {
    ...PersonName
  }
  running {
    id
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`, {"fragmentName":"ConferenceSettings"}) as unknown as TypedDocumentString<ConferenceSettingsFragment, unknown>;
export const RefusalFieldsFragmentDoc = new TypedDocumentString(`
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}
    `, {"fragmentName":"RefusalFields"}) as unknown as TypedDocumentString<RefusalFieldsFragment, unknown>;
export const AccountToEditDocument = new TypedDocumentString(`
    query AccountToEdit($id: ID!, $minPosition: Position) {
  account(id: $id, deleted: true, minPosition: $minPosition) {
    id
    active
    deleted
    erasure
    role
    status
    createdAt
    ...ProfileFields
    devices {
      ...DeviceLine
    }
  }
}
    fragment ProfileFields on Account {
  id
  login
  displayName
  firstName
  lastName
  email
  company
  mobilePhone
  workPhone
  homePhone
  sipNumber
  revision
}
fragment DeviceLine on Device {
  signInId
  ip
  userAgent
  signedInAt
  expiresAt
  current
}`) as unknown as TypedDocumentString<AccountToEditQuery, AccountToEditQueryVariables>;
export const EditAccountDocument = new TypedDocumentString(`
    mutation EditAccount($command: CommandInput!, $accountId: ID!, $profile: ProfileInput!) {
  editAccount(command: $command, accountId: $accountId, profile: $profile) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditAccountMutation, EditAccountMutationVariables>;
export const SetPasswordDocument = new TypedDocumentString(`
    mutation SetPassword($command: CommandInput!, $accountId: ID!, $password: String!) {
  setPassword(command: $command, accountId: $accountId, password: $password) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<SetPasswordMutation, SetPasswordMutationVariables>;
export const EndSignInDocument = new TypedDocumentString(`
    mutation EndSignIn($command: CommandInput!, $signInId: ID!) {
  endSignIn(command: $command, signInId: $signInId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EndSignInMutation, EndSignInMutationVariables>;
export const AccountListDocument = new TypedDocumentString(`
    query AccountList($first: Int!, $after: String, $search: String, $deleted: Boolean!, $minPosition: Position) {
  accounts(
    first: $first
    after: $after
    search: $search
    deleted: $deleted
    minPosition: $minPosition
  ) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...AccountLine
      }
    }
  }
}
    fragment AccountLine on Account {
  id
  login
  displayName
  email
  active
  role
  status
  deleted
  erasure
}`) as unknown as TypedDocumentString<AccountListQuery, AccountListQueryVariables>;
export const AccountsChangedDocument = new TypedDocumentString(`
    subscription AccountsChanged {
  accountsChanged
}
    `) as unknown as TypedDocumentString<AccountsChangedSubscription, AccountsChangedSubscriptionVariables>;
export const CreateAccountDocument = new TypedDocumentString(`
    mutation CreateAccount($command: CommandInput!, $accountId: ID!, $login: String!, $password: String!, $profile: ProfileInput!) {
  createAccount(
    command: $command
    accountId: $accountId
    login: $login
    password: $password
    profile: $profile
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<CreateAccountMutation, CreateAccountMutationVariables>;
export const ActivateAccountDocument = new TypedDocumentString(`
    mutation ActivateAccount($command: CommandInput!, $accountId: ID!) {
  activateAccount(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<ActivateAccountMutation, ActivateAccountMutationVariables>;
export const ErasePersonDocument = new TypedDocumentString(`
    mutation ErasePerson($command: CommandInput!, $accountId: ID!) {
  erasePerson(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ... on DryRun {
      events {
        data
      }
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<ErasePersonMutation, ErasePersonMutationVariables>;
export const DeactivateAccountDocument = new TypedDocumentString(`
    mutation DeactivateAccount($command: CommandInput!, $accountId: ID!) {
  deactivateAccount(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DeactivateAccountMutation, DeactivateAccountMutationVariables>;
export const DisconnectDevicesDocument = new TypedDocumentString(`
    mutation DisconnectDevices($command: CommandInput!, $accountId: ID!) {
  disconnectDevices(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DisconnectDevicesMutation, DisconnectDevicesMutationVariables>;
export const DeleteAccountDocument = new TypedDocumentString(`
    mutation DeleteAccount($command: CommandInput!, $accountId: ID!) {
  deleteAccount(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DeleteAccountMutation, DeleteAccountMutationVariables>;
export const AppointAdministratorDocument = new TypedDocumentString(`
    mutation AppointAdministrator($command: CommandInput!, $accountId: ID!, $role: AdministratorRole!) {
  appointAdministrator(command: $command, accountId: $accountId, role: $role) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<AppointAdministratorMutation, AppointAdministratorMutationVariables>;
export const DismissAdministratorDocument = new TypedDocumentString(`
    mutation DismissAdministrator($command: CommandInput!, $accountId: ID!) {
  dismissAdministrator(command: $command, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DismissAdministratorMutation, DismissAdministratorMutationVariables>;
export const ConferenceListDocument = new TypedDocumentString(`
    query ConferenceList($first: Int!, $after: String, $search: String, $runningOnly: Boolean, $minPosition: Position) {
  conferences(
    first: $first
    after: $after
    search: $search
    runningOnly: $runningOnly
    minPosition: $minPosition
  ) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...ConferenceSummary
      }
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ConferenceSummary on Conference {
  id
  cid
  kind
  title
  owner {
    ...PersonName
  }
  createdAt
  viewerModerates
  running {
    id
    startedAt
    participants {
      id
      state
    }
  }
}`) as unknown as TypedDocumentString<ConferenceListQuery, ConferenceListQueryVariables>;
export const SessionsOfDocument = new TypedDocumentString(`
    query SessionsOf($conferenceId: ID!) {
  sessions(conferenceId: $conferenceId, first: 10) {
    totalCount
    edges {
      node {
        id
        startedAt
        endedAt
        endCause
        participants {
          id
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsOfQuery, SessionsOfQueryVariables>;
export const EventListDocument = new TypedDocumentString(`
    query EventList($first: Int!, $after: String, $filter: EventFilter, $sort: EventSort, $counted: Boolean!, $minPosition: Position) {
  events(
    first: $first
    after: $after
    filter: $filter
    sort: $sort
    minPosition: $minPosition
  ) {
    totalCount @include(if: $counted)
    upTo @include(if: $counted)
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        number
        ...EventLine
      }
    }
  }
}
    fragment EventLine on Event {
  number
  eventId
  type
  stream
  revision
  objectType
  objectId
  objectName
  occurredAt
  severity
  source
  actorRole
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  commandId
  correlationId
  data
}`) as unknown as TypedDocumentString<EventListQuery, EventListQueryVariables>;
export const ReportNewsDocument = new TypedDocumentString(`
    subscription ReportNews($report: FollowedReport!, $after: EventNumber) {
  reportNews(report: $report, after: $after) {
    ids
    upTo
  }
}
    `) as unknown as TypedDocumentString<ReportNewsSubscription, ReportNewsSubscriptionVariables>;
export const NewEventsDocument = new TypedDocumentString(`
    subscription NewEvents($after: EventNumber, $filter: EventFilter) {
  events(after: $after, filter: $filter) {
    number
  }
}
    `) as unknown as TypedDocumentString<NewEventsSubscription, NewEventsSubscriptionVariables>;
export const HistoryOfDocument = new TypedDocumentString(`
    query HistoryOf($objectType: String!, $objectId: ID!, $first: Int!, $after: String, $minPosition: Position) {
  history(
    objectType: $objectType
    objectId: $objectId
    first: $first
    after: $after
    minPosition: $minPosition
  ) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        number
        ...EventLine
      }
    }
  }
}
    fragment EventLine on Event {
  number
  eventId
  type
  stream
  revision
  objectType
  objectId
  objectName
  occurredAt
  severity
  source
  actorRole
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  commandId
  correlationId
  data
}`) as unknown as TypedDocumentString<HistoryOfQuery, HistoryOfQueryVariables>;
export const StateOfDocument = new TypedDocumentString(`
    query StateOf($objectType: String!, $objectId: ID!, $revision: Int, $at: DateTime, $minPosition: Position) {
  stateOf(
    objectType: $objectType
    objectId: $objectId
    revision: $revision
    at: $at
    minPosition: $minPosition
  ) {
    revision
    number
    at
    state
  }
}
    `) as unknown as TypedDocumentString<StateOfQuery, StateOfQueryVariables>;
export const ParkedEventListDocument = new TypedDocumentString(`
    query ParkedEventList($first: Int!, $after: String, $minPosition: Position) {
  parkedEvents(first: $first, after: $after, minPosition: $minPosition) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        eventId
        number
        type
        stream
        revision
        position
        correlationId
        reason
        parkedAt
        retriedAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ParkedEventListQuery, ParkedEventListQueryVariables>;
export const RetryParkedEventDocument = new TypedDocumentString(`
    mutation RetryParkedEvent($command: CommandInput!, $eventId: ID!) {
  retryParkedEvent(command: $command, eventId: $eventId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RetryParkedEventMutation, RetryParkedEventMutationVariables>;
export const RaiseFormatLevelDocument = new TypedDocumentString(`
    mutation RaiseFormatLevel($command: CommandInput!, $leaveBehind: Boolean) {
  raiseFormatLevel(command: $command, leaveBehind: $leaveBehind) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RaiseFormatLevelMutation, RaiseFormatLevelMutationVariables>;
export const SummaryNowDocument = new TypedDocumentString(`
    query SummaryNow {
  summary {
    ...SummaryFields
  }
}
    fragment SummaryFields on ServerSummary {
  at
  uptimeSeconds
  cpuFraction
  networkReceivedBytes
  networkSentBytes
  memoryBytes
  diskFreeBytes
  diskTotalBytes
  accounts
  onlineAccounts
  runningConferences
  participants
  newestEvent
  services {
    name
    condition
    detail
  }
  projections {
    name
    lagMs
    haltedAt
    haltReason
  }
}`) as unknown as TypedDocumentString<SummaryNowQuery, SummaryNowQueryVariables>;
export const ErasuresDocument = new TypedDocumentString(`
    subscription Erasures {
  erasures
}
    `) as unknown as TypedDocumentString<ErasuresSubscription, ErasuresSubscriptionVariables>;
export const SummaryLiveDocument = new TypedDocumentString(`
    subscription SummaryLive {
  summary {
    ...SummaryFields
  }
}
    fragment SummaryFields on ServerSummary {
  at
  uptimeSeconds
  cpuFraction
  networkReceivedBytes
  networkSentBytes
  memoryBytes
  diskFreeBytes
  diskTotalBytes
  accounts
  onlineAccounts
  runningConferences
  participants
  newestEvent
  services {
    name
    condition
    detail
  }
  projections {
    name
    lagMs
    haltedAt
    haltReason
  }
}`) as unknown as TypedDocumentString<SummaryLiveSubscription, SummaryLiveSubscriptionVariables>;
export const ProofBadgeDocument = new TypedDocumentString(`
    query ProofBadge {
  proof {
    verifiedTo
    verifiedAt
    alteration {
      number
    }
  }
}
    `) as unknown as TypedDocumentString<ProofBadgeQuery, ProofBadgeQueryVariables>;
export const ProofNowDocument = new TypedDocumentString(`
    query ProofNow {
  proof {
    verifiedTo
    verifiedAt
    checkpoint
    recheckedTo
    recheckedAt
    alteration {
      number
      reason
      at
    }
    keys {
      verifierKey
      endorsed
      adoptedAt
    }
    witnesses {
      name
      keptTo
      keptAt
      failures
      failedAt
      reason
    }
  }
}
    `) as unknown as TypedDocumentString<ProofNowQuery, ProofNowQueryVariables>;
export const SignCheckpointDocument = new TypedDocumentString(`
    mutation SignCheckpoint($command: CommandInput!) {
  signCheckpoint(command: $command) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<SignCheckpointMutation, SignCheckpointMutationVariables>;
export const RotateSigningKeyDocument = new TypedDocumentString(`
    mutation RotateSigningKey($command: CommandInput!) {
  rotateSigningKey(command: $command) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RotateSigningKeyMutation, RotateSigningKeyMutationVariables>;
export const ServerLogLinesDocument = new TypedDocumentString(`
    query ServerLogLines($filter: ServerLogFilter, $first: Int!, $after: String) {
  serverLog(filter: $filter, first: $first, after: $after) {
    next
    lines {
      ...ServerLogLineFields
    }
  }
}
    fragment ServerLogLineFields on ServerLogLine {
  id
  at
  level
  node
  roles
  message
  fields
}`) as unknown as TypedDocumentString<ServerLogLinesQuery, ServerLogLinesQueryVariables>;
export const NewServerLogLinesDocument = new TypedDocumentString(`
    subscription NewServerLogLines($filter: ServerLogFilter) {
  serverLog(filter: $filter) {
    ...ServerLogLineFields
  }
}
    fragment ServerLogLineFields on ServerLogLine {
  id
  at
  level
  node
  roles
  message
  fields
}`) as unknown as TypedDocumentString<NewServerLogLinesSubscription, NewServerLogLinesSubscriptionVariables>;
export const DiagnosticSettingsDocument = new TypedDocumentString(`
    query DiagnosticSettings($minPosition: Position) {
  diagnosticSettings(minPosition: $minPosition) {
    detailedLog
    revision
  }
}
    `) as unknown as TypedDocumentString<DiagnosticSettingsQuery, DiagnosticSettingsQueryVariables>;
export const EditDiagnosticSettingsDocument = new TypedDocumentString(`
    mutation EditDiagnosticSettings($command: CommandInput!, $values: DiagnosticSettingsInput!) {
  editDiagnosticSettings(command: $command, values: $values) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditDiagnosticSettingsMutation, EditDiagnosticSettingsMutationVariables>;
export const AdministratorsDocument = new TypedDocumentString(`
    query Administrators($minPosition: Position) {
  administrators(minPosition: $minPosition) {
    id
    login
    displayName
    role
    active
  }
}
    `) as unknown as TypedDocumentString<AdministratorsQuery, AdministratorsQueryVariables>;
export const ConfigurationChangeListDocument = new TypedDocumentString(`
    query ConfigurationChangeList($first: Int!, $after: String, $filter: ConfigurationChangeFilter, $counted: Boolean!, $minPosition: Position) {
  configurationChanges(
    first: $first
    after: $after
    filter: $filter
    minPosition: $minPosition
  ) {
    totalCount @include(if: $counted)
    upTo @include(if: $counted)
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...ChangeLine
      }
    }
  }
}
    fragment ChangeLine on ConfigurationChange {
  eventId
  number
  occurredAt
  action
  objectType
  objectId
  revision
  objectName
  changes {
    field
    before
    after
  }
  people {
    ...PersonName
  }
  erased
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  revertible
}
fragment PersonName on Person {
  id
  displayName
  login
}`) as unknown as TypedDocumentString<ConfigurationChangeListQuery, ConfigurationChangeListQueryVariables>;
export const RevertChangeDocument = new TypedDocumentString(`
    mutation RevertChange($command: CommandInput!, $eventId: ID!, $overwrite: [String!], $confirmLockout: Boolean) {
  revertChange(
    command: $command
    eventId: $eventId
    overwrite: $overwrite
    confirmLockout: $confirmLockout
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RevertChangeMutation, RevertChangeMutationVariables>;
export const MomentOfDocument = new TypedDocumentString(`
    query MomentOf($asOf: AsOf!) {
  moment(asOf: $asOf) {
    number
    at
  }
}
    `) as unknown as TypedDocumentString<MomentOfQuery, MomentOfQueryVariables>;
export const AccountsThenDocument = new TypedDocumentString(`
    query AccountsThen($first: Int!, $after: String, $search: String, $asOf: AsOf!) {
  accounts(first: $first, after: $after, search: $search, asOf: $asOf) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...AccountLine
      }
    }
  }
}
    fragment AccountLine on Account {
  id
  login
  displayName
  email
  active
  role
  status
  deleted
  erasure
}`) as unknown as TypedDocumentString<AccountsThenQuery, AccountsThenQueryVariables>;
export const AccountThenDocument = new TypedDocumentString(`
    query AccountThen($id: ID!, $asOf: AsOf!) {
  account(id: $id, asOf: $asOf) {
    id
    active
    role
    status
    deleted
    erasure
    createdAt
    ...ProfileFields
    devices {
      ...DeviceLine
    }
  }
}
    fragment ProfileFields on Account {
  id
  login
  displayName
  firstName
  lastName
  email
  company
  mobilePhone
  workPhone
  homePhone
  sipNumber
  revision
}
fragment DeviceLine on Device {
  signInId
  ip
  userAgent
  signedInAt
  expiresAt
  current
}`) as unknown as TypedDocumentString<AccountThenQuery, AccountThenQueryVariables>;
export const ConferencesThenDocument = new TypedDocumentString(`
    query ConferencesThen($first: Int!, $after: String, $search: String, $asOf: AsOf!) {
  conferences(first: $first, after: $after, search: $search, asOf: $asOf) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...ConferenceSummary
      }
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ConferenceSummary on Conference {
  id
  cid
  kind
  title
  owner {
    ...PersonName
  }
  createdAt
  viewerModerates
  running {
    id
    startedAt
    participants {
      id
      state
    }
  }
}`) as unknown as TypedDocumentString<ConferencesThenQuery, ConferencesThenQueryVariables>;
export const ConferenceThenDocument = new TypedDocumentString(`
    query ConferenceThen($id: ID!, $asOf: AsOf!) {
  conference(id: $id, asOf: $asOf) {
    ...ConferenceSettings
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ConferenceSettings on Conference {
  id
  cid
  kind
  title
  description
  joinWithoutInvitation
  revision
  createdAt
  viewerModerates
  owner {
    ...PersonName
  }
  moderators {
    ...PersonName
  }
  members {
    ...PersonName
  }
  running {
    id
  }
}`) as unknown as TypedDocumentString<ConferenceThenQuery, ConferenceThenQueryVariables>;
export const SessionsThenDocument = new TypedDocumentString(`
    query SessionsThen($first: Int!, $after: String, $asOf: AsOf) {
  sessions(first: $first, after: $after, asOf: $asOf) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        title
        startedAt
        endedAt
        endCause
        participants {
          id
          state
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsThenQuery, SessionsThenQueryVariables>;
export const RoomThenDocument = new TypedDocumentString(`
    query RoomThen($id: ID!, $asOf: AsOf, $minPosition: Position) {
  session(id: $id, asOf: $asOf, minPosition: $minPosition) {
    ...RoomFields
  }
}
    fragment RoomFields on Session {
  id
  conferenceId
  cid
  title
  node
  startedAt
  endedAt
  endCause
  messages
  startedBy {
    ...PersonName
  }
  participants {
    ...ParticipantLine
  }
}
fragment PersonName on Person {
  id
  displayName
  login
}
fragment ParticipantLine on Participant {
  id
  displayName
  role
  state
  muted
  sharing
  joinedAt
  leftAt
  leftCause
  mayRejoin
}`) as unknown as TypedDocumentString<RoomThenQuery, RoomThenQueryVariables>;
export const AdministratorsThenDocument = new TypedDocumentString(`
    query AdministratorsThen($asOf: AsOf!) {
  administrators(asOf: $asOf) {
    id
    login
    displayName
    role
  }
}
    `) as unknown as TypedDocumentString<AdministratorsThenQuery, AdministratorsThenQueryVariables>;
export const SettingsThenDocument = new TypedDocumentString(`
    query SettingsThen($asOf: AsOf!) {
  generalSettings(asOf: $asOf) {
    serverName
    announcedAddress
  }
  retentionSettings(asOf: $asOf) {
    eventDays
    callDays
    chatDays
  }
  witnessSettings(asOf: $asOf) {
    targets {
      kind
      address
    }
  }
  legalHolds(asOf: $asOf, first: 100) {
    edges {
      node {
        id
        name
        reason
        placedAt
        accounts {
          ...PersonName
        }
        conferences {
          id
          title
        }
      }
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`) as unknown as TypedDocumentString<SettingsThenQuery, SettingsThenQueryVariables>;
export const AccessThenDocument = new TypedDocumentString(`
    query AccessThen($asOf: AsOf!) {
  accessSettings(asOf: $asOf) {
    limited
    subnets
    localhostWithoutSignIn
  }
}
    `) as unknown as TypedDocumentString<AccessThenQuery, AccessThenQueryVariables>;
export const TimelineOfDocument = new TypedDocumentString(`
    query TimelineOf($sessionId: ID!, $first: Int!, $after: String, $minPosition: Position) {
  sessionTimeline(
    sessionId: $sessionId
    first: $first
    after: $after
    minPosition: $minPosition
  ) {
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...MomentLine
      }
    }
  }
}
    fragment MomentLine on SessionMoment {
  number
  at
  kind
  source
  role
  cause
  person {
    ...PersonName
  }
  by {
    ...PersonName
  }
}
fragment PersonName on Person {
  id
  displayName
  login
}`) as unknown as TypedDocumentString<TimelineOfQuery, TimelineOfQueryVariables>;
export const WhyDocument = new TypedDocumentString(`
    query Why($accountId: ID!, $action: Action!, $objectId: ID, $asOf: AsOf) {
  why(accountId: $accountId, action: $action, objectId: $objectId, asOf: $asOf) {
    allowed
    rule
    ground
    role
    event {
      ...EventLine
    }
  }
}
    fragment EventLine on Event {
  number
  eventId
  type
  stream
  revision
  objectType
  objectId
  objectName
  occurredAt
  severity
  source
  actorRole
  actorKind
  actorId
  actorName
  ip
  userAgent
  reason
  commandId
  correlationId
  data
}`) as unknown as TypedDocumentString<WhyQuery, WhyQueryVariables>;
export const ReadModelsDocument = new TypedDocumentString(`
    query ReadModels($minPosition: Position) {
  readModels(minPosition: $minPosition) {
    name
    position
    haltedAt
    haltReason
    waiting
    rebuild {
      phase
      share
      startedAt
      endedAt
      reason
      tables {
        table
        rows
        unfounded
        different
        lost
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReadModelsQuery, ReadModelsQueryVariables>;
export const RebuildReadModelsDocument = new TypedDocumentString(`
    mutation RebuildReadModels($command: CommandInput!, $rebuildId: ID!, $readModels: [String!]) {
  rebuildReadModels(
    command: $command
    rebuildId: $rebuildId
    readModels: $readModels
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RebuildReadModelsMutation, RebuildReadModelsMutationVariables>;
export const CallListDocument = new TypedDocumentString(`
    query CallList($first: Int!, $after: String, $filter: CallFilter, $sort: CallSort, $counted: Boolean!, $minPosition: Position) {
  calls(
    first: $first
    after: $after
    filter: $filter
    sort: $sort
    minPosition: $minPosition
  ) {
    totalCount @include(if: $counted)
    upTo @include(if: $counted)
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...CallLine
      }
    }
  }
}
    fragment CallLine on Call {
  id
  title
  cid
  conferenceId
  startedAt
  endedAt
  endCause
  people
  connections
  owner {
    id
    displayName
    login
  }
}`) as unknown as TypedDocumentString<CallListQuery, CallListQueryVariables>;
export const OneCallDocument = new TypedDocumentString(`
    query OneCall($id: ID!, $minPosition: Position) {
  call(id: $id, minPosition: $minPosition) {
    ...CallLine
    startedBy {
      id
      displayName
    }
    legs {
      id
      ...CallLegFields
    }
    invites {
      invitedAt
      accepted
      person {
        id
        displayName
        login
      }
      invitedBy {
        id
        displayName
      }
    }
  }
}
    fragment CallLine on Call {
  id
  title
  cid
  conferenceId
  startedAt
  endedAt
  endCause
  people
  connections
  owner {
    id
    displayName
    login
  }
}
fragment CallLegFields on CallLeg {
  id
  sessionId
  displayName
  role
  joinedAt
  connectedAt
  leftAt
  leftCause
  endpointId
  ip
  userAgent
  person {
    id
    displayName
    login
  }
  quality {
    connectedMs
    receivedBytes
    sentBytes
    lossFraction
    roundTripMs
    scoreMin
  }
}`) as unknown as TypedDocumentString<OneCallQuery, OneCallQueryVariables>;
export const OneCallLegDocument = new TypedDocumentString(`
    query OneCallLeg($id: ID!, $minPosition: Position) {
  callLeg(id: $id, minPosition: $minPosition) {
    ...CallLegFields
  }
}
    fragment CallLegFields on CallLeg {
  id
  sessionId
  displayName
  role
  joinedAt
  connectedAt
  leftAt
  leftCause
  endpointId
  ip
  userAgent
  person {
    id
    displayName
    login
  }
  quality {
    connectedMs
    receivedBytes
    sentBytes
    lossFraction
    roundTripMs
    scoreMin
  }
}`) as unknown as TypedDocumentString<OneCallLegQuery, OneCallLegQueryVariables>;
export const ChatReportDocument = new TypedDocumentString(`
    query ChatReport($first: Int!, $after: String, $filter: ChatFilter, $sort: ChatSort, $counted: Boolean!, $minPosition: Position) {
  chatReport(
    first: $first
    after: $after
    filter: $filter
    sort: $sort
    minPosition: $minPosition
  ) {
    totalCount @include(if: $counted)
    upTo @include(if: $counted)
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        messageId
        senderName
        sessionId
        sessionTitle
        text
        postedAt
        sender {
          id
          login
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ChatReportQuery, ChatReportQueryVariables>;
export const EndpointListDocument = new TypedDocumentString(`
    query EndpointList($first: Int!, $after: String, $filter: EndpointFilter, $sort: EndpointSort, $counted: Boolean!, $minPosition: Position) {
  endpoints(
    first: $first
    after: $after
    filter: $filter
    sort: $sort
    minPosition: $minPosition
  ) {
    totalCount @include(if: $counted)
    upTo @include(if: $counted)
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        userAgent
        ip
        firstSeenAt
        lastSeenAt
        signIns
        connections
        lastSessionId
        lastSessionTitle
        account {
          id
          displayName
          login
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EndpointListQuery, EndpointListQueryVariables>;
export const PrepareReportExportDocument = new TypedDocumentString(`
    mutation PrepareReportExport($command: CommandInput!, $exportId: ID!, $selection: ExportSelection!, $format: ExportFormat!) {
  prepareReportExport(
    command: $command
    exportId: $exportId
    selection: $selection
    format: $format
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<PrepareReportExportMutation, PrepareReportExportMutationVariables>;
export const ReportExportStateDocument = new TypedDocumentString(`
    query ReportExportState($id: ID!) {
  reportExport(id: $id) {
    rows
    estimate
    outcome
    sha256
  }
}
    `) as unknown as TypedDocumentString<ReportExportStateQuery, ReportExportStateQueryVariables>;
export const EraseChatMessageDocument = new TypedDocumentString(`
    mutation EraseChatMessage($command: CommandInput!, $sessionId: ID!, $messageId: ID!) {
  eraseChatMessage(
    command: $command
    sessionId: $sessionId
    messageId: $messageId
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EraseChatMessageMutation, EraseChatMessageMutationVariables>;
export const DeleteReportRowsDocument = new TypedDocumentString(`
    mutation DeleteReportRows($command: CommandInput!, $deletionId: ID!, $selection: ReportSelection!) {
  deleteReportRows(
    command: $command
    deletionId: $deletionId
    selection: $selection
  ) {
    __typename
    ... on Accepted {
      position
    }
    ... on DryRun {
      events {
        data
      }
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DeleteReportRowsMutation, DeleteReportRowsMutationVariables>;
export const GeneralSettingsDocument = new TypedDocumentString(`
    query GeneralSettings($minPosition: Position) {
  generalSettings(minPosition: $minPosition) {
    serverName
    announcedAddress
    revision
  }
}
    `) as unknown as TypedDocumentString<GeneralSettingsQuery, GeneralSettingsQueryVariables>;
export const AccessSettingsDocument = new TypedDocumentString(`
    query AccessSettings($minPosition: Position) {
  accessSettings(minPosition: $minPosition) {
    limited
    subnets
    localhostWithoutSignIn
    yourAddress
    revision
  }
}
    `) as unknown as TypedDocumentString<AccessSettingsQuery, AccessSettingsQueryVariables>;
export const RetentionSettingsDocument = new TypedDocumentString(`
    query RetentionSettings($minPosition: Position) {
  retentionSettings(minPosition: $minPosition) {
    eventDays
    callDays
    chatDays
    revision
  }
}
    `) as unknown as TypedDocumentString<RetentionSettingsQuery, RetentionSettingsQueryVariables>;
export const RetentionRunsDocument = new TypedDocumentString(`
    query RetentionRuns($minPosition: Position) {
  retention(minPosition: $minPosition) {
    nextRunAt
    rules {
      report
      days
      before
      rows
      appliedAt
      holds {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RetentionRunsQuery, RetentionRunsQueryVariables>;
export const WitnessSettingsDocument = new TypedDocumentString(`
    query WitnessSettings($minPosition: Position) {
  witnessSettings(minPosition: $minPosition) {
    targets {
      kind
      address
    }
    revision
  }
}
    `) as unknown as TypedDocumentString<WitnessSettingsQuery, WitnessSettingsQueryVariables>;
export const LegalHoldsDocument = new TypedDocumentString(`
    query LegalHolds($minPosition: Position, $first: Int!, $after: String) {
  legalHolds(minPosition: $minPosition, first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        name
        reason
        placedAt
        kept {
          calls
          chatMessages
        }
        accounts {
          ...PersonName
        }
        conferences {
          id
          title
        }
      }
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`) as unknown as TypedDocumentString<LegalHoldsQuery, LegalHoldsQueryVariables>;
export const PreferencesDocument = new TypedDocumentString(`
    query Preferences {
  preferences {
    language
    timeZone
    csvEncoding
    csvDelimiter
    revision
  }
}
    `) as unknown as TypedDocumentString<PreferencesQuery, PreferencesQueryVariables>;
export const EditGeneralSettingsDocument = new TypedDocumentString(`
    mutation EditGeneralSettings($command: CommandInput!, $values: GeneralSettingsInput!) {
  editGeneralSettings(command: $command, values: $values) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditGeneralSettingsMutation, EditGeneralSettingsMutationVariables>;
export const EditAccessSettingsDocument = new TypedDocumentString(`
    mutation EditAccessSettings($command: CommandInput!, $values: AccessSettingsInput!, $confirmLockout: Boolean) {
  editAccessSettings(
    command: $command
    values: $values
    confirmLockout: $confirmLockout
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditAccessSettingsMutation, EditAccessSettingsMutationVariables>;
export const EditRetentionSettingsDocument = new TypedDocumentString(`
    mutation EditRetentionSettings($command: CommandInput!, $values: RetentionSettingsInput!) {
  editRetentionSettings(command: $command, values: $values) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditRetentionSettingsMutation, EditRetentionSettingsMutationVariables>;
export const EditWitnessSettingsDocument = new TypedDocumentString(`
    mutation EditWitnessSettings($command: CommandInput!, $values: WitnessSettingsInput!) {
  editWitnessSettings(command: $command, values: $values) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditWitnessSettingsMutation, EditWitnessSettingsMutationVariables>;
export const ResetSettingsDocument = new TypedDocumentString(`
    mutation ResetSettings($command: CommandInput!, $section: SettingsSection!, $confirmLockout: Boolean) {
  resetSettings(
    command: $command
    section: $section
    confirmLockout: $confirmLockout
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<ResetSettingsMutation, ResetSettingsMutationVariables>;
export const EditPreferencesDocument = new TypedDocumentString(`
    mutation EditPreferences($command: CommandInput!, $values: PreferencesInput!) {
  editPreferences(command: $command, values: $values) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditPreferencesMutation, EditPreferencesMutationVariables>;
export const PlaceLegalHoldDocument = new TypedDocumentString(`
    mutation PlaceLegalHold($command: CommandInput!, $holdId: ID!, $name: String!, $reason: String!, $accountIds: [ID!]!, $conferenceIds: [ID!]!) {
  placeLegalHold(
    command: $command
    holdId: $holdId
    name: $name
    reason: $reason
    accountIds: $accountIds
    conferenceIds: $conferenceIds
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<PlaceLegalHoldMutation, PlaceLegalHoldMutationVariables>;
export const ReleaseLegalHoldDocument = new TypedDocumentString(`
    mutation ReleaseLegalHold($command: CommandInput!, $holdId: ID!) {
  releaseLegalHold(command: $command, holdId: $holdId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<ReleaseLegalHoldMutation, ReleaseLegalHoldMutationVariables>;
export const PersonNamedDocument = new TypedDocumentString(`
    query PersonNamed($id: ID!) {
  account(id: $id) {
    displayName
    login
  }
}
    `) as unknown as TypedDocumentString<PersonNamedQuery, PersonNamedQueryVariables>;
export const HeldConferenceDocument = new TypedDocumentString(`
    query HeldConference($id: ID!) {
  conference(id: $id) {
    title
  }
}
    `) as unknown as TypedDocumentString<HeldConferenceQuery, HeldConferenceQueryVariables>;
export const ConferenceToEditDocument = new TypedDocumentString(`
    query ConferenceToEdit($id: ID!, $minPosition: Position) {
  conference(id: $id, minPosition: $minPosition) {
    ...ConferenceSettings
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ConferenceSettings on Conference {
  id
  cid
  kind
  title
  description
  joinWithoutInvitation
  revision
  createdAt
  viewerModerates
  owner {
    ...PersonName
  }
  moderators {
    ...PersonName
  }
  members {
    ...PersonName
  }
  running {
    id
  }
}`) as unknown as TypedDocumentString<ConferenceToEditQuery, ConferenceToEditQueryVariables>;
export const PeopleFoundDocument = new TypedDocumentString(`
    query PeopleFound($search: String!) {
  people(search: $search, first: 20) {
    ...PersonName
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}`) as unknown as TypedDocumentString<PeopleFoundQuery, PeopleFoundQueryVariables>;
export const CreateConferenceDocument = new TypedDocumentString(`
    mutation CreateConference($command: CommandInput!, $conferenceId: ID!, $kind: ConferenceKind!, $title: String!, $description: String, $cid: String, $joinWithoutInvitation: Boolean) {
  createConference(
    command: $command
    conferenceId: $conferenceId
    kind: $kind
    title: $title
    description: $description
    cid: $cid
    joinWithoutInvitation: $joinWithoutInvitation
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<CreateConferenceMutation, CreateConferenceMutationVariables>;
export const EditConferenceDocument = new TypedDocumentString(`
    mutation EditConference($command: CommandInput!, $conferenceId: ID!, $title: String, $description: String, $joinWithoutInvitation: Boolean) {
  editConference(
    command: $command
    conferenceId: $conferenceId
    title: $title
    description: $description
    joinWithoutInvitation: $joinWithoutInvitation
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EditConferenceMutation, EditConferenceMutationVariables>;
export const ReassignConferenceIdDocument = new TypedDocumentString(`
    mutation ReassignConferenceId($command: CommandInput!, $conferenceId: ID!, $cid: String!) {
  reassignConferenceId(command: $command, conferenceId: $conferenceId, cid: $cid) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<ReassignConferenceIdMutation, ReassignConferenceIdMutationVariables>;
export const InviteMemberDocument = new TypedDocumentString(`
    mutation InviteMember($command: CommandInput!, $conferenceId: ID!, $accountId: ID!) {
  inviteMember(
    command: $command
    conferenceId: $conferenceId
    accountId: $accountId
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<InviteMemberMutation, InviteMemberMutationVariables>;
export const UninviteMemberDocument = new TypedDocumentString(`
    mutation UninviteMember($command: CommandInput!, $conferenceId: ID!, $accountId: ID!) {
  uninviteMember(
    command: $command
    conferenceId: $conferenceId
    accountId: $accountId
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<UninviteMemberMutation, UninviteMemberMutationVariables>;
export const AppointModeratorDocument = new TypedDocumentString(`
    mutation AppointModerator($command: CommandInput!, $conferenceId: ID!, $accountId: ID!) {
  appointModerator(
    command: $command
    conferenceId: $conferenceId
    accountId: $accountId
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<AppointModeratorMutation, AppointModeratorMutationVariables>;
export const DismissModeratorDocument = new TypedDocumentString(`
    mutation DismissModerator($command: CommandInput!, $conferenceId: ID!, $accountId: ID!) {
  dismissModerator(
    command: $command
    conferenceId: $conferenceId
    accountId: $accountId
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DismissModeratorMutation, DismissModeratorMutationVariables>;
export const DeleteConferenceDocument = new TypedDocumentString(`
    mutation DeleteConference($command: CommandInput!, $conferenceId: ID!) {
  deleteConference(command: $command, conferenceId: $conferenceId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<DeleteConferenceMutation, DeleteConferenceMutationVariables>;
export const ConferencesChangedDocument = new TypedDocumentString(`
    subscription ConferencesChanged {
  conferencesChanged
}
    `) as unknown as TypedDocumentString<ConferencesChangedSubscription, ConferencesChangedSubscriptionVariables>;
export const MuteParticipantDocument = new TypedDocumentString(`
    mutation MuteParticipant($command: CommandInput!, $sessionId: ID!, $participantId: ID!, $source: MediaSource!) {
  muteParticipant(
    command: $command
    sessionId: $sessionId
    participantId: $participantId
    source: $source
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<MuteParticipantMutation, MuteParticipantMutationVariables>;
export const UnmuteSelfDocument = new TypedDocumentString(`
    mutation UnmuteSelf($command: CommandInput!, $sessionId: ID!, $source: MediaSource!) {
  unmuteSelf(command: $command, sessionId: $sessionId, source: $source) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<UnmuteSelfMutation, UnmuteSelfMutationVariables>;
export const RemoveParticipantDocument = new TypedDocumentString(`
    mutation RemoveParticipant($command: CommandInput!, $sessionId: ID!, $participantId: ID!, $mayRejoin: Boolean!) {
  removeParticipant(
    command: $command
    sessionId: $sessionId
    participantId: $participantId
    mayRejoin: $mayRejoin
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<RemoveParticipantMutation, RemoveParticipantMutationVariables>;
export const GiveSessionRoleDocument = new TypedDocumentString(`
    mutation GiveSessionRole($command: CommandInput!, $sessionId: ID!, $participantId: ID!, $role: SessionRole!) {
  giveSessionRole(
    command: $command
    sessionId: $sessionId
    participantId: $participantId
    role: $role
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<GiveSessionRoleMutation, GiveSessionRoleMutationVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($command: CommandInput!, $sessionId: ID!) {
  endSession(command: $command, sessionId: $sessionId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const InviteToSessionDocument = new TypedDocumentString(`
    mutation InviteToSession($command: CommandInput!, $sessionId: ID!, $accountId: ID!) {
  inviteToSession(command: $command, sessionId: $sessionId, accountId: $accountId) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<InviteToSessionMutation, InviteToSessionMutationVariables>;
export const SessionLiveDocument = new TypedDocumentString(`
    subscription SessionLive($id: ID!) {
  session(id: $id) {
    id
    title
    cid
    startedAt
    endedAt
    endCause
    viewerModerates
    viewerParticipant {
      id
      state
      role
      muted
      mayRejoin
      leftCause
    }
    participants {
      ...ParticipantLine
    }
  }
}
    fragment ParticipantLine on Participant {
  id
  displayName
  role
  state
  muted
  sharing
  joinedAt
  leftAt
  leftCause
  mayRejoin
}`) as unknown as TypedDocumentString<SessionLiveSubscription, SessionLiveSubscriptionVariables>;
export const SetUpServerDocument = new TypedDocumentString(`
    mutation SetUpServer($command: CommandInput!, $token: String!, $accountId: ID!, $login: String!, $password: String!, $displayName: String) {
  setUpServer(
    command: $command
    token: $token
    accountId: $accountId
    login: $login
    password: $password
    displayName: $displayName
  ) {
    __typename
    ... on SignedIn {
      viewer {
        signInId
      }
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<SetUpServerMutation, SetUpServerMutationVariables>;
export const MyConferencesDocument = new TypedDocumentString(`
    query MyConferences($first: Int!, $after: String, $minPosition: Position) {
  myConferences(first: $first, after: $after, minPosition: $minPosition) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        ...ConferenceSummary
      }
    }
  }
}
    fragment PersonName on Person {
  id
  displayName
  login
}
fragment ConferenceSummary on Conference {
  id
  cid
  kind
  title
  owner {
    ...PersonName
  }
  createdAt
  viewerModerates
  running {
    id
    startedAt
    participants {
      id
      state
    }
  }
}`) as unknown as TypedDocumentString<MyConferencesQuery, MyConferencesQueryVariables>;
export const CreatedConferenceDocument = new TypedDocumentString(`
    query CreatedConference($id: ID!, $minPosition: Position) {
  conference(id: $id, minPosition: $minPosition) {
    id
    cid
  }
}
    `) as unknown as TypedDocumentString<CreatedConferenceQuery, CreatedConferenceQueryVariables>;
export const ConferencePageQueryDocument = new TypedDocumentString(`
    query ConferencePageQuery($cid: String!) {
  conferencePage(cid: $cid) {
    id
    cid
    title
    description
    ownerName
    running
  }
}
    `) as unknown as TypedDocumentString<ConferencePageQueryQuery, ConferencePageQueryQueryVariables>;
export const ConferenceLiveDocument = new TypedDocumentString(`
    subscription ConferenceLive($id: ID!) {
  conference(id: $id) {
    id
    title
    description
    running {
      id
      startedAt
      participants {
        id
        state
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ConferenceLiveSubscription, ConferenceLiveSubscriptionVariables>;
export const RoomConferenceDocument = new TypedDocumentString(`
    query RoomConference($cid: String!) {
  conferencePage(cid: $cid) {
    id
    cid
    title
    ownerName
    running
  }
}
    `) as unknown as TypedDocumentString<RoomConferenceQuery, RoomConferenceQueryVariables>;
export const JoinConferenceDocument = new TypedDocumentString(`
    mutation JoinConference($command: CommandInput!, $conferenceId: ID!) {
  joinConference(command: $command, conferenceId: $conferenceId) {
    __typename
    ... on JoinTicket {
      sessionId
      participantId
      legId
      ticket
      signallingPath
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<JoinConferenceMutation, JoinConferenceMutationVariables>;
export const ChatLiveDocument = new TypedDocumentString(`
    subscription ChatLive($sessionId: ID!, $after: EventNumber) {
  chatMessages(sessionId: $sessionId, after: $after) {
    id
    number
    authorId
    authorName
    text
    postedAt
  }
}
    `) as unknown as TypedDocumentString<ChatLiveSubscription, ChatLiveSubscriptionVariables>;
export const PostChatMessageDocument = new TypedDocumentString(`
    mutation PostChatMessage($command: CommandInput!, $sessionId: ID!, $messageId: ID!, $text: String!) {
  postChatMessage(
    command: $command
    sessionId: $sessionId
    messageId: $messageId
    text: $text
  ) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<PostChatMessageMutation, PostChatMessageMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  serverInfo {
    name
    version
    setUp
    secure
    administration
    roleHere
  }
  viewer {
    signInId
    role
    expiresAt
    account {
      id
      login
      displayName
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($command: CommandInput!, $login: String!, $password: String!) {
  signIn(command: $command, login: $login, password: $password) {
    __typename
    ... on SignedIn {
      viewer {
        signInId
      }
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut($command: CommandInput!) {
  signOut(command: $command) {
    __typename
    ... on Accepted {
      position
    }
    ...RefusalFields
  }
}
    fragment RefusalFields on Refusal {
  code
  message
  details
  problems {
    path
    code
    limit
  }
}`) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;