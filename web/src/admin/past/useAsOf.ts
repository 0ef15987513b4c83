// The event that the dashboard is looked at as of; it stands in the address of every page.
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

const read = (search: Record<string, unknown>): string | null => {
  const { asof } = search;
  const text = typeof asof === 'string' || typeof asof === 'number' ? String(asof) : '';
  return /^\d{1,18}$/.test(text) ? text : null;
};

/** The number of the event, or null in the present. */
export const useAsOf = (): string | null =>
  useRouterState({ select: ({ location }) => read(location.search as Record<string, unknown>) });

/** The same as variables of a question; only for pages that are shown as of an event. */
export const useAsked = (): { asOf: { number: string } } => {
  const number = useAsOf() ?? '0';
  return useMemo(() => ({ asOf: { number } }), [number]);
};

/** Goes to another event, or with null back to the present, on the page where the reader is. */
export const useTravel = () => {
  const navigate = useNavigate();
  return useCallback(
    (number: string | null) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, asof: number ?? undefined }),
      }),
    [navigate],
  );
};
