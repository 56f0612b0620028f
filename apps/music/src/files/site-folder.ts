import { fileURLToPath } from 'node:url';

/** Where the app's page lies once that it is built. */
export const siteFolder = fileURLToPath(new URL('../../site/', import.meta.url));
