import { openModelFiles } from '@advect/node';
import { type OpenModel, openModelFrom } from '../model/open-model.js';
import { shippedModels } from './shipped.js';

/**
 * Opens a shipped model by its name, or any other from where `openModelFiles` finds it (a folder, an address, an installed
 * package). Throws as that does, and `invalid-file`.
 */
export const openModel = async (where: string, signal?: AbortSignal): Promise<OpenModel> =>
  openModelFrom(await openModelFiles(where, { shipped: shippedModels, signal }));
