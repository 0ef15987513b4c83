// The one connection of this tab over which the server pushes: every subscription of the page is an operation on it.
import { isAttended } from './attended.ts';
import { requiredHeaders } from './graphql.ts';

/** What one push carries: data, or the reasons why there are none. */
export type Pushed<Data> = { data?: Data | null; errors?: readonly { message: string }[] };
type Sink<Data> = { next: (result: Pushed<Data>) => void; error: () => void; complete: () => void };
type Request = { query: string; variables: Record<string, unknown> };
type Operation = Request & { id: string; sink: Sink<never> };
type Said = { stream?: string; id?: string; payload?: Pushed<never> };

const url = '/graphql/shared';
/** The server says something at least every 12 s; a connection that is silent for so long is broken. */
const silenceMsMax = 30_000;
/** A page that changes ends its last subscription a moment before it begins the next. */
const lingerMs = 1_000;

const post = async (body: object, signal: AbortSignal): Promise<Response> => {
  const headers = { ...requiredHeaders, 'content-type': 'application/json' };
  const asked = { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify(body), signal } as const;
  const response = await fetch(url, asked);
  if (!response.ok) throw new Error(`The stream was answered with ${response.status}`);
  return response;
};

/** Hands on each event of a stream; returns at its end. `heard` is called for pings as well. */
const readEvents = async (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  heard: () => void,
  take: (event: string, data: Said) => void,
): Promise<void> => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const events = (text + value).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name && data) take(name, JSON.parse(data) as Said);
    }
  }
};

/** Calls `bark` once nothing was heard for `timeoutMs`. */
const watchdog = (timeoutMs: number, bark: () => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(bark, timeoutMs);
    },
    sleep: () => clearTimeout(timer),
  };
};

type Connection = { start: (operation: Operation) => void; stop: (id: string) => void };

/** Opens with what is started in the same turn; `gone` is called once, when it can carry nothing more. */
const connect = (gone: () => void): Connection => {
  const operations = new Map<string, Operation>();
  const waiting = { start: new Map<string, Operation>(), stop: new Set<string>() };
  const aborting = new AbortController();
  let name: string | null = null;
  let opened = false;
  let scheduled = false;
  let lingering: ReturnType<typeof setTimeout> | undefined;

  const end = () => {
    if (aborting.signal.aborted) return;
    aborting.abort();
    clearTimeout(lingering);
    silence.sleep();
    gone();
    for (const { sink } of operations.values()) sink.error();
    operations.clear();
  };
  const silence = watchdog(silenceMsMax, end);
  const take = (event: string, { stream, id = '', payload }: Said) => {
    if (event === 'open' && stream !== undefined) {
      name = stream;
      sendSoon();
      return;
    }
    const operation = operations.get(id);
    if (event === 'next' && payload) operation?.sink.next(payload);
    if (event !== 'complete' || !operation) return;
    operations.delete(id);
    operation.sink.complete();
  };
  const send = async () => {
    scheduled = false;
    if (aborting.signal.aborted || (opened && name === null)) return;
    const start = [...waiting.start.values()].map(({ id, query, variables }) => ({ id, query, variables }));
    const stop = [...waiting.stop];
    waiting.start.clear();
    waiting.stop.clear();
    if (opened) {
      if (start.length + stop.length > 0) await post({ stream: name, start, stop }, aborting.signal);
      return;
    }
    opened = true;
    silence.heard();
    const { body } = await post({ start }, aborting.signal);
    if (body) await readEvents(body, silence.heard, take);
    end();
  };
  const sendSoon = () => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => void send().catch(end));
  };

  return {
    start: (operation) => {
      clearTimeout(lingering);
      operations.set(operation.id, operation);
      waiting.start.set(operation.id, operation);
      sendSoon();
    },
    stop: (id) => {
      if (!operations.delete(id)) return;
      if (!waiting.start.delete(id)) waiting.stop.add(id);
      if (operations.size === 0 && !isAttended()) return end();
      if (operations.size === 0) lingering = setTimeout(end, lingerMs);
      sendSoon();
    },
  };
};

let connection: Connection | null = null;
let begun = 0;

/**
 * Begins a subscription; answers what ends it. `complete` means that the server ended it, `error` that the connection
 * broke; after either nothing more comes.
 */
export const subscribe = <Data>(request: Request, sink: Sink<Data>): (() => void) => {
  const fresh = () => {
    const own = connect(() => {
      if (connection === own) connection = null;
    });
    return own;
  };
  connection ??= fresh();
  const carrier = connection;
  begun += 1;
  const id = String(begun);
  carrier.start({ id, ...request, sink });
  return () => carrier.stop(id);
};
