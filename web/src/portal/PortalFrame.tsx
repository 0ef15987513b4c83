// The frame around every page of the portal: who is there, where one can go.
import { Button } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useT } from '../i18n/locale.tsx';
import { Brand } from '../ui/Brand.tsx';
import { HeaderTools } from '../ui/HeaderTools.tsx';
import { InsecureNotice } from '../ui/InsecureNotice.tsx';
import { FullPageNotice, Read } from '../ui/PageState.tsx';
import { useKnown, useViewing, Viewing } from '../ui/viewer.tsx';
import classes from './Portal.module.css';

const Links = () => {
  const t = useT();
  const { viewer } = useKnown();
  if (!viewer) return null;
  return (
    <nav className={classes.links} aria-label={t('nav.main')}>
      <Link to="/me" activeOptions={{ exact: true, includeSearch: false }} className={classes.link}>
        {t('portal.myConferences')}
      </Link>
      <Link to="/me/profile" className={classes.link}>
        {t('portal.profile')}
      </Link>
    </nav>
  );
};

const Header = () => {
  const t = useT();
  const { viewer, server } = useKnown();
  return (
    <header className={classes.header}>
      <Brand href="/" />
      <Links />
      <div className={classes.tools}>
        <HeaderTools links={viewer?.role ? [{ href: '/admin', label: t('portal.administration') }] : []} />
        {!viewer && server.setUp && server.administration && (
          <Button component="a" href="/admin" variant="default">
            {t('portal.administration')}
          </Button>
        )}
        {!viewer && (
          <Button component={Link} to="/sign-in">
            {t('signIn.submit')}
          </Button>
        )}
      </div>
    </header>
  );
};

export const PortalFrame = () => {
  const t = useT();
  const reading = useViewing();
  return (
    <Read reading={reading}>
      {() => (
        <Viewing reading={reading}>
          <a className={classes.skip} href="#main">
            {t('nav.skip')}
          </a>
          <Header />
          <main id="main" className={classes.main}>
            <InsecureNotice />
            <Outlet />
          </main>
        </Viewing>
      )}
    </Read>
  );
};

export const Nowhere = () => {
  const t = useT();
  return (
    <FullPageNotice title={t('nowhere.title')} text={t('nowhere.text')}>
      <Button component="a" href="/">
        {t('nowhere.home')}
      </Button>
    </FullPageNotice>
  );
};
