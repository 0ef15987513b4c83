import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { MenuLink } from './AccountMenu.tsx';
import { SchemeToggle } from './SchemeToggle.tsx';
import { useKnown } from './viewer.tsx';

// Menus cost more than all the rest of a header, and nobody opens one in the first moment.
const AccountMenu = lazy(() => import('./AccountMenu.tsx').then((module) => ({ default: module.AccountMenu })));

/** What stands at the right of every header: colours, and the menu of whoever looks at it. */
export const HeaderTools = ({ links }: { links: readonly MenuLink[] }) => {
  const { viewer } = useKnown();
  const name = viewer?.account.displayName || viewer?.account.login;
  return (
    <>
      <SchemeToggle />
      <Suspense fallback={name && <Button variant="default">{name}</Button>}>
        <AccountMenu links={links} />
      </Suspense>
    </>
  );
};
