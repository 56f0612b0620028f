import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { dataFile, type DataSettings, localFolder, localPath } from './data-file.js';
import type { DataSet, Form, Parts, Samples } from './data-set.js';
import { dataSets } from './sets/index.js';

export type OpenSettings = Omit<DataSettings, 'set'>;

/** A set and its samples. */
export interface OpenSet<P = Samples> {
  readonly set: DataSet<P>;
  readonly parts: Parts<P>;
}

/**
 * Opens a public data set by its name: from the local folder, the cache or its address, as {@link dataFile} says, whose
 * errors it throws; `unknown-option` with the nearest name where there is no such set.
 */
export async function openSet(name: string, settings: OpenSettings): Promise<OpenSet> {
  const set = findSet(name);
  const form = await chooseForm(set, settings);
  const bytes: Uint8Array[] = [];
  for (const file of form.files) bytes.push(await dataFile(file, { ...settings, set: set.folder }));
  return { set, parts: await form.read(...bytes) };
}

/** The set of this name; throws `unknown-option` with the nearest one. */
export function findSet(name: string): DataSet {
  const found = dataSets.find((set) => set.name === name);
  if (found) return found;
  const names = dataSets.map((set) => set.name);
  throw new AdvectError('unknown-option', `there is no data set '${name}'`, `${didYouMean(name, names)}There are: ${names.join(', ')}.`);
}

/** The first form that the local folder has in full; else, and without a folder, the first. */
async function chooseForm<P>(set: DataSet<P>, settings: OpenSettings): Promise<Form<P>> {
  const directory = localFolder(settings);
  if (directory === undefined) return set.forms[0];
  for (const form of set.forms) {
    const paths = await Promise.all(form.files.map((file) => localPath(file, set.folder, directory).catch(() => undefined)));
    if (paths.every((path) => path !== undefined)) return form;
  }
  return set.forms[0];
}
