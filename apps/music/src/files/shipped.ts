import { fileURLToPath } from 'node:url';

/** The folder of the models that come with the app. */
export const shippedModels = fileURLToPath(new URL('../../models/', import.meta.url));
