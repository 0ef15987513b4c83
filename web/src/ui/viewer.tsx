// Who looks at the page. Read at the start, after signing in or out, and whenever the server says that nobody is
// signed in.
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { send } from '../commands.ts';
import { SignOutDocument, ViewerDocument, type ViewerQuery } from '../gql/graphql.ts';
import { type Reading, useRead, useSignInDoubts } from '../graphql.ts';

type Viewer = NonNullable<ViewerQuery['viewer']>;
type Server = ViewerQuery['serverInfo'];
type Known = { viewer: Viewer | null; server: Server; readAgain: () => void };

const ViewerContext = createContext<Known | null>(null);

export const useKnown = (): Known => {
  const known = useContext(ViewerContext);
  if (!known) throw new Error('useKnown outside of Viewing');
  return known;
};

export const useViewing = (): Reading<ViewerQuery> => {
  const reading = useRead(ViewerDocument, {});
  const lost = useSignInDoubts();
  const { readAgain } = reading;
  useEffect(() => {
    if (lost > 0) readAgain();
  }, [lost, readAgain]);
  return reading;
};

export const Viewing = ({ reading, children }: { reading: Reading<ViewerQuery>; children: ReactNode }) => {
  const { data, readAgain } = reading;
  const known = useMemo(() => data && { viewer: data.viewer, server: data.serverInfo, readAgain }, [data, readAgain]);
  return known ? <ViewerContext value={known}>{children}</ViewerContext> : null;
};

/** Ends this device's sign-in and reads again who is there. */
export const useSignOut = () => {
  const { readAgain } = useKnown();
  return async () => {
    await send(SignOutDocument, {});
    readAgain();
  };
};
