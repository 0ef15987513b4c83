// One way to ask for a change: an id made here, the same id again when nobody knows what came of it, a refusal to show.
import { useCallback, useRef, useState } from 'react';
import { type FragmentType, unmask } from './gql/fragment-masking.ts';
import {
  type CommandInput,
  type RefusalCode,
  type RefusalFieldsFragment,
  RefusalFieldsFragmentDoc,
  type TypedDocumentString,
} from './gql/graphql.ts';
import { client, doubtSignIn, failureOf, wroteAt } from './graphql.ts';
import { newId } from './uuid.ts';

export type Refused = Omit<RefusalFieldsFragment, 'code' | ' $fragmentName'> & {
  code: RefusalCode | 'UNREACHABLE' | 'FAULT';
};
type Answer = { __typename: string };
type Answers = { [mutation: string]: Answer } & { __typename?: never };
type Granted<Data> = Exclude<Data[keyof Data], { __typename: 'Refusal' | 'DryRun' }>;
export type Outcome<Data> = { granted: Granted<Data> } | { refused: Refused };
type Asked<Variables> = Omit<Variables, 'command'>;
type Extras = { reason?: string; expectedRevision?: number };

const attemptsMax = 5;
const waitMs = (attempt: number) => 300 * 2 ** attempt;

type MaskedRefusal = Answer & FragmentType<typeof RefusalFieldsFragmentDoc>;
const isRefusal = (answer: Answer): answer is MaskedRefusal => answer.__typename === 'Refusal';

const local = (code: 'UNREACHABLE' | 'FAULT' | RefusalCode, message = ''): Refused => ({
  code,
  message,
  details: {},
  problems: [],
});

const attempt = async <Data extends object>(text: string, variables: object): Promise<Outcome<Data>> => {
  const { data, error } = await client.mutation<Data>(text, variables).toPromise();
  if (error) {
    const failure = failureOf(error);
    if (failure.kind === 'refused') return { refused: { ...local(failure.code), problems: failure.problems } };
    if (failure.kind === 'unreachable') return { refused: local('UNREACHABLE') };
    return { refused: local('FAULT', failure.state === null ? failure.message : '') };
  }
  const answer = Object.values(data ?? {}).find(
    (value): value is Answer => typeof value === 'object' && value !== null,
  );
  if (!answer) return { refused: local('FAULT') };
  if (isRefusal(answer)) return { refused: unmask(RefusalFieldsFragmentDoc, answer) };
  if ('position' in answer && typeof answer.position === 'string') wroteAt(answer.position);
  return { granted: answer as Granted<Data> };
};

const unsettled = ({ code }: Refused) =>
  code === 'UNREACHABLE' || code === 'COMMAND_OUTCOME_UNKNOWN' || code === 'COMMAND_TOO_BUSY';

/**
 * Sends one command and, while its outcome is unknown, sends it again under the same id: the server answers a repeat as
 * it answered first, so nothing is done twice. Gives up after about 5 s with the refusal that stood last.
 */
export const send = async <Data extends object, Variables extends { command: CommandInput }>(
  document: TypedDocumentString<Data, Variables>,
  asked: Asked<Variables>,
  { commandId = newId(), onRetry, ...extras }: Extras & { commandId?: string; onRetry?: () => void } = {},
): Promise<Outcome<Data>> => {
  const variables = { ...asked, command: { commandId, ...extras } };
  let outcome: Outcome<Data> = { refused: local('UNREACHABLE') };
  for (let turn = 0; turn < attemptsMax; turn += 1) {
    outcome = await attempt<Data>(document.toString(), variables);
    if ('granted' in outcome || !unsettled(outcome.refused)) break;
    onRetry?.();
    await new Promise((resolve) => setTimeout(resolve, waitMs(turn)));
  }
  if ('refused' in outcome && outcome.refused.code === 'ACCESS_SIGN_IN_REQUIRED') doubtSignIn();
  return outcome;
};

type Planned = { events: { data: unknown }[] };

/** Asks what a command would record, without recording it: the data of each event. The document has to ask for them. */
export const rehearse = async <Data extends object, Variables extends { command: CommandInput }>(
  document: TypedDocumentString<Data, Variables>,
  asked: Asked<Variables>,
): Promise<{ planned: unknown[] } | { refused: Refused }> => {
  const variables = { ...asked, command: { commandId: newId(), dryRun: true } };
  const outcome = await attempt<{ [mutation: string]: Planned }>(document.toString(), variables);
  return 'refused' in outcome ? outcome : { planned: (outcome.granted as Planned).events.map(({ data }) => data) };
};

export type CommandState = { phase: 'idle' | 'sending' | 'repeating'; refused: Refused | null };

/**
 * The hook of every form and button: `run` answers what was granted or null, and keeps the refusal for the page to show
 * beside the fields it names. Asking for the very same thing again after an unknown outcome keeps the id.
 */
export const useCommand = <Data extends Answers | object, Variables extends { command: CommandInput }>(
  document: TypedDocumentString<Data, Variables>,
) => {
  const [state, setState] = useState<CommandState>({ phase: 'idle', refused: null });
  const open = useRef<{ key: string; commandId: string } | null>(null);
  const run = useCallback(
    async (asked: Asked<Variables>, extras: Extras = {}): Promise<Granted<Data> | null> => {
      const key = JSON.stringify([asked, extras]);
      const commandId = open.current?.key === key ? open.current.commandId : newId();
      open.current = { key, commandId };
      setState({ phase: 'sending', refused: null });
      const onRetry = () => setState({ phase: 'repeating', refused: null });
      const outcome = await send<Data, Variables>(document, asked, { ...extras, commandId, onRetry });
      if ('granted' in outcome || !unsettled(outcome.refused)) open.current = null;
      setState({ phase: 'idle', refused: 'refused' in outcome ? outcome.refused : null });
      return 'granted' in outcome ? outcome.granted : null;
    },
    [document],
  );
  const forget = useCallback(() => setState({ phase: 'idle', refused: null }), []);
  return { ...state, busy: state.phase !== 'idle', run, forget };
};
