// The routes of the portal. What an address may say is declared by the page it belongs to.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { PageError, page } from '../ui/lazyPages.tsx';
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
      component: lazyRouteComponent(
        page(() => import('./SetUp.tsx')),
        'SetUp',
      ),
      validateSearch: readSetUp,
    }),
    createRoute({
      ...under,
      path: '/sign-in',
      component: lazyRouteComponent(
        page(() => import('./SignInPage.tsx')),
        'SignInPage',
      ),
      validateSearch: readSignIn,
    }),
    createRoute({
      ...under,
      path: '/me',
      component: lazyRouteComponent(
        page(() => import('./MyConferences.tsx')),
        'MyConferences',
      ),
      validateSearch: readMyConferences,
    }),
    createRoute({
      ...under,
      path: '/me/profile',
      component: lazyRouteComponent(
        page(() => import('./Profile.tsx')),
        'Profile',
      ),
    }),
    createRoute({
      ...under,
      path: '/c/$cid',
      component: lazyRouteComponent(
        page(() => import('./ConferencePage.tsx')),
        'ConferencePage',
      ),
    }),
  ]),
  defaultErrorComponent: PageError,
  parseSearch,
  stringifySearch,
});
