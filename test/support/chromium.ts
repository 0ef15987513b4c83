// Real Chromium for tests: launched with a fake camera and microphone, and watched for errors in the page.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { freePort } from './cuttableProxy.ts';

const everywhere = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Names that are not loopback to a browser, so that pages there are insecure like those of another machine.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];
const withMedia = [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Media would otherwise leave 127.0.0.1 for an address of the network, which a test machine need not have.
  '--allow-loopback-in-peer-connection',
  '--auto-select-desktop-capture-source=Entire screen',
];

export type OpenedPage = {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors and console errors of the page so far. */
  errors: string[];
};

export type Chromium = {
  browser: Browser;
  /** Opens a page in a context of its own (cookies, permissions), at most wanted devices already granted. */
  open: (url: string, options?: Parameters<Browser['newContext']>[0]) => Promise<OpenedPage>;
  close: () => Promise<void>;
};

export type ChromiumOptions = {
  /** What to run instead of the browser that CHROMIUM names (default /usr/bin/chromium). */
  executable?: string;
  /** An origin that gets cameras although it is neither HTTPS nor this machine. */
  secureOrigin?: string;
  /** Where others than us may steer it, too. */
  debuggingPort?: number;
};

/** Launches a browser. */
export const launchChromium = async (options: ChromiumOptions = {}): Promise<Chromium> => {
  const { executable, secureOrigin, debuggingPort } = options;
  const browser = await chromium.launch({
    executablePath: executable ?? process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      ...everywhere,
      ...withMedia,
      ...(secureOrigin ? [`--unsafely-treat-insecure-origin-as-secure=${secureOrigin}`] : []),
      ...(debuggingPort ? [`--remote-debugging-port=${debuggingPort}`] : []),
    ],
  });
  // Headless Chromium names itself differently where a page is insecure, and is then taken for an unknown browser.
  const [major] = browser.version().split('.');
  const engine = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
  const userAgent = `${engine} Chrome/${major}.0.0.0 Safari/537.36`;
  return {
    browser,
    open: async (url, options) => {
      const context = await browser.newContext({
        permissions: ['camera', 'microphone'],
        timezoneId: 'UTC',
        userAgent,
        ...options,
      });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.goto(url);
      return { page, context, errors };
    },
    close: () => browser.close(),
  };
};

/**
 * A browser with a window whose tabs hide each other, as they do for people; all other pages that Playwright opens
 * believe that they are in front.
 */
export const launchWindow = async (): Promise<{ context: BrowserContext; close: () => Promise<void> }> => {
  const debuggingPort = await freePort();
  const own = await launchChromium({ debuggingPort });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debuggingPort}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('The browser has no window');
  return { context, close: () => browser.close().then(own.close) };
};
