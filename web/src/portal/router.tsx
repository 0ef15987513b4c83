// The routes of the portal. What an address may say is declared by the page it belongs to.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { readMyConferences, readSetUp, readSignIn } from './addresses.ts';
import { Home } from './Home.tsx';
import { Nowhere, PortalFrame } from './PortalFrame.tsx';

const root = createRootRoute({ component: PortalFrame, notFoundComponent: Nowhere });
const under = { getParentRoute: () => root };

export const router = createRouter({
  routeTree: root.addChildren([
    createRoute({ ...under, path: '/', component: Home }),
    createRoute({
      ...under,
      path: '/setup',
      component: lazyRouteComponent(() => import('./SetUp.tsx'), 'SetUp'),
      validateSearch: readSetUp,
    }),
    createRoute({
      ...under,
      path: '/sign-in',
      component: lazyRouteComponent(() => import('./SignInPage.tsx'), 'SignInPage'),
      validateSearch: readSignIn,
    }),
    createRoute({
      ...under,
      path: '/me',
      component: lazyRouteComponent(() => import('./MyConferences.tsx'), 'MyConferences'),
      validateSearch: readMyConferences,
    }),
    createRoute({
      ...under,
      path: '/me/profile',
      component: lazyRouteComponent(() => import('./Profile.tsx'), 'Profile'),
    }),
    createRoute({
      ...under,
      path: '/c/$cid',
      component: lazyRouteComponent(() => import('./ConferencePage.tsx'), 'ConferencePage'),
    }),
  ]),
  parseSearch,
  stringifySearch,
});
