// The routes of the dashboard. What an address may say is declared in addresses.ts.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { PageError, page } from '../ui/lazyPages.tsx';
import { AdminFrame, NoSuchPage } from './AdminFrame.tsx';
import { readAccounts, readConferences, readEvents, readHistory, readParked } from './addresses.ts';

const root = createRootRoute({ component: AdminFrame, notFoundComponent: NoSuchPage });
const under = { getParentRoute: () => root };

export const router = createRouter({
  basepath: '/admin',
  routeTree: root.addChildren([
    createRoute({
      ...under,
      path: '/',
      component: lazyRouteComponent(
        page(() => import('./summary/SummaryPage.tsx')),
        'SummaryPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/accounts',
      validateSearch: readAccounts,
      component: lazyRouteComponent(
        page(() => import('./accounts/AccountsPage.tsx')),
        'AccountsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/conferences',
      validateSearch: readConferences,
      component: lazyRouteComponent(
        page(() => import('./conferences/ConferencesPage.tsx')),
        'ConferencesPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/events',
      validateSearch: readEvents,
      component: lazyRouteComponent(
        page(() => import('./events/EventsPage.tsx')),
        'EventsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/parked',
      validateSearch: readParked,
      component: lazyRouteComponent(() => import('./parked/ParkedPage.tsx'), 'ParkedPage'),
    }),
    createRoute({
      ...under,
      path: '/history',
      validateSearch: readHistory,
      component: lazyRouteComponent(
        page(() => import('./history/HistoryPage.tsx')),
        'HistoryPage',
      ),
    }),
  ]),
  defaultErrorComponent: PageError,
  parseSearch,
  stringifySearch,
});
