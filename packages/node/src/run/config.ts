import { dirname, join, relative, resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { integer, optional, readOptions, value } from '@advect/base/options';
import { writeFileAtomic } from '../atomic-file.js';
import { readLimited } from '../model-folder.js';

const formatVersion = 1;

/** What the run loop does beside training, as its command line asked for. */
export interface RunPlan {
  /** Updates between checkpoints. */
  readonly checkpointEvery: number;
  /** Checkpoints kept: the last so many, and the best. */
  readonly keep: number;
  /** Measurements without a better one after which training ends; undefined never ends it early. */
  readonly patience?: number;
  /** Updates between measurements on held-out data, and between samples; undefined makes none. */
  readonly validateEvery?: number;
  readonly sampleEvery?: number;
}

/** Everything that a run is made from: config.json in its folder, written once. */
export interface RunConfig {
  /** The program that made it, with its version. */
  readonly program: string;
  /** The command line that makes the same run. */
  readonly command: string;
  /** When it began, ISO 8601. */
  readonly created: string;
  readonly seed: number;
  /** Updates in all. */
  readonly steps: number;
  /** The model's folder, from the run's. */
  readonly model: string;
  /** What the validation counts, such as 'bits/dim'. */
  readonly unit?: string;
  /** The program's own settings. */
  readonly settings: object;
  readonly plan: RunPlan;
  readonly versions: Readonly<Record<string, string>>;
}

/** The folder of the run that makes a model: `digits.run` for `digits`. */
export const runFolderOf = (model: string): string => `${model.replace(/[/\\]+$/, '')}.run`;

/** Where a run's model is, or will be: from the present folder if it is below that. */
export function modelOf(folder: string, config: Pick<RunConfig, 'model'>): string {
  const path = resolve(folder, config.model);
  const below = relative('', path);
  return below.startsWith('..') ? path : below || '.';
}

/** A model's folder as config.json names it, so that both can be moved together. */
export const modelPath = (folder: string, model: string): string => join('..', relative(dirname(resolve(folder)), resolve(model)));

export const configFile = (folder: string): string => join(folder, 'config.json');

export function writeRunConfig(folder: string, config: RunConfig): Promise<void> {
  const text = JSON.stringify({ format: 'advect-run', formatVersion, ...config }, null, 2);
  return writeFileAtomic(configFile(folder), `${text}\n`, { force: true });
}

const isText = (v: unknown): boolean => typeof v === 'string';
const text = value<string>(isText, 'a text');
const isObject = (v: unknown): boolean => typeof v === 'object' && v !== null && !Array.isArray(v);
const positive = integer({ min: 1 });

/** Reads a run's config.json. Throws `not-found` where there is none, `invalid-file` where it is not one of a run. */
export async function readRunConfig(folder: string): Promise<RunConfig> {
  const bytes = await readLimited(configFile(folder), 2 ** 24).catch((cause: unknown) => {
    if (!(cause instanceof AdvectError) || cause.code !== 'not-found') throw cause;
    throw new AdvectError('not-found', `'${folder}' is no run: it holds no config.json`, 'Give the folder NAME.run of a training.', cause);
  });
  try {
    const { format, formatVersion: version, ...config } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (format !== 'advect-run') throw new Error(`its format is ${JSON.stringify(format)}, not "advect-run"`);
    if (version !== formatVersion)
      throw new Error(`its format has version ${JSON.stringify(version)}, and this program reads ${formatVersion}`);
    return readOptions<RunConfig>('config.json', config, {
      program: text,
      command: text,
      created: text,
      seed: integer({ min: 0 }),
      steps: positive,
      model: text,
      unit: optional(text),
      settings: value<object>(isObject, 'an object'),
      plan: (given, name) =>
        readOptions<RunPlan>(name, given as object, {
          checkpointEvery: positive,
          keep: positive,
          patience: optional(positive),
          validateEvery: optional(positive),
          sampleEvery: optional(positive),
        }),
      versions: value<RunConfig['versions']>((v) => isObject(v) && Object.values(v as object).every(isText), 'names with versions'),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `'${configFile(folder)}' cannot be read: ${reason}`, 'Start the training again.', cause);
  }
}
