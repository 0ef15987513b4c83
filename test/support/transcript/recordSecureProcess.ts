// Records how a secured EventStoreDB answers: node recordSecureProcess.ts HOST:PORT AUTHORITY FILE
// It has to know the administrator `admin` with the password `changeit`, and `application`, in no group, with
// `Application1!`. In a process of its own, as recordProcess.ts.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  type AppendToStreamOptions,
  EventStoreDBClient,
  jsonEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { type Case, recordCases, subjectAt, type Transcript } from './transcript.ts';

const [address = '', authority = '', file = 'secure.json'] = process.argv.slice(2);
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled: ${String(error).slice(0, 200)}\n`));

const password = 'changeit';
const application = 'application:Application1!';
const stream = `secure${randomUUID().slice(0, 8)}-1`;
type Client = EventStoreDBClient;

const connect = (account: string, more = ''): Client => {
  const by = account === '' ? '' : `${account}@`;
  return EventStoreDBClient.connectionString(
    `esdb://${by}${address}?tls=true&tlsCAFile=${encodeURIComponent(authority)}${more}`,
  );
};
const to = (url: string): Client => EventStoreDBClient.connectionString(url);

const append = async (client: Client, options: AppendToStreamOptions = {}, name = stream) => {
  const { success } = await client.appendToStream(name, jsonEvent({ type: 'S', data: {} }), options);
  return { success };
};
const any = async (read: AsyncIterable<unknown>): Promise<boolean> => (await Array.fromAsync(read)).length > 0;
const read = (client: Client) => any(client.readStream(stream));
const readAll = (client: Client) => any(client.readAll({ maxCount: 5 }));
const subscribe = (client: Client) =>
  new Promise((resolve, reject) => {
    const filter = streamNameFilter({ prefixes: ['secure'] });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    subscription.on('data', () => resolve('event')).on('caughtUp', () => resolve('caughtUp'));
    subscription.on('error', reject);
  });

const [admin, nobody, stranger, app] = [
  connect(`admin:${password}`),
  connect(''),
  connect('admin:nope'),
  connect(application),
];
const acl = { readRoles: ['$admins', 'application'] };
const letRead = async () => {
  const { success } = await admin.setStreamMetadata('$all', { acl });
  return { success };
};
const cases: Case[] = [
  ['admin.append', () => append(admin)],
  ['admin.append.perCallCredentials', () => append(nobody, { credentials: { username: 'admin', password } })],
  ['admin.read', () => read(admin)],
  ['admin.readAll', () => readAll(admin)],
  ['admin.subscribeAll', () => subscribe(admin)],
  ['nobody.append', () => append(nobody)],
  ['nobody.read', () => read(nobody)],
  ['nobody.readAll', () => readAll(nobody)],
  ['nobody.subscribeAll', () => subscribe(nobody)],
  ['wrongPassword.append', () => append(stranger)],
  ['wrongPassword.read', () => read(connect('admin:nope'))],
  ['application.append', () => append(app)],
  ['application.read', () => read(app)],
  ['application.readAll', () => readAll(app)],
  ['application.subscribeAll', () => subscribe(app)],
  ['application.systemStream', () => append(app, {}, `$${stream}`)],
  ['settings.letApplicationReadAll', letRead],
  ['application.readAll.afterAcl', () => readAll(connect(application))],
  ['application.subscribeAll.afterAcl', () => subscribe(connect(application))],
  ['tls.unknownAuthority', () => append(to(`esdb://admin:${password}@${address}?tls=true&maxDiscoverAttempts=2`))],
  ['tls.off', () => append(to(`esdb://admin:${password}@${address}?tls=false`))],
  ['tls.verifyOff', () => append(to(`esdb://admin:${password}@${address}?tls=true&tlsVerifyCert=false`))],
  ['nobodyThere', () => append(to('esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=2'))],
];

const answers: Transcript = {};
await recordCases(subjectAt(`esdb://${address}?tls=true`, 1), cases, answers);
writeFileSync(file, `${JSON.stringify({ cases: answers }, null, 2)}\n`);
process.stdout.write(`${Object.keys(answers).length} cases\n`);
process.exit(0);
