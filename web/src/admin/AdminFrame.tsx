// The frame of the dashboard: who may enter, the sidebar, the state of the server.
import { ActionIcon, Button } from '@mantine/core';
import IconAdjustments from '@tabler/icons-react/dist/esm/icons/IconAdjustments.mjs';
import IconDeviceDesktopAnalytics from '@tabler/icons-react/dist/esm/icons/IconDeviceDesktopAnalytics.mjs';
import IconDevices from '@tabler/icons-react/dist/esm/icons/IconDevices.mjs';
import IconFileDiff from '@tabler/icons-react/dist/esm/icons/IconFileDiff.mjs';
import IconHelpCircle from '@tabler/icons-react/dist/esm/icons/IconHelpCircle.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconHistoryToggle from '@tabler/icons-react/dist/esm/icons/IconHistoryToggle.mjs';
import IconListDetails from '@tabler/icons-react/dist/esm/icons/IconListDetails.mjs';
import IconMenu2 from '@tabler/icons-react/dist/esm/icons/IconMenu2.mjs';
import IconMessages from '@tabler/icons-react/dist/esm/icons/IconMessages.mjs';
import IconPhone from '@tabler/icons-react/dist/esm/icons/IconPhone.mjs';
import IconShieldLock from '@tabler/icons-react/dist/esm/icons/IconShieldLock.mjs';
import IconTerminal2 from '@tabler/icons-react/dist/esm/icons/IconTerminal2.mjs';
import IconUserShield from '@tabler/icons-react/dist/esm/icons/IconUserShield.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type MessageId, useT } from '../i18n/locale.tsx';
import { Brand } from '../ui/Brand.tsx';
import { HeaderTools } from '../ui/HeaderTools.tsx';
import { InsecureNotice } from '../ui/InsecureNotice.tsx';
import { page } from '../ui/lazyPages.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Empty, FullPageNotice, Loading, Read } from '../ui/PageState.tsx';
import { SignInForm } from '../ui/SignInForm.tsx';
import { useKnown, useViewing, Viewing } from '../ui/viewer.tsx';
import classes from './Admin.module.css';
import { Figures, useFigures } from './live.tsx';
import { AsOfBanner } from './past/AsOfBanner.tsx';
import { pastPages } from './past/pastPages.tsx';
import { useAsOf, useTravel } from './past/useAsOf.ts';
import { usePreferencesOfServer } from './preferences/usePreferencesOfServer.ts';
import { ProofBadge } from './proof/ProofBadge.tsx';
import { useErasures } from './useErasures.ts';

const MomentPicker = lazy(page(() => import('./past/MomentPicker.tsx')));

type Entry = { to: string; label: MessageId; icon: ReactNode; exact?: boolean; adminOnly?: boolean };

const icon = { size: 18, stroke: 1.7 };
const entries: Entry[] = [
  { to: '/', label: 'admin.summary', icon: <IconDeviceDesktopAnalytics {...icon} />, exact: true },
  { to: '/accounts', label: 'admin.accounts', icon: <IconUsers {...icon} />, adminOnly: true },
  { to: '/conferences', label: 'admin.conferences', icon: <IconVideo {...icon} />, adminOnly: true },
  { to: '/administrators', label: 'admin.administrators', icon: <IconUserShield {...icon} />, adminOnly: true },
  { to: '/settings', label: 'admin.settings', icon: <IconAdjustments {...icon} />, exact: true, adminOnly: true },
  { to: '/settings/access', label: 'admin.access', icon: <IconShieldLock {...icon} /> },
];
/** Reached from a moment; in the present its place is the report of calls. */
const sessions: Entry = { to: '/sessions', label: 'past.sessions', icon: <IconPhone {...icon} /> };
const reports: Entry[] = [
  { to: '/reports/events', label: 'admin.events', icon: <IconListDetails {...icon} /> },
  { to: '/reports/changes', label: 'admin.changes', icon: <IconFileDiff {...icon} /> },
  { to: '/reports/calls', label: 'admin.calls', icon: <IconPhone {...icon} /> },
  { to: '/reports/chat', label: 'admin.chat', icon: <IconMessages {...icon} /> },
  { to: '/reports/endpoints', label: 'admin.endpoints', icon: <IconDevices {...icon} /> },
  { to: '/history', label: 'admin.history', icon: <IconHistory {...icon} /> },
  { to: '/server-log', label: 'admin.serverLog', icon: <IconTerminal2 {...icon} /> },
  { to: '/why', label: 'why.title', icon: <IconHelpCircle {...icon} /> },
];

/** Pages that others lead to. */
const unlisted: Pick<Entry, 'to' | 'label' | 'adminOnly'>[] = [
  { to: '/parked', label: 'admin.parked' },
  { to: '/preferences', label: 'preferences.title' },
  { to: '/reports/call', label: 'admin.calls.one' },
  { to: '/reports/connection', label: 'admin.calls.connection' },
  { to: '/proof', label: 'admin.proof' },
  { to: '/read-models', label: 'admin.readModels' },
];

/** The path as the routes call it. */
const placeOf = (path: string): string => path.replace(/^\/admin(?=\/|$)/, '').replace(/^$/, '/');

const entryOf = (path: string): (typeof unlisted)[number] | undefined =>
  [...entries, sessions, ...reports, ...unlisted].find(({ to }) => placeOf(path) === to);

/** What is for administrators only does not exist for others, by whatever way they come. */
const useMayEnter = () => {
  const { server } = useKnown();
  return (entry: (typeof unlisted)[number] | undefined) => !entry?.adminOnly || server.roleHere === 'ADMIN';
};

const NavEntry = ({ to, label, icon: picture, exact = false }: Entry) => {
  const t = useT();
  const asOf = useAsOf();
  return (
    <li>
      <Link
        to={to}
        search={asOf === null ? {} : { asof: asOf }}
        className={classes.entry}
        activeOptions={{ exact, includeSearch: false }}
      >
        {picture}
        <span className={classes.label}>{t(label)}</span>
      </Link>
    </li>
  );
};

/** As of an event, only what can be shown as of it. */
const useEntries = () => {
  const mayEnter = useMayEnter();
  const past = useAsOf() !== null;
  const listed = past ? [...entries, sessions].filter(({ to }) => to in pastPages) : entries;
  return {
    entries: listed.filter(mayEnter),
    reports: past ? reports.filter(({ to }) => to in pastPages) : reports,
  };
};

const Sidebar = ({ opened, close }: { opened: boolean; close: () => void }) => {
  const t = useT();
  const { server } = useKnown();
  const { entries: listed, reports: listedReports } = useEntries();
  return (
    <nav
      className={classes.sidebar}
      data-opened={opened || undefined}
      aria-label={t('nav.main')}
      id="sidebar"
      onClick={close}
    >
      <ul className={classes.entries}>
        {listed.map((entry) => (
          <NavEntry key={entry.to} {...entry} />
        ))}
      </ul>
      {listedReports.length > 0 && (
        <>
          <h2 className={classes.group}>{t('admin.reports')}</h2>
          <ul className={classes.entries}>
            {listedReports.map((entry) => (
              <NavEntry key={entry.to} {...entry} />
            ))}
          </ul>
        </>
      )}
      <p className={classes.version}>
        {server.name} {server.version}
      </p>
    </nav>
  );
};

const ServerState = () => {
  const t = useT();
  const { summary, line } = useFigures();
  if (line === 'broken') {
    return (
      <Mark tone="bad" pill>
        {t('admin.server.unreachable')}
      </Mark>
    );
  }
  if (!summary) return null;
  const troubled = summary.services.filter(({ condition }) => condition === 'DEGRADED' || condition === 'DOWN');
  const halted = summary.projections.filter(({ haltedAt }) => haltedAt !== null);
  const count = troubled.length + halted.length;
  return (
    <Mark tone={count > 0 ? 'warn' : 'ok'} pill>
      {count > 0 ? t('admin.server.troubled', { count }) : t('admin.server.running')}
    </Mark>
  );
};

/** The page of the address; as of an event the page of then, or that there is none. */
const Shown = ({ path, asOf, erasures }: { path: string; asOf: string | null; erasures: number }) => {
  const t = useT();
  const travel = useTravel();
  if (asOf === null) return <Outlet />;
  const Then = pastPages[path];
  if (Then) {
    return (
      <Suspense fallback={<Loading />}>
        <Then key={erasures} />
      </Suspense>
    );
  }
  return (
    <Empty title={t('past.onlyPresent')} text={t('past.onlyPresent.text')}>
      <Button onClick={() => travel(null)}>{t('past.present')}</Button>
    </Empty>
  );
};

/** What says which moment is shown, and where another one is chosen. */
const Travelling = ({
  path,
  asOf,
  picking,
  close,
}: {
  path: string;
  asOf: string | null;
  picking: boolean;
  close: () => void;
}) => {
  const travel = useTravel();
  const { server } = useKnown();
  const navigate = useNavigate();
  const found = (number: string) => {
    close();
    if (path in pastPages) return travel(number);
    const to = server.roleHere === 'ADMIN' ? '/conferences' : '/sessions';
    void navigate({ to, search: { asof: number } });
  };
  return (
    <>
      {asOf !== null && <AsOfBanner number={asOf} />}
      {picking && (
        <Suspense>
          <MomentPicker found={found} close={close} />
        </Suspense>
      )}
    </>
  );
};

const Shell = () => {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [picking, setPicking] = useState(false);
  const asOf = useAsOf();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const mayEnter = useMayEnter();
  const entry = entryOf(path);
  usePreferencesOfServer();
  const erasures = useErasures();
  const found = mayEnter(entry);
  const title = entry && found ? `${t(entry.label)} – Hansard` : 'Hansard';
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <Figures>
      <a className={classes.skip} href="#main">
        {t('nav.skip')}
      </a>
      <header className={classes.header}>
        <ActionIcon
          className={classes.burger}
          aria-label={t('admin.menu')}
          aria-expanded={opened}
          aria-controls="sidebar"
          onClick={() => setOpened((before) => !before)}
        >
          <IconMenu2 size={20} />
        </ActionIcon>
        <Brand href="/admin" />
        <span role="status" className={classes.state}>
          <ServerState />
        </span>
        <ProofBadge />
        <div className={classes.tools}>
          <ActionIcon
            aria-label={t('past.pick')}
            title={t('past.pick')}
            aria-expanded={picking}
            onClick={() => setPicking((before) => !before)}
          >
            <IconHistoryToggle size={19} />
          </ActionIcon>
          <HeaderTools links={[{ href: '/me', label: t('admin.toPortal') }]} preferencesHref="/admin/preferences" />
        </div>
      </header>
      <Sidebar opened={opened} close={() => setOpened(false)} />
      <main id="main" className={classes.main}>
        <InsecureNotice />
        <Travelling path={placeOf(path)} asOf={asOf} picking={picking} close={() => setPicking(false)} />
        {found ? <Shown path={placeOf(path)} asOf={asOf} erasures={erasures} /> : <NoSuchPage />}
      </main>
    </Figures>
  );
};

const Door = () => {
  const t = useT();
  const { viewer, readAgain, server } = useKnown();
  if (server.roleHere) return <Shell />;
  if (!server.administration) {
    return (
      <FullPageNotice title={t('admin.outside')} text={t('refusal.ACCESS_ADDRESS_OUTSIDE')}>
        <Button component="a" href="/me">
          {t('admin.toPortal')}
        </Button>
      </FullPageNotice>
    );
  }
  if (viewer) {
    return (
      <FullPageNotice title={t('admin.notAdmin')} text={t('admin.notAdmin.text')}>
        <Button component="a" href="/me">
          {t('admin.toPortal')}
        </Button>
        <HeaderTools links={[]} />
      </FullPageNotice>
    );
  }
  return (
    <FullPageNotice title={t('admin.signIn')} {...(!server.setUp && { text: t('admin.notSetUp') })}>
      <div className={classes.door}>
        <SignInForm done={readAgain} />
      </div>
    </FullPageNotice>
  );
};

export const AdminFrame = () => {
  const reading = useViewing();
  return (
    <Read reading={reading}>
      {() => (
        <Viewing reading={reading}>
          <Door />
        </Viewing>
      )}
    </Read>
  );
};

export const NoSuchPage = () => {
  const t = useT();
  return <Empty title={t('nowhere.title')} text={t('nowhere.text')} />;
};
