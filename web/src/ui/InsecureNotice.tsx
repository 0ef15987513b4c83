import { lazy, Suspense } from 'react';

const InsecureText = lazy(() => import('./InsecureText.tsx').then((module) => ({ default: module.InsecureText })));

/** Says on every page that came over plain HTTP what will not work there; nothing elsewhere. */
export const InsecureNotice = () =>
  window.isSecureContext ? null : (
    <Suspense>
      <InsecureText />
    </Suspense>
  );
