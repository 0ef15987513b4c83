// Photographs every screen of a running server: node scripts/screens.ts URL LOGIN PASSWORD [FOLDER]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';
import { tour } from './tour.ts';

const [url, login, password, folder = fileURLToPath(new URL('../docs/screens', import.meta.url))] =
  process.argv.slice(2);
if (!url || !login || !password) {
  process.stderr.write('Usage: node scripts/screens.ts URL LOGIN PASSWORD [FOLDER]\n');
  process.exit(1);
}

/** As WebP, a quarter of what a PNG takes. */
const photograph = async (page: Page): Promise<Buffer> => {
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await client.detach();
  return Buffer.from(data, 'base64');
};

await mkdir(folder, { recursive: true });
const chromium = await launchChromium();
try {
  await tour({ browser: chromium.browser, url, login, password }, async (page, name, scheme) => {
    await writeFile(join(folder, `${name}-${scheme}.webp`), await photograph(page));
    process.stdout.write(`${name}-${scheme}\n`);
  });
} finally {
  await chromium.close();
}
