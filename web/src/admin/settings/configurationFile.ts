// The configuration as a file, to and from the server: too long for GraphQL, and told line by line as it is restored.
import type { Refused } from '../../commands.ts';
import { doubtSignIn, requiredHeaders, wroteAt } from '../../graphql.ts';
import { newId } from '../../uuid.ts';

export const outcomes = ['created', 'changed', 'conflict', 'unchanged'] as const;
export type Outcome = (typeof outcomes)[number];

export type Restored = {
  kind: 'settings' | 'account' | 'conference';
  id: string;
  name: string;
  outcome: Outcome;
  differences: { field: string; before: unknown; after: unknown }[];
  notes: Refused[];
};
/** What the file says of itself. */
export type About = { savedAt: string; accounts: number; conferences: number };

type Line =
  | ({ is: 'file' } & About)
  | ({ is: 'object' } & Restored)
  | { is: 'end'; position: string | null }
  | ({ is: 'refused' } & Refused);

const unreachable: Refused = { code: 'UNREACHABLE', message: '', details: {}, problems: [] };
const fault: Refused = { ...unreachable, code: 'FAULT' };

const refusalOf = async (answer: Response): Promise<Refused> => {
  const refused = await answer.json().then(
    (told: unknown) => told as Refused,
    () => fault,
  );
  if (refused.code === 'ACCESS_SIGN_IN_REQUIRED') doubtSignIn();
  return refused;
};

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`/configuration/${path}`, {
    method: 'POST',
    body,
    headers: { ...requiredHeaders, ...headers },
    credentials: 'same-origin',
    ...(signal ? { signal } : {}),
  });

export type Saved = { blob: Blob; name: string; copied: boolean };

/** Fetches the whole configuration, sealed under the passphrase. */
export const saveConfiguration = async (passphrase: string): Promise<Saved | { refused: Refused }> => {
  try {
    const body = JSON.stringify({ command: { commandId: newId() }, passphrase });
    const answer = await post('save', body, { 'content-type': 'application/json' });
    if (!answer.ok) return { refused: await refusalOf(answer) };
    const [, name = 'hansard-settings'] =
      /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
    const copied = answer.headers.get('x-hansard-reserve-copy') !== 'failed';
    return { blob: await answer.blob(), name, copied };
  } catch {
    return { refused: unreachable };
  }
};

const linesOf = async function* (body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (held + next.value).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Line;
  }
};

type Asked = { passphrase: string; dryRun: boolean; reason?: string };
export type Heard = { about: (about: About) => void; object: (object: Restored) => void };

/** Restores the file, or says what that would do; tells each object as it is done. Null once it came to its end. */
export const restoreConfiguration = async (
  file: Blob,
  { passphrase, dryRun, reason }: Asked,
  heard: Heard,
  signal?: AbortSignal,
): Promise<Refused | null> => {
  try {
    const asked = { command: { commandId: newId(), dryRun, ...(reason ? { reason } : {}) }, passphrase };
    const answer = await post('restore', new Blob([`${JSON.stringify(asked)}\n`, file]), {}, signal);
    if (!answer.ok || !answer.body) return await refusalOf(answer);
    for await (const line of linesOf(answer.body)) {
      if (line.is === 'refused') return line;
      if (line.is === 'file') heard.about(line);
      if (line.is === 'object') heard.object(line);
      if (line.is !== 'end') continue;
      if (line.position !== null && !dryRun) wroteAt(line.position);
      return null;
    }
    return unreachable; // It broke off.
  } catch {
    return unreachable;
  }
};
