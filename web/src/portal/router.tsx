// The routes of the portal. What an address may say is declared by the page it belongs to.
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../search.ts';
import { ConferencePage } from './ConferencePage.tsx';
import { Home } from './Home.tsx';
import { MyConferences, readMyConferences } from './MyConferences.tsx';
import { Nowhere, PortalFrame } from './PortalFrame.tsx';
import { Profile } from './Profile.tsx';
import { readSetUp, SetUp } from './SetUp.tsx';
import { readSignIn, SignInPage } from './SignInPage.tsx';

const root = createRootRoute({ component: PortalFrame, notFoundComponent: Nowhere });
const under = { getParentRoute: () => root };

export const router = createRouter({
  routeTree: root.addChildren([
    createRoute({ ...under, path: '/', component: Home }),
    createRoute({ ...under, path: '/setup', component: SetUp, validateSearch: readSetUp }),
    createRoute({ ...under, path: '/sign-in', component: SignInPage, validateSearch: readSignIn }),
    createRoute({ ...under, path: '/me', component: MyConferences, validateSearch: readMyConferences }),
    createRoute({ ...under, path: '/me/profile', component: Profile }),
    createRoute({ ...under, path: '/c/$cid', component: ConferencePage }),
  ]),
  parseSearch,
  stringifySearch,
});
