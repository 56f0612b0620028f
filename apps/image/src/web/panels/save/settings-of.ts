import type { JsonObject } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import type { PictureSettings, PictureTask } from '../../../format/picture-settings.js';
import type { Label } from '../../../model/label.js';
import { methods, type SolverChoice } from '../../../model/solver.js';
import { version } from '../../../version.js';
import { mostItems, type Settings } from '../../state/settings.js';
import type { ModelFacts } from '../../studio-verbs.js';
import { readLabel, writeLabel } from './label-text.js';

type Told = Pick<Settings, 'seed' | 'items'> & {
  readonly guidance: number;
  readonly temperature: number;
  readonly labels: readonly Label[];
  readonly solver: SolverChoice;
  /** Who computed. */
  readonly executor?: string;
};

/** What a file says of its making: the items of a series, by a model. */
export function settingsOf(task: PictureTask, { name, hash, form }: ModelFacts, told: Told, options: JsonObject = {}): PictureSettings {
  const { seed, items, labels, guidance, temperature, solver, executor } = told;
  const first = items.every((item, i) => item === i);
  const further = { ...(!first && items.length > 1 && { items: [...items] }), ...options };
  return {
    v: 1,
    app: 'advect-image',
    version,
    task,
    model: { name, sha256: hash },
    seed,
    ...(items.length === 1 ? { index: items[0] } : { count: items.length }),
    ...(form.classes.length > 0 && { label: shortest(labels.map((label) => writeLabel(label, form.classes))) }),
    solver: solver.method,
    ...(solver.steps === undefined ? { tol: solver.tolerance } : { steps: solver.steps }),
    guidance,
    temperature,
    ...(executor !== undefined && { executor }),
    ...(Object.keys(further).length > 0 && { options: further }),
  };
}

/** The page's settings that make the items of a file again. Throws `invalid-file` where the open model is not that of the file. */
export function settingsFrom(file: PictureSettings, { name, hash, form }: ModelFacts): Partial<Settings> {
  const { model, seed, index, count, label, solver, steps, tol, guidance = 1, temperature = 1, options } = file;
  if (model.sha256 !== hash) {
    throw new AdvectError(
      'invalid-file',
      `this file was made by ${model.name === name ? `other weights of '${name}'` : `the model '${model.name}'`}`,
      'Open the model that made it, then drop the file again.',
    );
  }
  const labels = (label ?? []).map((text) => readLabel(text, form.classes));
  const method = methods.find((known) => known === solver);
  const listed = options?.['items'];
  const first = index ?? 0;
  const items = Array.isArray(listed) ? listed : Array.from({ length: Math.min(mostItems, count ?? 16) }, (_, i) => first + i);
  if (items.length === 0 || items.length > mostItems || !items.every((item) => Number.isInteger(item) && item >= 0 && item <= 1e9)) {
    throw new AdvectError(
      'invalid-file',
      'this file tells of items that no wall can hang',
      `A wall has up to ${mostItems} whole numbers below 10⁹.`,
    );
  }
  return {
    ...(seed !== undefined && { seed }),
    items: items as number[],
    labels: labels.filter((one): one is Label => one !== undefined),
    guidance,
    temperature,
    solver: method && {
      method,
      tolerance: Math.min(1, Math.max(1e-6, tol ?? 1e-3)),
      ...(steps !== undefined && { steps: Math.min(10_000, Math.max(1, steps)) }),
    },
  };
}

/** The shortest run of labels that goes on in turn as the given ones do. */
function shortest(labels: readonly string[]): readonly string[] {
  const length = labels.findIndex((_, n) => n > 0 && labels.every((label, i) => label === labels[i % n]));
  return length > 0 ? labels.slice(0, length) : labels;
}
