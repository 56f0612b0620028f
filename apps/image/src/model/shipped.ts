import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';

const folder = fileURLToPath(new URL('../../models/', import.meta.url));

/** The folder of a model: one that exists, or that of a shipped model by its name. Throws `not-found` with their names. */
export async function modelPath(nameOrFolder: string): Promise<string> {
  const isFolder = async (path: string): Promise<boolean> =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (/^[\w-]+$/.test(nameOrFolder) && (await isFolder(join(folder, nameOrFolder)))) return join(folder, nameOrFolder);
  if (await isFolder(nameOrFolder)) return nameOrFolder;
  const names = await readdir(folder).catch(() => []);
  throw new AdvectError(
    'not-found',
    `there is no model '${nameOrFolder}'`,
    `${didYouMean(nameOrFolder, names)}Shipped with the app: ${names.join(', ') || 'none'}. Any other is given by its folder.`,
  );
}
