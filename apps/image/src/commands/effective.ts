import type { CommandContext, Values } from '@advect/node';
import type { OpenModel } from '../model/open-model.js';
import { solverSettings } from '../model/solver.js';
import { drawOptions } from './series-options.js';
import { chooseSolver, orDefault, solverOptions } from './solver-options.js';

/** Options that most commands share, whose values `info --effective` tells. */
export const effectiveOptions = { ...solverOptions, ...drawOptions };

/** One setting, and who decided it. */
export interface Effective {
  readonly setting: string;
  readonly value: string | number;
  readonly source: string;
}

/**
 * What the shared settings are after all: those of the command line before those of the environment, of advect.config.json, of
 * the model, and the app's own. Throws as `chooseSolver` does.
 */
export function effectiveSettings(
  { options: o, given, sources }: Pick<CommandContext, 'given' | 'sources'> & { readonly options: Values<typeof effectiveOptions> },
  { name, manifest: { defaults } }: OpenModel,
): Effective[] {
  const solver = chooseSolver(o, defaults, given);
  const { steps } = solverSettings(solver);
  const source = (key: string, value: unknown, ...inModel: string[]): string =>
    sources[key] ?? (inModel.some((word) => defaults[word] === value) ? `the model ${name}` : 'built in');
  const guidance = orDefault(o.guidance, defaults, 'guidance', 1);
  const temperature = orDefault(o.temperature, defaults, 'temperature', 1);
  return [
    { setting: 'model', value: name, source: sources.model ?? 'built in' },
    { setting: 'solver', value: solver.method, source: source('solver', solver.method, 'method', 'solver') },
    steps === undefined
      ? { setting: 'tol', value: solver.tolerance, source: source('tol', solver.tolerance, 'tolerance', 'tol') }
      : { setting: 'steps', value: steps, source: source('steps', steps, 'steps') },
    { setting: 'guidance', value: guidance, source: source('guidance', guidance, 'guidance') },
    { setting: 'temperature', value: temperature, source: source('temperature', temperature, 'temperature') },
    { setting: 'seed', value: o.seed ?? 'drawn', source: source('seed', undefined) },
    { setting: 'executor', value: o.executor, source: source('executor', undefined) },
  ];
}
