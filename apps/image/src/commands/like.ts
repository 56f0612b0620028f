import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, optional, readOptions, seed, value } from '@advect/base/options';
import { readLimited } from '@advect/node';
import { readOrigin } from '../codec/origin.js';
import { largestFile } from '../data/folder.js';

const methods = ['euler', 'midpoint', 'heun', 'rk4', 'bosh3', 'dopri5', 'tsit5'] as const;

interface Recipe {
  readonly program: string;
  readonly model: { readonly name: string; readonly weights: string };
  readonly seed: number;
  readonly items: { readonly index?: number; readonly count?: number };
  readonly labels: readonly string[];
  readonly series: readonly string[];
  readonly temperature: number;
  readonly method: (typeof methods)[number];
  readonly steps: number | undefined;
  readonly tolerance: number | undefined;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;
const isWhole = (v: unknown): boolean => v === undefined || (Number.isSafeInteger(v) && (v as number) >= 0);
const texts = value<readonly string[]>((v) => Array.isArray(v) && v.length > 0 && v.every((t) => typeof t === 'string'), 'a list of texts');
const text = value<string>((v) => typeof v === 'string', 'a text');

/** The options of `sample` that make the picture in a file again, with the weights it asks for. Throws `invalid-file`. */
export async function optionsLike(path: string) {
  const origin = readOrigin(await readLimited(path, largestFile), path);
  let recipe: Recipe;
  try {
    recipe = readOptions<Recipe>('the origin', origin, {
      program: text,
      model: value<Recipe['model']>((v) => isObject(v) && typeof v.name === 'string' && typeof v.weights === 'string', 'a model'),
      seed: seed(),
      items: value<Recipe['items']>((v) => isObject(v) && isWhole(v.index) && isWhole(v.count), 'an index or a count'),
      labels: texts,
      series: texts,
      temperature: number({ min: 0, max: 2 }),
      method: oneOf(methods),
      steps: optional(integer({ min: 1, max: 10_000 })),
      tolerance: optional(number({ min: 1e-6, max: 1 })),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError(
      'invalid-file',
      `what '${path}' says of its making cannot be used: ${reason}`,
      'Give --seed and the rest yourself.',
      cause,
    );
  }
  const { model, items, series, temperature, method, steps, tolerance } = recipe;
  const count = Math.max(1, Math.round((items.count ?? 0) / series.length));
  const options = {
    seed: recipe.seed,
    label: series,
    index: items.index,
    count,
    temperature,
    method,
    steps,
    ...(tolerance && { tolerance }),
  };
  return { options, model };
}
