// The pages that can be shown as of an event, and who may see them; all others know only the present.
import { lazy } from 'react';
import { page } from '../../ui/lazyPages.tsx';

const PastAccounts = lazy(page(() => import('./PastAccounts.tsx')));
const PastConferences = lazy(page(() => import('./PastConferences.tsx')));
const PastAdministrators = lazy(page(() => import('./PastAdministrators.tsx')));
const PastSettings = lazy(page(() => import('./PastSettings.tsx')));
const PastAccess = lazy(page(() => import('./PastAccess.tsx')));
const WhyPage = lazy(page(() => import('./WhyPage.tsx')));
const Sessions = lazy(page(() => import('./SessionsPage.tsx')));

/** By path. */
export const pastPages: Readonly<Record<string, typeof PastAccounts>> = {
  '/accounts': PastAccounts,
  '/conferences': PastConferences,
  '/sessions': Sessions,
  '/administrators': PastAdministrators,
  '/settings': PastSettings,
  '/settings/access': PastAccess,
  '/why': WhyPage,
};
