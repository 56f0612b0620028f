import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';

const folder = fileURLToPath(new URL('../../models/', import.meta.url));

/** The folder of a model: a shipped one by its name, or any by its path. Throws `not-found` with the names there are. */
export async function modelPath(nameOrFolder: string): Promise<string> {
  const isFolder = (path: string): Promise<boolean> =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (/^[\w-]+$/.test(nameOrFolder) && (await isFolder(join(folder, nameOrFolder)))) return join(folder, nameOrFolder);
  if (await isFolder(nameOrFolder)) return nameOrFolder;
  const names = await readdir(folder).catch((): string[] => []);
  throw new AdvectError(
    'not-found',
    `there is no model '${nameOrFolder}'`,
    `${didYouMean(nameOrFolder, names)}Shipped with the app: ${names.join(', ') || 'none'}. Any other is given by its folder.`,
  );
}
