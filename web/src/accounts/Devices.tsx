import { Button } from '@mantine/core';
import { useCommand } from '../commands.ts';
import { type DeviceLineFragment, EndSignInDocument } from '../gql/graphql.ts';
import { useFormat } from '../i18n/format.ts';
import { useT } from '../i18n/locale.tsx';
import { Mark } from '../ui/Mark.tsx';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import classes from './Devices.module.css';

const browsers = [
  /(Edg)[\w]*\/(\d+)/,
  /(OPR)\/(\d+)/,
  /(Firefox)\/(\d+)/,
  /(Chrome|Chromium|HeadlessChrome)\/(\d+)/,
  /Version\/(\d+).*(Safari)/,
];
const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'CrOS', 'Linux'];
const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', HeadlessChrome: 'Chrome' };

/** `Firefox 140 · Linux`; the whole text when it is not a browser. */
export const shortUserAgent = (userAgent: string): string => {
  const match = browsers.map((pattern) => pattern.exec(userAgent)).find(Boolean);
  if (!match) return userAgent;
  const [first = '', second = ''] = match.slice(1);
  const [name, version] = /^\d/.test(first) ? [second, first] : [first, second];
  const system = systems.find((each) => userAgent.includes(each));
  return `${names[name] ?? name} ${version}${system ? ` · ${system.replace('Mac OS', 'macOS')}` : ''}`;
};

/** The devices an account is signed in on, each with its end. */
export const Devices = ({ devices }: { devices: readonly DeviceLineFragment[] }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { run, busy, refused } = useCommand(EndSignInDocument);
  if (devices.length === 0) return <p className={classes.none}>{t('devices.none')}</p>;
  return (
    <>
      <RefusalNotice refused={refused} />
      <ul className={classes.list}>
        {devices.map(({ signInId, ip, userAgent, signedInAt, current }) => (
          <li key={signInId} className={classes.device}>
            <div className={classes.what}>
              <span title={userAgent}>{shortUserAgent(userAgent) || t('devices.unknown')}</span>
              {current && <Mark tone="ok">{t('devices.this')}</Mark>}
              <span className={classes.where}>
                <code>{ip}</code> · {t('devices.since', { time: dateTime(signedInAt) })}
              </span>
            </div>
            {!current && (
              <Button variant="default" disabled={busy} onClick={() => void run({ signInId })}>
                {t('devices.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
};
