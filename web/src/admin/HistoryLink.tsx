import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Leads to an object's history, at one of its events when `revision` is given. */
export const HistoryLink = ({
  type,
  id,
  revision,
  children,
}: {
  type: string;
  id: string;
  revision?: number;
  children: ReactNode;
}) => (
  <Link to="/history" search={{ type: [type], id, ...(revision !== undefined && { revision: String(revision) }) }}>
    {children}
  </Link>
);
