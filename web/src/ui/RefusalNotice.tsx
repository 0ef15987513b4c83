// A refusal in the reader's words: beside the field it names, or as a notice above the form.
import { Alert } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import type { Refused } from '../commands.ts';
import { useT } from '../i18n/locale.tsx';
import { refusalId, useProblemText } from './refusalText.ts';
import { WaitTime } from './WaitTime.tsx';

const field = (path: string) => path.split('.').at(-1) ?? path;

/** What the refusal says about each of `fields`; the server names them by path. Codes may stand for a field too. */
export const useProblems = <Field extends string>(
  refused: Refused | null,
  fields: readonly Field[],
  ofCode: Partial<Record<Refused['code'], Field>> = {},
): Partial<Record<Field, string>> => {
  const t = useT();
  const say = useProblemText();
  if (!refused) return {};
  const named = refused.problems.flatMap((problem) => {
    const name = fields.find((candidate) => candidate === field(problem.path));
    return name ? [[name, say(problem)]] : [];
  });
  const meant = ofCode[refused.code];
  if (meant) named.push([meant, t(refusalId(refused.code))]);
  return Object.fromEntries(named) as Partial<Record<Field, string>>;
};

const detail = (refused: Refused, shown: readonly string[]) =>
  refused.problems.filter(({ path }) => !shown.includes(field(path)));

/** The refusal as a whole. `shown` are the fields whose problems stand elsewhere; nothing is said twice. */
export const RefusalNotice = ({ refused, shown = [] }: { refused: Refused | null; shown?: readonly string[] }) => {
  const t = useT();
  const say = useProblemText();
  if (!refused) return null;
  const rest = detail(refused, shown);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="group" py={8} px={12}>
      <div role="alert">
        {t(refusalId(refused.code))}
        {refused.code === 'FAULT' && refused.message && <p lang="en">{refused.message}</p>}
        {rest.length > 0 && (
          <ul>
            {rest.map((problem) => (
              <li key={problem.path + problem.code}>
                <code>{problem.path}</code>: {say(problem)}
              </li>
            ))}
          </ul>
        )}
      </div>
      <WaitTime refused={refused} />
    </Alert>
  );
};
