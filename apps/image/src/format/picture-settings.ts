import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, optional, readOptions, value } from '@advect/base/options';
import type { JsonObject } from '@advect/core/io';

/** What made a picture; `image TASK --like FILE` makes it again. */
export const pictureTasks = ['sample', 'animate', 'grid', 'interpolate', 'decode', 'inpaint', 'edit', 'morph'] as const;
export type PictureTask = (typeof pictureTasks)[number];

/** How a picture was made: what its file says of itself. Holds no path, no name of a person and no date. */
export interface PictureSettings {
  /** Version of this record. */
  readonly v: 1;
  readonly app: 'advect-image';
  /** Version of the app. */
  readonly version: string;
  readonly task: PictureTask;
  readonly model: { readonly name: string; /** Of the weights, in hexadecimal. */ readonly sha256: string };
  readonly seed?: number;
  /** The item of the series, where the file shows one. */
  readonly index?: number;
  /** Items of the series, where it shows the first so many. */
  readonly count?: number;
  /** Classes that the items of the series go through in turn: item i has label[i mod length]; 'none' is no class. */
  readonly label?: readonly string[];
  readonly solver?: string;
  /** Equal solver steps, never evaluations; else the steps were adaptive, to this tolerance. */
  readonly steps?: number;
  readonly tol?: number;
  /** Evaluations of the field. */
  readonly nfe?: number;
  /** Scale of classifier-free guidance; 1, or none said, is the bare model. */
  readonly guidance?: number;
  readonly temperature?: number;
  /** What computed the field, such as 'wasm simd, 2 threads'. */
  readonly executor?: string;
  /** Bits/dim of the one picture, where it was measured, and its standard error. */
  readonly bitsPerDim?: number;
  readonly standardError?: number;
  /** sha256 of the file that it was made from. */
  readonly parent?: string;
  /** What else the task was told. */
  readonly options?: JsonObject;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isModel = (v: unknown): boolean => isObject(v) && typeof v.name === 'string' && typeof v.sha256 === 'string';
const text = value<string>((v) => typeof v === 'string', 'a text');
const texts = value<readonly string[]>((v) => Array.isArray(v) && v.length > 0 && v.every((t) => typeof t === 'string'), 'a list of texts');
const whole = optional(integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

/**
 * Settings from the JSON text that a file carries, checked one by one. Throws `invalid-file` where it is damaged, of another
 * app, or of a later version; fields without a value are left out.
 */
export function parseSettings(json: string, name: string): PictureSettings {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw unusable(name, 'it is no JSON', cause);
  }
  if (!isObject(parsed)) throw unusable(name, 'it is no record');
  if (parsed.app !== 'advect-image') throw unusable(name, `it is of another program`);
  if (parsed.v !== 1) throw unusable(name, `its version is ${JSON.stringify(parsed.v)?.slice(0, 20)}, and this app knows 1`);
  try {
    const read = readOptions<PictureSettings>('settings', parsed, {
      v: oneOf1,
      app: oneOf(['advect-image'] as const),
      version: text,
      task: oneOf(pictureTasks),
      model: value<PictureSettings['model']>(isModel, "a model's name and sha256"),
      seed: whole,
      index: whole,
      count: whole,
      label: optional(texts),
      solver: optional(text),
      steps: whole,
      tol: optional(number()),
      nfe: whole,
      guidance: optional(number()),
      temperature: optional(number()),
      executor: optional(text),
      bitsPerDim: optional(number()),
      standardError: optional(number()),
      parent: optional(text),
      options: optional(value<JsonObject>(isObject, 'a record')),
    });
    return Object.fromEntries(Object.entries(read).filter(([, field]) => field !== undefined)) as unknown as PictureSettings;
  } catch (cause) {
    throw unusable(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const oneOf1 = value<1>((v) => v === 1, '1');

/** The settings as JSON in ASCII letters, which every kind of file can hold. */
export const settingsJson = (settings: PictureSettings): string =>
  JSON.stringify(settings).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The settings in the line that picture generators write and viewers of their pictures show. */
export function parametersLine(settings: PictureSettings): string {
  const { task, model, seed, index, label, solver, steps, tol, guidance, temperature } = settings;
  const figures: readonly (readonly [string, string | number | undefined])[] = [
    ['Steps', steps ?? 'adaptive'],
    ['Sampler', solver],
    ['Tolerance', tol],
    ['CFG scale', guidance],
    ['Seed', seed],
    ['Index', index],
    ['Temperature', temperature],
    ['Model hash', model.sha256.slice(0, 10)],
    ['Model', model.name],
    ['Version', `advect-image ${settings.version}`],
  ];
  const known = figures.filter(([, figure]) => figure !== undefined).map(([name, figure]) => `${name}: ${figure}`);
  return `${[task, ...(label ?? [])].join(' ')}\n${known.join(', ')}`;
}

const unusable = (name: string, reason: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `what '${name}' says of its making cannot be used: ${reason}`,
    'Get the file again as it was written, or give --seed and the rest yourself.',
    cause,
  );
