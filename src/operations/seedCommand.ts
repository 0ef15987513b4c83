// The command `seed`: a realistic organisation, made through the very commands people use.
import type { Caller } from '../commands/access.ts';
import { type Call, type Needs, systemActor } from '../commands/call.ts';
import { changeMembers, createConference } from '../commands/conferences.ts';
import { createAccount } from '../commands/identity.ts';
import { Refusal } from '../domain/kernel.ts';
import type { Handler } from './cli.ts';

const company = 'Analytical Engines Ltd';
const departments = ['Engineering', 'Research', 'Sales', 'Support', 'Finance', 'People'];
const firstNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Tony', 'Radia', 'Ken'];
const lastNames = ['Adler', 'Brandt', 'Castillo', 'Dubois'];
const rooms = ['Stand-up', 'Planning', 'Review', 'Board', 'All hands', 'Interviews', 'Incident', 'Coffee'];

type Person = { accountId: string; login: string };

const caller = (actor: Caller['actor'], role: Caller['role'], displayName: string): Caller => ({
  actor,
  role,
  signInId: null,
  origin: { displayName, ip: '127.0.0.1', userAgent: 'hansard seed' },
});

/** Accounts that are there already are left as they are, so that seeding twice does no harm. */
const unlessTaken = async (act: Promise<unknown>): Promise<boolean> => {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof Refusal && /^(account\.login_taken|conference\.cid_taken)$/.test(error.code)) return false;
    throw error;
  }
};

const makePeople = async (needs: Needs, newId: () => string, password: string): Promise<Person[]> => {
  // Whoever can read the master key may do anything; on the record it was the server that did it.
  const installer = caller(systemActor, 'admin', '');
  const people: Person[] = [];
  for (const [place, lastName] of lastNames.entries()) {
    for (const [index, firstName] of firstNames.entries()) {
      const login = `${firstName}.${lastName}`.toLowerCase();
      const department = departments[(place + index) % departments.length] ?? '';
      const profile = { firstName, lastName, company: `${company}, ${department}`, email: `${login}@example.test` };
      const accountId = newId();
      const call: Call = { caller: installer, commandId: newId(), reason: 'Seeded' };
      if (await unlessTaken(createAccount(needs, call, { accountId, login, password, profile }))) {
        people.push({ accountId, login });
      }
    }
  }
  return people;
};

const makeRooms = async (needs: Needs, newId: () => string, people: readonly Person[]): Promise<number> => {
  let made = 0;
  for (const [index, title] of rooms.entries()) {
    const owner = people[index * 4];
    if (!owner) break;
    const mine = caller({ kind: 'account', id: owner.accountId }, null, owner.login);
    const call = (): Call => ({ caller: mine, commandId: newId(), reason: 'Seeded' });
    const conferenceId = newId();
    const cid = title.toLowerCase().replaceAll(' ', '-');
    const asked = { conferenceId, kind: 'virtual_room', title, cid, joinWithoutInvitation: index % 2 === 0 };
    if (!(await unlessTaken(createConference(needs, call(), asked)))) continue;
    made += 1;
    for (const { accountId } of people.slice(index, index + 5)) {
      await changeMembers(needs, call(), 'inviteMember', { conferenceId, accountId });
    }
  }
  return made;
};

export type SeedNeeds = {
  /** Opens the log of the server that is meant, runs `act` on it, and closes it. */
  withLog: (given: Parameters<Handler>[0], act: (needs: Needs) => Promise<void>) => Promise<void>;
  newId: () => string;
  print: (text: string) => void;
};

/**
 * Fills a server with forty people in six departments and eight rooms; all of them get one password, which it prints.
 */
export const seedCommand =
  ({ withLog, newId, print }: SeedNeeds): Handler =>
  async (given) => {
    await withLog(given, async (needs) => {
      const password = `${newId().slice(0, 8)}-${newId().slice(0, 4)}`;
      const people = await makePeople(needs, newId, password);
      const made = await makeRooms(needs, newId, people);
      print(`${people.length} accounts and ${made} conferences were made.\n`);
      if (people[0]) print(`Sign in as ${people[0].login} or any other with the password ${password}\n`);
    });
    return 0;
  };
