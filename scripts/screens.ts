// Photographs every screen of a running server: node scripts/screens.ts URL LOGIN PASSWORD [FOLDER]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/support/chromium.ts';
import { tour } from './tour.ts';

const [url, login, password, folder = fileURLToPath(new URL('../docs/screens', import.meta.url))] =
  process.argv.slice(2);
if (!url || !login || !password) {
  process.stderr.write('Usage: node scripts/screens.ts URL LOGIN PASSWORD [FOLDER]\n');
  process.exit(1);
}

await mkdir(folder, { recursive: true });
const chromium = await launchChromium();
try {
  await tour({ browser: chromium.browser, url, login, password }, async (page, name, scheme) => {
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), animations: 'disabled' });
    process.stdout.write(`${name}-${scheme}\n`);
  });
} finally {
  await chromium.close();
}
