import { AdvectError } from '@advect/base/errors';
import { type Options, readLimited, text } from '@advect/node';
import { largestFile } from '../data/folder.js';
import { openModel } from '../files/open.js';
import type { PictureSettings, PictureTask } from '../format/picture-settings.js';
import { readSettings } from '../format/settings-in-file.js';
import type { OpenModel } from '../model/open-model.js';

/** `--like`: a file to make again. */
export const likeOption = text({
  description: 'make this file again: model, seed and all settings are taken from it, but for those given here',
  placeholder: 'FILE',
});

/** What a file says of its making, and the options that make it again. */
export interface Like {
  readonly settings: PictureSettings;
  readonly values: { readonly [option: string]: unknown };
}

/**
 * The options of a command that make a file again. Those that stand on the command line are left alone; all others that such
 * a file records are as it says, or at their defaults. Throws `invalid-option` for a file of another command, `not-found` for one
 * without settings, and `invalid-file` where they cannot be used.
 *
 * @param told names of what such a file records beside its options
 */
export async function readLike(
  path: string,
  task: PictureTask,
  options: Options,
  given: readonly string[],
  told: readonly string[] = [],
): Promise<Like> {
  const settings = await readSettings(await readLimited(path, largestFile), path);
  if (settings.task !== task) {
    throw new AdvectError('invalid-option', `'${path}' was made by image ${settings.task}`, `Run image ${settings.task} --like '${path}'.`);
  }
  const made: Readonly<Record<string, unknown>> = { ...settings.options, ...settings };
  for (const name of Object.keys(settings.options ?? {})) {
    if (!Object.hasOwn(options, name) && !told.includes(name)) throw unusable(path, `it has no option '${name}'`);
  }
  const recorded = Object.keys(options).filter((key) => !given.includes(key) && !elsewhere.has(key));
  const values = recorded.map((key) => {
    try {
      return [key, options[key].read(textsOf(made[key]), key)] as const;
    } catch (cause) {
      throw unusable(path, cause instanceof Error ? cause.message : String(cause), cause);
    }
  });
  return { settings, values: Object.fromEntries(values) };
}

/** Options that are not of the pictures but of the run. */
const elsewhere: ReadonlySet<string> = new Set(['model', 'like', 'out', 'format', 'force', 'noMetadata', 'dryRun', 'show', 'executor']);

/** A recorded value as it would stand on the command line. */
const textsOf = (value: unknown): readonly string[] => {
  if (value === undefined || value === false) return [];
  if (value === true) return [''];
  const text = (part: unknown): string => (typeof part === 'string' ? part : JSON.stringify(part));
  return Array.isArray(value) ? value.map(text) : [text(value)];
};

/**
 * The model that made a file: the shipped one of its name, or that which is given. Throws `not-found` where none has the
 * name, and `invalid-option` where its weights are others.
 */
export async function modelLike({ settings: { model } }: Like, given: string | undefined, signal?: AbortSignal): Promise<OpenModel> {
  const hint = 'Give the model that made it with --model.';
  const made = `that file was made by the model '${model.name}' (weights ${model.sha256.slice(0, 12)}…)`;
  const opened = await openModel(given ?? model.name, signal).catch((thrown: unknown) => {
    if (given !== undefined || !(thrown instanceof AdvectError) || thrown.code !== 'not-found') throw thrown;
    throw new AdvectError('not-found', `${made}, which does not come with the app`, hint, thrown);
  });
  if (model.sha256 === opened.hash) return opened;
  throw new AdvectError('invalid-option', `${made}, and the weights of '${opened.name}' are others (${opened.hash.slice(0, 12)}…)`, hint);
}

const unusable = (path: string, reason: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `what '${path}' says of its making cannot be used: ${reason}`,
    'Give --seed and the rest yourself.',
    cause,
  );
