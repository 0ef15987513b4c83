// A log of an organisation at work, made up by chance from a seed: what could have been recorded, in a possible order.
import { derivedUuid } from '../../src/derivedUuid.ts';
import type { Fact, Recorded } from '../../src/domain/kernel.ts';

/** Mulberry32. */
export const chance = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

type Person = { accountId: string; displayName: string; active: boolean; role: string | null };
type Leg = { legId: string; participantId: string; connected: boolean };
type Session = { sessionId: string; conferenceId: string; legs: Leg[]; been: string[] };
type Conference = { conferenceId: string; running: Session | null };

const profileOf = (displayName: string) => ({
  ...{ displayName, firstName: displayName, lastName: 'X', email: `${displayName.toLowerCase()}@example.org` },
  ...{ company: '', mobilePhone: '', workPhone: '', homePhone: '', sipNumber: '' },
});

/** At least `count` events, the clock now and then set back by up to a minute. */
export const inventedLog = (seed: number, count: number): Recorded[] => {
  const next = chance(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const events: Recorded[] = [];
  const revisions = new Map<string, number>();
  const people: Person[] = [];
  const conferences: Conference[] = [];
  let clockMs = Date.parse('2026-03-01T08:00:00.000Z');
  let ids = 0;
  const newId = (): string => derivedUuid(['invented', seed, (ids += 1)]);
  const actor = { kind: 'account' as const, id: newId() };

  const record = (stream: string, type: string, data: (at: string) => object): void => {
    clockMs += below(20) === 0 ? -below(60_000) : below(1_500);
    const occurredAt = new Date(clockMs);
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const origin = { displayName: 'Root', ip: '10.0.0.1', userAgent: 'test' };
    const commandId = newId();
    events.push({
      ...({ type, data: data(occurredAt.toISOString()) } satisfies Fact),
      ...{ eventId: newId(), stream, revision, position: String(events.length + 1).padStart(19, '0') },
      meta: {
        actor,
        commandId,
        correlationId: commandId,
        causationId: null,
        node: 'n',
        occurredAt,
        reason: null,
        origin,
      },
    });
  };

  const person = (): void => {
    const accountId = newId();
    const displayName = `Person ${below(1_000)}`;
    people.push({ accountId, displayName, active: true, role: null });
    const named = { login: `p-${ids}`, ...profileOf(displayName) };
    record(`account-${accountId}`, 'AccountCreated', (at) => ({ accountId, person: named, createdAt: at }));
  };
  const conference = (): void => {
    const conferenceId = newId();
    conferences.push({ conferenceId, running: null });
    record(`conference-${conferenceId}`, 'ConferenceCreated', (createdAt) => ({
      ...{ conferenceId, kind: 'virtual_room', mode: 'all_on_screen', cid: `c-${ids}`, title: `Board ${below(50)}` },
      ...{ description: '', ownerId: pick(people).accountId, joinWithoutInvitation: false, createdAt },
    }));
  };

  const onPerson = (): void => {
    const who = pick(people);
    const { accountId } = who;
    const stream = `account-${accountId}`;
    switch (below(6)) {
      case 0:
        who.displayName = `Renamed ${below(1_000)}`;
        return record(stream, 'AccountProfileEdited', (editedAt) => ({
          ...{ accountId, fields: ['displayName'], profile: profileOf(who.displayName), editedAt },
        }));
      case 1:
        who.active = !who.active;
        return who.active
          ? record(stream, 'AccountActivated', (activatedAt) => ({ accountId, activatedAt }))
          : record(stream, 'AccountDeactivated', (deactivatedAt) => ({ accountId, deactivatedAt }));
      case 2: {
        const role = pick(['admin', 'security_admin']);
        const before = who.role;
        who.role = before ? null : role;
        return before
          ? record('administration-s', 'AdministratorDismissed', (at) => ({ accountId, role: before, dismissedAt: at }))
          : record('administration-s', 'AdministratorAppointed', (at) => ({ accountId, role, appointedAt: at }));
      }
      case 3:
        return record(stream, 'AccountDevicesDisconnected', (at) => ({ accountId, disconnectedAt: at }));
      case 4:
        if (people.length < 5 || below(4) > 0) return person();
        people.splice(people.indexOf(who), 1);
        return record(stream, 'AccountDeleted', (deletedAt) => ({
          ...{ accountId, cause: 'asked', loginKey: null, loginBlockedUntil: null, deletedAt },
        }));
      default:
        return record(`signIn-${newId()}`, 'SignedIn', (at) => ({
          ...{
            signInId: newId(),
            accountId,
            device: { ip: '10.0.0.2', userAgent: 'x' },
            expiresAt: at,
            signedInAt: at,
          },
        }));
    }
  };

  const onSettings = (): void => {
    const days = below(400) + 1;
    record('settings-retention', 'RetentionSettingsEdited', (editedAt) => ({
      ...{ before: { chatDays: null }, after: { [pick(['chatDays', 'callDays'])]: days }, editedAt },
    }));
    const holdId = newId();
    record(`legalHold-${holdId}`, 'LegalHoldPlaced', (placedAt) => ({
      ...{ holdId, name: `Case ${days}`, reason: 'Letter', accountIds: [pick(people).accountId], conferenceIds: [] },
      placedAt,
    }));
    if (below(2) === 0) record(`legalHold-${holdId}`, 'LegalHoldReleased', (at) => ({ holdId, releasedAt: at }));
  };

  /** Reserved, and often no more. */
  const onNames = (): void => {
    const [loginKey, ownerId, cid] = [`k-${below(5)}`, newId(), `c-${below(5)}`];
    const until = (at: string): string => new Date(Date.parse(at) + 60_000).toISOString();
    record(`login-${loginKey}`, 'LoginReserved', (at) => ({
      loginKey,
      ownerId,
      reservedUntil: until(at),
      reservedAt: at,
    }));
    if (below(2) === 0) record(`login-${loginKey}`, 'LoginConfirmed', (at) => ({ loginKey, ownerId, confirmedAt: at }));
    const conferenceId = ownerId;
    record(`cid-${cid}`, 'ConferenceIdReserved', (at) => ({
      cid,
      conferenceId,
      reservedUntil: until(at),
      reservedAt: at,
    }));
    if (below(2) === 0) record(`cid-${cid}`, 'ConferenceIdReleased', (at) => ({ cid, conferenceId, releasedAt: at }));
  };

  const start = (of: Conference): void => {
    const { conferenceId } = of;
    const sessionId = newId();
    of.running = { sessionId, conferenceId, legs: [], been: [] };
    const startedBy = pick(people).accountId;
    record(`conference-${conferenceId}`, 'ConferenceRunBegun', (begunAt) => ({
      ...{ conferenceId, sessionId, begunBy: startedBy, begunAt },
    }));
    record(`session-${sessionId}`, 'SessionStarted', (startedAt) => ({
      ...{ sessionId, conferenceId, title: `Run ${ids}`, ownerId: startedBy, startedBy, startedAt },
    }));
    record(`session-${sessionId}`, 'SessionPlaced', (placedAt) => ({
      ...{ sessionId, node: 'n1', epoch: 1, cause: 'session_started', placedAt },
    }));
  };

  const onConference = (): void => {
    const of = pick(conferences);
    const { conferenceId } = of;
    const { accountId } = pick(people);
    const record_ = (type: string, data: (at: string) => object): void =>
      record(`conference-${conferenceId}`, type, (at) => ({ conferenceId, ...data(at) }));
    switch (below(6)) {
      case 0:
        return record_('ConferenceRetitled', (at) => ({ title: `Board ${below(50)}`, retitledAt: at }));
      case 1:
        return record_('ConferenceMemberInvited', (at) => ({ accountId, invitedAt: at }));
      case 2:
        return record_('ConferenceMemberUninvited', (at) => ({ accountId, uninvitedAt: at }));
      case 3:
        return record_('ModeratorAppointed', (at) => ({ accountId, appointedAt: at }));
      case 4:
        if (conferences.length < 4 || below(3) > 0) return conference();
        if (of.running) return;
        conferences.splice(conferences.indexOf(of), 1);
        return record_('ConferenceDeleted', (at) => ({ cause: 'asked', deletedAt: at }));
      default:
        if (!of.running) start(of);
    }
  };

  const say = ({ sessionId, been }: Session): void => {
    const [messageId, authorId] = [newId(), pick(been)];
    const { displayName } = people.find(({ accountId }) => accountId === authorId) ?? { displayName: 'Gone' };
    record(`channel-${sessionId}`, 'ChatMessagePosted', (postedAt) => ({
      ...{ channelId: sessionId, sessionId, messageId, authorId, contentId: newId(), postedAt },
      // Some were erased before they are read.
      ...{ author: below(20) > 0 ? { displayName } : null, content: below(20) > 0 ? { text: `Said ${ids}` } : null },
    }));
  };

  const onReports = (): void => {
    const [deletionId, report] = [newId(), pick(['events', 'calls', 'chat'])];
    record(`reportDeletion-${deletionId}`, 'ReportRowsDeleted', (deletedAt) => ({
      ...{ deletionId, report, filter: { to: deletedAt }, rows: 1, chatMessages: 0, deletedAt },
    }));
  };

  const left = ({ sessionId, legs }: Session, cause: string): void => {
    const leg = pick(legs);
    legs.splice(legs.indexOf(leg), 1);
    const { legId, participantId } = leg;
    record(`session-${sessionId}`, 'LegLeft', (leftAt) => ({
      ...{ sessionId, participantId, legId, epoch: 1, cause, quality: null, leftAt },
    }));
  };

  const onSession = (): void => {
    const of = pick(conferences);
    if (!of.running) return;
    const { sessionId, legs, been } = of.running;
    const record_ = (type: string, data: (at: string) => object): void =>
      record(`session-${sessionId}`, type, (at) => ({ sessionId, ...data(at) }));
    const kind = below(8);
    if (kind < 3 || legs.length === 0) {
      const { accountId: participantId, displayName } = pick(people);
      const legId = newId();
      legs.push({ legId, participantId, connected: false });
      been.push(participantId);
      const joined = { legId, participantId, role: 'participant', person: { displayName } };
      return record_('ParticipantJoined', (joinedAt) => ({ ...joined, joinedAt }));
    }
    const leg = pick(legs);
    const participantId = pick(been);
    switch (kind) {
      case 3:
        if (leg.connected) return;
        leg.connected = true;
        return record_('LegConnected', (connectedAt) => ({
          ...{ legId: leg.legId, participantId: leg.participantId, epoch: 1, connectedAt },
        }));
      case 4:
        return record_('ParticipantMuted', (at) => ({
          participantId,
          source: 'microphone',
          mutedBy: actor.id,
          mutedAt: at,
        }));
      case 5:
        return record_('ScreenShareStarted', (startedAt) => ({ participantId, legId: leg.legId, startedAt }));
      case 6:
        return below(2) === 0
          ? record_('ParticipantRemoved', (at) => ({
              participantId,
              removedBy: actor.id,
              mayRejoin: false,
              removedAt: at,
            }))
          : left(of.running, 'left');
      default: {
        if (below(6) > 0) return say(of.running);
        while (legs.length > 0) left(of.running, 'session_ended');
        of.running = null;
        record_('SessionEnded', (endedAt) => ({ cause: 'empty', endedBy: null, endedAt }));
        record(`conference-${of.conferenceId}`, 'ConferenceRunFinished', (finishedAt) => ({
          ...{ conferenceId: of.conferenceId, sessionId, finishedAt },
        }));
      }
    }
  };

  for (let first = 0; first < 3; first += 1) person();
  for (let first = 0; first < 2; first += 1) conference();
  const acts = [onPerson, onPerson, onConference, onConference, onSession, onSession, onSession, onSession, onSession];
  while (events.length < count) pick(below(40) === 0 ? [onSettings, onReports, onNames] : acts)();
  return events;
};
