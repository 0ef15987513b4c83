// Clients that keep asking for changes while something is killed, and what has to be true of the log afterwards.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Args, CommandAnswer } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { type OnRecord, recordOf } from '../support/record.ts';
import { times } from '../support/soak.ts';
import { accountIn, type Stack } from '../support/stack.ts';

const clients = 16;
/** Kills wait for this load, but on a machine that others keep busy not for ever: a fifth of it must do then. */
const commandsPerSecondWanted = 50;
const commandsPerSecondMin = 10;
/** Where eight processes and their stores share the machine, a tenth. */
export const commandsPerSecondMinOfMany = 5;
const loadingMs = 20_000;
const answersTimeoutMs = 60_000;

export const killsPerTarget = times(10, 200);
export const killsTimeoutMs = killsPerTarget * 60_000;

/** What the load needs of a server. */
type Server = Pick<Stack, 'client' | 'connection'> & { eventStoreDb: { url: () => string } | null };

type Asked = { commandId: string; name: string; args: Args };
type Journal = Asked & { answers: CommandAnswer[]; tries: number };

export type KillLoad = {
  /** The session that messages are posted in; its conference can be joined without an invitation. */
  sessionId: string;
  conferenceId: string;
  /** Keeps asking while `during` lasts. */
  underLoad: (during: () => Promise<void>) => Promise<void>;
  /** Waits until the load is what was promised. */
  loaded: () => Promise<void>;
  /** Settles what has no answer yet, then compares the log with every answer ever heard. */
  verify: () => Promise<void>;
};

/** What the server said was neither yes nor a final no: the same command has to be sent again. */
const undecided = new Set(['EVENT_STORE_UNAVAILABLE', 'COMMAND_OUTCOME_UNKNOWN', 'COMMAND_TOO_BUSY']);

const asked = (name: string, args: Args): Asked => ({ commandId: randomUUID(), name, args });

const conferenceAsked = () =>
  asked('createConference', {
    conferenceId: ['ID!', randomUUID()],
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', 'Room'],
    cid: ['String', `c-${randomUUID()}`],
    joinWithoutInvitation: ['Boolean', true],
  });

const accountAsked = () =>
  asked('createAccount', {
    accountId: ['ID!', randomUUID()],
    login: ['String!', `l-${randomUUID()}`],
    password: ['String!', 'long enough'],
    profile: ['ProfileInput!', { company: 'X' }],
  });

/** Events per command: its own bear its id, those of its further steps name it as their cause. */
const eventsByCommand = (record: readonly OnRecord[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { metadata } of record) {
    const command = String(metadata['commandId']);
    counts.set(command, (counts.get(command) ?? 0) + 1);
  }
  return counts;
};

const streamsOf = (record: readonly OnRecord[]): Map<string, OnRecord[]> => Map.groupBy(record, ({ stream }) => stream);

/** Names that are taken by nothing whole: still reserved, or of an owner that does not exist. */
const halfMade = (record: readonly OnRecord[]): string[] => {
  const streams = streamsOf(record);
  return [...streams]
    .filter(([stream]) => /^(login|cid)-/.test(stream))
    .filter(([, events]) => {
      const newest = events.at(-1);
      const owner = newest?.data['ownerId'] ?? newest?.data['conferenceId'];
      const taken = newest?.type.endsWith('Reserved') === false;
      return !taken || !(streams.has(`account-${String(owner)}`) || streams.has(`conference-${String(owner)}`));
    })
    .map(([stream]) => stream);
};

/** The read models agree with the log, none stands still, and every name that is taken belongs to something whole. */
export const verifyNothingHalfMade = async (stack: Stack): Promise<void> => {
  await eventually(
    'the read models',
    async () => {
      const [row] = await runSql(stack.connection, 'select count(*)::int n from read.event');
      return row?.['n'] === (await recordOf(stack)).length;
    },
    30_000,
  );
  assert.deepEqual(halfMade(await recordOf(stack)), []);
  const admin = await stack.client();
  const { summary } = await admin.data<{ summary: { projections: { name: string; haltedAt: string | null }[] } }>(
    '{ summary { projections { name haltedAt } } }',
  );
  assert.ok(summary.projections.every(({ haltedAt }) => haltedAt === null));
};

/** Makes what the load needs: two people to be edited, and a running session. */
export const killLoad = async (stack: Server, perSecondMin = commandsPerSecondMin): Promise<KillLoad> => {
  const admin = await stack.client();
  const made = [await accountIn(stack, admin, 'one'), await accountIn(stack, admin, 'two')];
  const people = made.map(({ accountId }) => accountId);
  const room = conferenceAsked();
  await admin.accepted(room.name, room.args);
  const conferenceId = String(room.args['conferenceId']?.[1]);
  const conferences = [conferenceId];
  const sessionId = String((await admin.join(conferenceId))['sessionId']);
  const journal: Journal[] = [];

  /** A mix in which every command records something new. Hashing a password takes long, so few accounts. */
  const mixed = (turn: number): Asked => {
    const conference = conferences.at(turn % conferences.length) ?? '';
    if (turn % 40 === 0) return accountAsked();
    switch (turn % 4) {
      case 0:
        return conferenceAsked();
      case 1:
        return asked('editAccount', {
          accountId: ['ID!', people[turn % people.length]],
          profile: ['ProfileInput!', { company: randomUUID() }],
        });
      case 2:
        return conference === conferenceId
          ? conferenceAsked()
          : asked('editConference', { conferenceId: ['ID!', conference], description: ['String', randomUUID()] });
      default:
        return asked('postChatMessage', {
          sessionId: ['ID!', sessionId],
          messageId: ['ID!', randomUUID()],
          text: ['String!', 'Hello'],
        });
    }
  };

  /** Sends a command until it is answered with yes or a final no, always under the same id. */
  const settle = async (entry: Journal, going: () => boolean): Promise<void> => {
    do {
      entry.tries += 1;
      const answer = await admin.command(entry.name, entry.args, { commandId: entry.commandId }).catch(() => null);
      if (!answer || undecided.has(answer.code ?? '')) continue;
      entry.answers.push(answer);
      if (entry.name === 'createConference') conferences.push(String(entry.args['conferenceId']?.[1]));
      return;
    } while (going());
  };

  const answered = () => journal.filter(({ answers }) => answers.length > 0).length;

  return {
    sessionId,
    conferenceId,
    underLoad: async (during) => {
      let going = true;
      let turn = journal.length;
      const working = Array.from({ length: clients }, async () => {
        while (going) {
          const entry: Journal = { ...mixed((turn += 1)), answers: [], tries: 0 };
          journal.push(entry);
          await settle(entry, () => going);
        }
      });
      await during().finally(() => {
        going = false;
      });
      await Promise.all(working);
    },
    loaded: async () => {
      let perSecond = 0;
      const deadline = performance.now() + loadingMs;
      while (perSecond < commandsPerSecondWanted && performance.now() < deadline) {
        const [before, from] = [answered(), performance.now()];
        await eventually('a hundred answers', () => answered() > before + 100, answersTimeoutMs);
        perSecond = ((answered() - before) * 1_000) / (performance.now() - from);
      }
      process.stdout.write(`${Math.round(perSecond)} commands/s before the kill\n`);
      assert.ok(perSecond >= perSecondMin, `${Math.round(perSecond)} commands/s`);
    },
    verify: async () => {
      const open = journal.filter(({ answers }) => answers.length === 0);
      for (const entry of open) await settle(entry, () => true);
      const record = await recordOf(stack);
      const recorded = eventsByCommand(record);
      for (const { name, commandId, answers, tries } of journal) {
        const what = `${name} ${commandId} after ${tries} tries: ${JSON.stringify(answers)}`;
        assert.equal(answers[0]?.__typename, 'Accepted', what);
        assert.equal(recorded.get(commandId), name === 'createAccount' ? 2 : 1, what);
      }
      const repeats = journal.filter((_, index) => index % 50 === 0 || journal.length - index < 20);
      for (const entry of repeats) {
        const again = await admin.command(entry.name, entry.args, { commandId: entry.commandId });
        assert.deepEqual(again, entry.answers[0]);
      }
      const recordedNow = eventsByCommand(await recordOf(stack));
      for (const { commandId } of repeats) assert.equal(recordedNow.get(commandId), recorded.get(commandId), commandId);
      for (const [stream, events] of streamsOf(record)) {
        const dense = events.every(({ revision }, index) => revision === index);
        assert.ok(dense, `${stream}: ${events.map(({ revision }) => revision).join(' ')}`);
      }
    },
  };
};
