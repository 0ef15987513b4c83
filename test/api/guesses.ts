// Whoever tries passwords: many logins in one request, so that their limit is reached before long.
import { randomUUID } from 'node:crypto';

/** What to ask: `count` sign-ins of people who are nobody. */
export const guesses = (count: number): { query: string; variables: Record<string, unknown> } => {
  const aliases = Array.from({ length: count }, (_, n) => n);
  const declared = aliases.map((n) => `$c${n}: CommandInput!, $l${n}: String!`).join(', ');
  const asked = aliases.map(
    (n) => `a${n}: signIn(command: $c${n}, login: $l${n}, password: "wrong") { ... on Refusal { code } }`,
  );
  const variables = aliases.flatMap((n) => [
    [`c${n}`, { commandId: randomUUID() }],
    [`l${n}`, `nobody-${randomUUID().slice(0, 8)}`],
  ]);
  return { query: `mutation (${declared}) { ${asked.join('\n')} }`, variables: Object.fromEntries(variables) };
};

/** The code of each refusal in the answer. */
export const codesIn = (answer: string): string[] => {
  const { data } = JSON.parse(answer) as { data: Record<string, { code: string }> };
  return Object.values(data).map(({ code }) => code);
};
