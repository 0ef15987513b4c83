// Which processes a supervisor runs, and what each is told beside what all are told.
import { freePorts } from './ports.ts';

type Env = Record<string, string | undefined>;

export type NodePlan = { name: string; roles: string; env: Env };

/** Media apart from everything else: a crash or a busy loop there must not touch the API, and the other way round. */
export const oneOfEach: readonly NodePlan[] = [
  { name: 'media', roles: 'media', env: {} },
  { name: 'server', roles: 'api,projections,jobs', env: {} },
];

const loopback = '127.0.0.1';
/** Of one media worker: its UDP and TCP port, and room to start a new one before the old one's are free. */
const rtcPortsPerNode = 3;

/** Two processes of each role, on ports of this machine. The API's share the port of all. */
export const twoOfEach = async (env: Env): Promise<readonly NodePlan[]> => {
  const rtcListen = env['HANSARD_RTC_LISTEN'] ?? loopback;
  const signalling = await freePorts(loopback, Number(env['HANSARD_SIGNALLING_PORT'] ?? 8081), 2);
  const rtc = await freePorts(rtcListen, Number(env['HANSARD_RTC_PORT'] ?? 40_000), 2 * rtcPortsPerNode);
  return ['media', 'projections', 'jobs', 'api'].flatMap((roles) =>
    [0, 1].map((index) => {
      const name = `${roles}-${index + 1}`;
      const common = { HANSARD_NODE: name };
      if (roles === 'api') return { name, roles, env: { ...common, HANSARD_SHARE_PORT: 'yes' } };
      // One port cannot be that of four processes, which their supervisor watches anyway.
      if (roles !== 'media') return { name, roles, env: { ...common, HANSARD_HEALTH_PORT: undefined } };
      const ports = {
        HANSARD_SIGNALLING_PORT: String(signalling + index),
        HANSARD_SIGNALLING_ANY_PORT: 'yes', // Another server that starts as well may have found the same ones.
        HANSARD_RTC_PORT: String(rtc + index * rtcPortsPerNode),
        HANSARD_MEDIA_WORKERS: '1',
      };
      return { name, roles, env: { ...common, ...ports } };
    }),
  );
};
