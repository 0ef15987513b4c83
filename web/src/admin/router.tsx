// The routes of the dashboard. What an address may say is declared in addresses.ts.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { AdminFrame, NoSuchPage } from './AdminFrame.tsx';
import { readAccounts, readConferences, readEvents, readHistory } from './addresses.ts';

const root = createRootRoute({ component: AdminFrame, notFoundComponent: NoSuchPage });
const under = { getParentRoute: () => root };

export const router = createRouter({
  basepath: '/admin',
  routeTree: root.addChildren([
    createRoute({
      ...under,
      path: '/',
      component: lazyRouteComponent(() => import('./summary/SummaryPage.tsx'), 'SummaryPage'),
    }),
    createRoute({
      ...under,
      path: '/accounts',
      validateSearch: readAccounts,
      component: lazyRouteComponent(() => import('./accounts/AccountsPage.tsx'), 'AccountsPage'),
    }),
    createRoute({
      ...under,
      path: '/conferences',
      validateSearch: readConferences,
      component: lazyRouteComponent(() => import('./conferences/ConferencesPage.tsx'), 'ConferencesPage'),
    }),
    createRoute({
      ...under,
      path: '/reports/events',
      validateSearch: readEvents,
      component: lazyRouteComponent(() => import('./events/EventsPage.tsx'), 'EventsPage'),
    }),
    createRoute({
      ...under,
      path: '/history',
      validateSearch: readHistory,
      component: lazyRouteComponent(() => import('./history/HistoryPage.tsx'), 'HistoryPage'),
    }),
  ]),
  parseSearch,
  stringifySearch,
});
