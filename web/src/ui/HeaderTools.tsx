import { Button } from '@mantine/core';
import { lazy, Suspense, useRef, useState } from 'react';
import type { MenuLink } from './AccountMenu.tsx';
import { useKnown } from './viewer.tsx';

// Both cost more than all the rest of a header, and nobody uses them in the first moment.
const SchemeToggle = lazy(() => import('./SchemeToggle.tsx').then((module) => ({ default: module.SchemeToggle })));
const AccountMenu = lazy(() => import('./AccountMenu.tsx').then((module) => ({ default: module.AccountMenu })));

/** Kept free, so that nothing moves when it comes. */
const toggleWidth = 32;

/** What stands at the right of every header: colours, and the menu of whoever looks at it. */
export const HeaderTools = ({ links, preferencesHref }: { links: readonly MenuLink[]; preferencesHref?: string }) => {
  const { viewer } = useKnown();
  const [asked, setAsked] = useState(false);
  const focused = useRef(false);
  const focus = (is: boolean) => () => {
    focused.current = is;
  };
  const name = viewer?.account.displayName || viewer?.account.login;
  return (
    <>
      <Suspense fallback={<span style={{ width: toggleWidth }} />}>
        <SchemeToggle />
      </Suspense>
      <Suspense
        fallback={
          name && (
            <Button variant="default" onClick={() => setAsked(true)} onFocus={focus(true)} onBlur={focus(false)}>
              {name}
            </Button>
          )
        }
      >
        <AccountMenu
          links={links}
          defaultOpened={asked}
          takesFocus={focused}
          {...(preferencesHref && { preferencesHref })}
        />
      </Suspense>
    </>
  );
};
