// Search parameters as people write them: plain words, lists with commas, nothing quoted.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** For TanStack Router, which would put JSON into the address bar. */
export const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

export const stringifySearch = (search: Record<string, unknown>): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = Array.isArray(value)
      ? value.join(',')
      : typeof value === 'string' || typeof value === 'number'
        ? String(value)
        : '';
    if (text) parameters.set(name, text);
  }
  // Commas and colons are legal here and far easier to read unescaped.
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text ? `?${text}` : '';
};

/** A parameter as text, left out when it is empty. */
export const text = <Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: string } => {
  const value = search[name];
  const found = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  return (found ? { [name]: found } : {}) as { [key in Name]?: string };
};

/** A parameter as a list, cut down to what is allowed. */
export const list = <Name extends string, Value extends string = string>(
  search: Record<string, unknown>,
  name: Name,
  allowed?: readonly Value[],
): { [key in Name]?: Value[] } => {
  const value = search[name];
  const given = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [];
  const known = given.filter(
    (item): item is Value => item !== '' && (!allowed || allowed.some((each) => each === item)),
  );
  return (known.length > 0 ? { [name]: known } : {}) as { [key in Name]?: Value[] };
};

/** What the address says, read by the page's own `read`, and a way to change a part of it. `replace` while typing. */
export const useSearchState = <Search extends Record<string, unknown>>(
  read: (search: Record<string, unknown>) => Search,
) => {
  const search = read(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const change = useCallback(
    (patch: { [key in keyof Search]?: Search[key] | undefined }, replace = false) =>
      void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...patch }), replace }),
    [navigate],
  );
  return [search, change] as const;
};
