// What this program is and where its built pages lie.
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

export const { version } = manifest;
export const webRoot = fileURLToPath(new URL('../../web/dist/', import.meta.url));
