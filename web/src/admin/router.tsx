// The routes of the dashboard. What an address may say is declared in addresses.ts.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { PageError, page } from '../ui/lazyPages.tsx';
import { AdminFrame, NoSuchPage } from './AdminFrame.tsx';
import {
  readAccounts,
  readCall,
  readCalls,
  readChanges,
  readChat,
  readConferences,
  readEndpoints,
  readEvents,
  readHistory,
  readOne,
  readParked,
  readServerLog,
  readSessions,
  readWhy,
} from './addresses.ts';

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
      path: '/sessions',
      validateSearch: readSessions,
      component: lazyRouteComponent(
        page(() => import('./past/SessionsPage.tsx')),
        'default',
      ),
    }),
    createRoute({
      ...under,
      path: '/why',
      validateSearch: readWhy,
      component: lazyRouteComponent(
        page(() => import('./past/WhyPage.tsx')),
        'default',
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
      path: '/reports/calls',
      validateSearch: readCalls,
      component: lazyRouteComponent(
        page(() => import('./reports/CallsPage.tsx')),
        'CallsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/call',
      validateSearch: readCall,
      component: lazyRouteComponent(
        page(() => import('./reports/CallPage.tsx')),
        'CallPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/connection',
      validateSearch: readOne,
      component: lazyRouteComponent(
        page(() => import('./reports/ConnectionPage.tsx')),
        'ConnectionPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/chat',
      validateSearch: readChat,
      component: lazyRouteComponent(
        page(() => import('./reports/ChatPage.tsx')),
        'ChatPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/endpoints',
      validateSearch: readEndpoints,
      component: lazyRouteComponent(
        page(() => import('./reports/EndpointsPage.tsx')),
        'EndpointsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/administrators',
      component: lazyRouteComponent(
        page(() => import('./administrators/AdministratorsPage.tsx')),
        'AdministratorsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/settings',
      component: lazyRouteComponent(
        page(() => import('./settings/SettingsPage.tsx')),
        'SettingsPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/settings/access',
      component: lazyRouteComponent(
        page(() => import('./settings/AccessPage.tsx')),
        'AccessPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/preferences',
      component: lazyRouteComponent(
        page(() => import('./preferences/PreferencesPage.tsx')),
        'PreferencesPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/reports/changes',
      validateSearch: readChanges,
      component: lazyRouteComponent(
        page(() => import('./changes/ChangesPage.tsx')),
        'ChangesPage',
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
      path: '/server-log',
      validateSearch: readServerLog,
      component: lazyRouteComponent(
        page(() => import('./serverLog/ServerLogPage.tsx')),
        'ServerLogPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/proof',
      component: lazyRouteComponent(
        page(() => import('./proof/ProofPage.tsx')),
        'ProofPage',
      ),
    }),
    createRoute({
      ...under,
      path: '/read-models',
      component: lazyRouteComponent(
        page(() => import('./readModels/ReadModelsPage.tsx')),
        'ReadModelsPage',
      ),
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
