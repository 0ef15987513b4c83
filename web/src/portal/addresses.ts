// What the addresses of the portal may say after the question mark.
import { list, text } from '../search.ts';

type Search = Record<string, unknown>;
export const readMyConferences = (search: Search) => ({
  ...text(search, 'conference'),
  ...list(search, 'new', ['room']),
});
export const readSetUp = (search: Search) => text(search, 'token');
export const readSignIn = (search: Search) => text(search, 'next');
