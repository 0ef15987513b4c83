// Where a log to be verified is: a directory, or a server that is running.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFiles } from '../proof/verifyLog.ts';
import { CannotStart } from './cannotStart.ts';
import { errnoOf } from './files.ts';

const timeoutMs = 30_000;
// A full bundle of the longest entries has less.
const fileBytesMax = 32 * 1024 * 1024;

const refuse = (message: string, cause?: unknown): CannotStart =>
  new CannotStart('log_unreadable', message, cause === undefined ? {} : { cause });

/** The files of an export. Rejects with `CannotStart` where there is no such directory. */
export const directoryFiles = async (directory: string): Promise<LogFiles> => {
  const there = await stat(directory).catch(() => null);
  if (!there?.isDirectory()) throw refuse(`There is no directory ${directory}.`);
  return async (path) => {
    try {
      return await readFile(join(directory, path));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) return null;
      throw refuse(`${join(directory, path)} cannot be read: ${String(error)}`, error);
    }
  };
};

const ask = async (url: URL, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw refuse(`${url.origin} does not answer: ${cause instanceof Error ? cause.message : String(error)}`, error);
  }
};

const bodyOf = async (response: Response, url: URL): Promise<Buffer> => {
  try {
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.length <= fileBytesMax) return bytes;
  } catch (error) {
    throw refuse(`${url.origin} broke off its answer.`, error);
  }
  throw refuse(`${url.pathname} has more than ${fileBytesMax} bytes.`);
};

export type Account = { login: string; password: string };

const signInQuery = `mutation ($command: CommandInput!, $login: String!, $password: String!) {
  signIn(command: $command, login: $login, password: $password) { __typename ... on Refusal { message } }
}`;
const signOutQuery = 'mutation ($command: CommandInput!) { signOut(command: $command) { __typename } }';

const graphql = (base: URL, cookie: string, query: string, variables: object): Promise<Response> =>
  ask(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hansard': '1', cookie },
    body: JSON.stringify({ query, variables }),
  });

/** The files of a running server, as an administrator of it reads them; `close` signs out. */
export const serverFiles = async (
  address: string,
  account: Account,
  newId: () => string,
): Promise<{ files: LogFiles; close: () => Promise<void> }> => {
  const base = new URL(address);
  const answer = await graphql(base, '', signInQuery, { command: { commandId: newId() }, ...account });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) {
    const said = (await answer.json().catch(() => null)) as { data?: { signIn?: { message?: string } } } | null;
    throw refuse(`${base.origin} does not sign ${account.login} in. ${said?.data?.signIn?.message ?? ''}`.trim());
  }
  return {
    files: async (path) => {
      const url = new URL(`/tlog/${path}`, base);
      const response = await ask(url, { headers: { cookie } });
      const body = await bodyOf(response, url);
      if (response.status === 404) return null;
      if (response.status !== 200) throw refuse(`${url.href} answers ${response.status}: ${body.toString().trim()}`);
      return body;
    },
    close: async () => {
      await graphql(base, cookie, signOutQuery, { command: { commandId: newId() } });
    },
  };
};
