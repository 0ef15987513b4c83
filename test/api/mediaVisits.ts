// Sessions on several media nodes: making rooms, coming in as the pages do, and where the record has a session.
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { RawClient } from '../media/rawClient.ts';
import type { ApiClient } from '../support/apiClient.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/postgres.ts';
import { accountIn, type Stack } from '../support/stack.ts';

const backTimeoutMs = 30_000;

type Placed = { node: string; epoch: number; cause: string };
export type Person = { api: ApiClient; client: RawClient | null; legId: string; commandId: string };

export const personIn = async (stack: Stack, by: ApiClient, login: string): Promise<Person> => ({
  api: await accountIn(stack, by, login),
  client: null,
  legId: '',
  commandId: randomUUID(),
});

/** Makes a room that everybody may come into; answers its conference. */
export const roomOf = async (by: ApiClient, title: string): Promise<string> => {
  const conferenceId = randomUUID();
  await by.accepted('createConference', {
    conferenceId: ['ID!', conferenceId],
    kind: ['ConferenceKind!', 'VIRTUAL_ROOM'],
    title: ['String!', title],
    cid: ['String', title],
    joinWithoutInvitation: ['Boolean', true],
  });
  return conferenceId;
};

export const placementsOf = async (stack: Stack, sessionId: string): Promise<Placed[]> => {
  const rows = await runSql(
    stack.connection,
    `select convert_from(data, 'UTF8')::jsonb as data from log.events
     where stream = 'session-${sessionId}' and type = 'SessionPlaced' order by revision`,
  );
  return rows.map(({ data }) => data as Placed);
};

/** The media node that a path for signalling leads to. */
export const nodeIn = (path: unknown): string =>
  new URL(String(path), 'http://local').searchParams.get('node') ?? assert.fail(String(path));

/** The welcome, or null where it is refused or the socket is closed instead. */
const answered = (client: RawClient, ticket: string) =>
  Promise.race([client.request('hello', { ticket }).catch(() => null), client.gone().then(() => null)]);

/** Comes in through one of the API processes, as often as it takes and as the pages do: by the same leg. */
export const enter = (stack: Stack, person: Person, conferenceId: string, through: string) =>
  eventually(
    'somebody in the session',
    async () => {
      const joined = await person.api.join(conferenceId, person.commandId);
      const port = Number(new URL(stack.urlOf(through)).port);
      const client = await RawClient.open(port, String(joined['signallingPath'])).catch(() => null);
      const welcome = await (client && answered(client, String(joined['ticket'])));
      if (!client || !welcome) {
        client?.close();
        if (joined['code'] !== undefined) assert.fail(JSON.stringify(joined));
        return null;
      }
      Object.assign(person, { client, legId: welcome.legId, commandId: randomUUID() });
      return { welcome, node: nodeIn(joined['signallingPath']), sessionId: String(joined['sessionId']) };
    },
    backTimeoutMs,
  );
