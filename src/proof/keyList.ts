// The keys of a log in their order, each vouched for by the one before it.
import { NoteInvalid, openNote, type Verifier, verifierIn } from './note.ts';

/** `endorsement`: a note about the key, signed with the one before; null for the first, and where that was lost. */
type ListedKey = { verifierKey: string; endorsement: string | null };

/** What the key before says of the next one. The second line cannot be the size of a checkpoint. */
export const endorsementText = (origin: string, verifierKey: string): string => `${origin}\nkey\n${verifierKey}\n`;

/** The list as a file. There is one way to write it. */
export const keyListText = (keys: readonly ListedKey[]): string => {
  const listed = keys.map(({ verifierKey, endorsement }) => ({ verifierKey, endorsement }));
  return `${JSON.stringify({ keys: listed }, null, 2)}\n`;
};

const isListed = (each: unknown): each is ListedKey => {
  if (typeof each !== 'object' || each === null || !('verifierKey' in each) || !('endorsement' in each)) return false;
  const { verifierKey, endorsement } = each;
  return typeof verifierKey === 'string' && (typeof endorsement === 'string' || endorsement === null);
};

const parsed = (text: string): ListedKey[] => {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(keys) && keys.every(isListed) && keyListText(keys) === text) return keys;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new NoteInvalid('The list of keys is not written as such lists are.');
};

/** `vouched`: whether the key before signed for it. */
export type KnownVerifier = { verifier: Verifier; vouched: boolean };

/** Reads a list of keys; each endorsement has to be right. Throws `NoteInvalid`. */
export const keyListIn = (text: string): KnownVerifier[] => {
  const keys: KnownVerifier[] = [];
  for (const { verifierKey, endorsement } of parsed(text)) {
    const verifier = verifierIn(verifierKey);
    const before = keys.at(-1);
    if (endorsement !== null) {
      if (!before) throw new NoteInvalid('The first key of the list cannot be vouched for by one before it.');
      const said = openNote(endorsement, [before.verifier]).text;
      if (said !== endorsementText(verifier.name, verifierKey))
        throw new NoteInvalid(`The endorsement of ${verifier.name}+${verifier.id} is about something else.`);
    }
    keys.push({ verifier, vouched: endorsement !== null });
  }
  if (keys.length === 0) throw new NoteInvalid('The list of keys is empty.');
  return keys;
};

/** The keys to trust when `trusted` is: itself and those that it vouches for, directly or through others. */
export const trustedFrom = (keys: readonly KnownVerifier[], trusted: Verifier): Verifier[] => {
  const start = keys.findIndex(({ verifier }) => verifier.text === trusted.text);
  if (start < 0) return [trusted];
  const after = keys.slice(start + 1);
  const end = after.findIndex(({ vouched }) => !vouched);
  return [trusted, ...(end < 0 ? after : after.slice(0, end)).map(({ verifier }) => verifier)];
};
