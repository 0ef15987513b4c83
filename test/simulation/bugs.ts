// Bugs that are planted in the program, one at a time, to see whether a simulation would find them.

/** In `file` below `src`, `text` becomes `instead`. */
export type Bug = { name: string; file: string; text: string; instead: string };

const bug = (name: string, file: string, text: string, instead: string): Bug => ({ name, file, text, instead });

export const bugs: readonly Bug[] = [
  bug(
    'a node believes what it remembers of a stream',
    'commands/streams.ts',
    'newest > (loaded?.revision ?? -1)',
    'false',
  ),
  bug(
    'a node does not ask how far the log is',
    'commands/tail.ts',
    'if (sinceMs <= heardUpToMs) return true;',
    'return true;',
  ),
  bug(
    'what a stream has seen is forgotten when it is read',
    'commands/streams.ts',
    'seen.note(event.meta.commandId, {',
    'new Map().set(event.meta.commandId, {',
  ),
  bug('where an older command stands is forgotten', 'commands/seenCommands.ts', 'older.note(commandId, revision);', ''),
  bug(
    'a rehearsal is recorded',
    'commands/execute.ts',
    'if (ctx.dryRun) return { position',
    'if (false) return { position',
  ),
  bug(
    'an answer names the place before',
    'commands/execute.ts',
    'return { position: result.position, revision: result.revision, planned: null };',
    'return { position: loaded.position, revision: result.revision, planned: null };',
  ),
  bug('a token outlives its sign-out', 'commands/signIn.ts', "stay.state.status !== 'signed_in' ||", ''),
  bug(
    'a dismissed administrator keeps her role',
    'domain/identity/administration.ts',
    'const { [data.accountId]: _, ...roles } = state.roles;',
    'const { roles } = state;',
  ),
  bug('the last administrator may go', 'domain/identity/administration.ts', 'if (!others)', 'if (false)'),
  bug('anybody may do anything', 'commands/access.ts', 'if (may(caller, verb, relation)) return;', 'return;'),
  bug('guesses are not counted', 'commands/signIn.ts', 'await admit(needs, loginKey, attemptsPerLoginMax);', ''),
  bug('a name is given away twice', 'domain/reservation.ts', '!isFree(state, meta.now) && !lapsed', 'false'),
  bug(
    'a sweep takes names from those who acted',
    'commands/reserve.ts',
    'const claim = await name.claimOf(state.ownerId);\n  const commandId',
    'const claim = { acted: false, blockedUntil: null };\n  const commandId',
  ),
  bug(
    'a sweep frees what was confirmed meanwhile',
    'domain/reservation.ts',
    "(type === 'Release' || isOver(state, meta.now))",
    'true',
  ),
  bug(
    'the login of a deleted account stays taken',
    'commands/logins.ts',
    'if (loginKey !== null) await releaseName',
    'if (false) await releaseName',
  ),
  bug(
    'a former conference ID stays taken',
    'commands/conferences.ts',
    'if (unheld.toLowerCase() !== held)',
    'if (false)',
  ),
  bug(
    'setting a password drops all but itself',
    'commands/identity.ts',
    'if (!ctx.dryRun) await forgetFormerPasswords(needs, accountId);',
    'if (state.passwordId !== null && state.passwordId !== passwordId) await needs.vault.dropPasswords({ passwordIds: [state.passwordId] });',
  ),
  bug(
    'devices stay signed in when an account is switched off',
    'commands/processes.ts',
    'await signOutEverywhere(needs, lookups, event, accountId, signedOut[cause]);',
    '',
  ),
  bug(
    'who signs in while she is switched off stays in',
    'commands/signIn.ts',
    'await assertNotOvertaken(needs, living.accountId, living.passwordId, signedIn.signInId, ctx);',
    '',
  ),
  bug(
    'people of a deactivated account stay in their sessions',
    'commands/processes.ts',
    'for (const sessionId of await lookups.liveSessionsOf(accountId, event.position)) {',
    'for (const sessionId of [] as string[]) {',
  ),
  bug(
    'who has come back is put out after all',
    'commands/processes.ts',
    "if (fact.type === 'ParticipantJoined') legIds.delete(fact.data.legId);",
    '',
  ),
  bug('a repeat cuts off whoever has come back', 'commands/identity.ts', '&& answer.revision > revision', ''),
  bug(
    'a person is erased by halves',
    'commands/processes.ts',
    "return completeErasure(needs, data.accountId, written, lookups.ledger, ctxAfter(event, 'erased'));",
    'return;',
  ),
  bug('the texts of an erased person stay', 'commands/erasure.ts', 'await needs.vault.erase(...ids);', ''),
  bug(
    'a restore does not know of an erased text',
    'commands/processes.ts',
    'await ledger(messages.map(({ contentId }) => contentId));',
    '',
  ),
  bug(
    'who was removed for good comes back',
    'domain/sessions/session.ts',
    'before?.removed && !before.mayRejoin',
    'false',
  ),
  bug(
    'a conference runs twice',
    'domain/conferences/conference.ts',
    'if (conference.runningSessionId !== null) return [];',
    '',
  ),
  bug(
    'a run is never finished',
    'domain/conferences/conference.ts',
    'conference.runningSessionId !== sessionId',
    'true',
  ),
  bug('strangers write in a chat', 'domain/chat/channel.ts', 'if (!authorInSession)', 'if (false)'),
];
