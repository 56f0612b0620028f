import { AdvectError } from '@advect/base/errors';
import { callback, didYouMean, integer, optional, readOptions, seed } from '@advect/base/options';
import { dataFile, dataPath, type DataSettings, localFolder, localPath } from './data-file.js';
import type { Choice, DataSet, Form, MusicSet, Parts, Piece, SampleSet, Samples } from './data-set.js';
import { dataSets } from './sets/index.js';

export type OpenSettings = Omit<DataSettings, 'set'> & Partial<Choice>;

/** A set and what it holds. */
export interface OpenSet<S, P> {
  readonly set: S;
  readonly parts: Parts<P>;
}

/**
 * Opens a public set of pictures or a table by its name: from the local folder, the cache or its address, as
 * {@link dataFile} says, whose errors it throws; `unknown-option` with the nearest name where there is no such set.
 */
export async function openSet(name: string, settings: OpenSettings): Promise<OpenSet<SampleSet, Samples>> {
  const set = findSet(name);
  if (set.kind === 'music')
    throw new AdvectError('invalid-option', `the data set '${name}' is music`, 'Give a set of pictures or a table.');
  return { set, parts: await openForm(await chooseForm(set, set.forms, settings), set, settings) };
}

/** The same for a set of music. */
export async function openMusic(name: string, settings: OpenSettings): Promise<OpenSet<MusicSet, readonly Piece[]>> {
  const set = findSet(name);
  if (set.kind !== 'music') throw new AdvectError('invalid-option', `the data set '${name}' is no music`, 'Give a set of music.');
  return { set, parts: await openForm(await chooseForm(set, set.forms, settings), set, settings) };
}

/** The set of this name; throws `unknown-option` with the nearest one. */
export function findSet(name: string): DataSet {
  const found = dataSets.find((set) => set.name === name);
  if (found) return found;
  const names = dataSets.map((set) => set.name);
  throw new AdvectError('unknown-option', `there is no data set '${name}'`, `${didYouMean(name, names)}There are: ${names.join(', ')}.`);
}

/** The first form that the local folder has in full; else the first that has addresses. */
export async function chooseForm<P>(set: DataSet, forms: readonly Form<P>[], settings: OpenSettings): Promise<Form<P>> {
  const directory = localFolder(settings);
  if (directory === undefined) return forms.find(({ files }) => files.every(({ url }) => url !== undefined)) ?? forms[0];
  for (const form of forms) {
    const paths = await Promise.all(form.files.map((file) => localPath(file, set.folder, directory).catch(() => undefined)));
    if (paths.every((path) => path !== undefined)) return form;
  }
  return forms[0];
}

function openForm<P>(form: Form<P>, { folder }: DataSet, { fold, count, seed: given, decode, ...settings }: OpenSettings) {
  const choice = readOptions<Choice>('openSet', { fold, count, seed: given, decode }, choiceReaders);
  const data = { ...settings, set: folder };
  return form.open({ bytes: (file) => dataFile(file, data), path: (file) => dataPath(file, data) }, choice);
}

const choiceReaders = {
  fold: integer({ default: 0, min: 0, max: 9 }),
  count: integer({ default: 50_000, min: 2, max: 1_000_000 }),
  seed: seed(),
  decode: optional(callback<NonNullable<Choice['decode']>>()),
};
