import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { fetchModel, type ModelFiles } from '@advect/core/io';
import { refuseUnwritable } from './atomic-file.js';
import { readModelFolder } from './model-folder.js';

export interface OpenModelSettings {
  /** Folder whose packages are meant by npm:NAME. Default: the current one. */
  readonly from?: string;
  /** Folder of models that a program brings along, each meant by the bare name of its folder. */
  readonly shipped?: string;
  readonly signal?: AbortSignal;
}

/**
 * A model's files from wherever they are said to be: a folder, or its model.json, by its path,
 * file: URL or address (http: or https:), or an installed package, `npm:NAME` or `npm:NAME/FOLDER`, none of whose code is run. Sizes
 * are held to before anything is read.
 *
 * With `settings.shipped` also a model that comes with the program, by its name.
 *
 * Throws `not-found` where there is nothing, with the names of shipped models; `invalid-file` for files that are too large or none of a model.
 */
export async function openModelFiles(where: string | URL, settings: OpenModelSettings = {}): Promise<ModelFiles> {
  const place = String(where);
  if (/^https?:/i.test(place)) return fetchModel(place, { signal: settings.signal });
  if (/^file:/i.test(place)) return readModelFolder(folderOf(fileURLToPath(place)));
  if (place.startsWith('npm:')) return readModelFolder(packageFolder(place.slice(4), settings.from ?? process.cwd()));
  const path = folderOf(place);
  return readModelFolder(settings.shipped === undefined ? path : await shippedOr(path, settings.shipped));
}

/**
 * The folder of a model that can be written to: a shipped one's by its name, or its own path. Throws `invalid-option` for an address or
 * a package, and what `refuseUnwritable` does where nothing can be written, so that nobody measures for long before it is noticed.
 */
export async function writableModel(where: string, { shipped }: Required<Pick<OpenModelSettings, 'shipped'>>): Promise<string> {
  if (/^(https?|file|npm):/i.test(where)) {
    throw new AdvectError(
      'invalid-option',
      `--record cannot write into '${where}'`,
      'Give the folder of the model, or leave --record out.',
    );
  }
  const path = folderOf(where);
  const folder = /^[\w-]+$/.test(path) && (await isFolder(join(shipped, path))) ? join(shipped, path) : path;
  await refuseUnwritable(folder, 'Give a copy of the model in a folder of your own, or leave --record out.');
  return folder;
}

/** The folder of a shipped model by its name, or any other by its path. */
async function shippedOr(path: string, shipped: string): Promise<string> {
  if (/^[\w-]+$/.test(path) && (await isFolder(join(shipped, path)))) return join(shipped, path);
  if (await isFolder(path)) return path;
  const names = await readdir(shipped).catch((): string[] => []);
  throw new AdvectError(
    'not-found',
    `there is no model '${path}'`,
    `${didYouMean(path, names)}Shipped with the program: ${names.join(', ') || 'none'}. Any other is given by its folder, its address (https://…) or its package (npm:NAME).`,
  );
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Who names the model.json means its folder. */
const folderOf = (path: string): string => (basename(path) === 'model.json' ? dirname(path) : path);

const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Where an installed package keeps its model.json. */
function packageFolder(name: string, from: string): string {
  if (!packageName.test(name)) {
    throw new AdvectError('invalid-value', `'npm:${name}' does not name a package`, 'Give npm:NAME, npm:@SCOPE/NAME or npm:NAME/FOLDER.');
  }
  try {
    return dirname(createRequire(join(from, 'here.js')).resolve(`${name}/model.json`));
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
        ? 'does not export its model.json'
        : 'is not installed, or has no model.json';
    throw new AdvectError(
      'not-found',
      `the package '${name}' ${reason}`,
      `Install it where you are (${from}), or give the folder of a model.`,
      cause,
    );
  }
}
