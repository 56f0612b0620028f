import type { Values } from '@advect/node';
import { type Making, usualMaking } from '../model/defaults.js';
import type { Subject } from '../model/run-settings.js';
import { looksAt } from './foreign-options.js';
import { makingFor, type ModelDefaults } from './making.js';
import { drawOptions, makeOptions, soundOptions } from './tune-options.js';

/** Options that most commands share, whose values `info --effective` tells. */
export const effectiveOptions = { seed: drawOptions.seed, ...makeOptions, instrument: soundOptions.instrument };

/** One setting, and who decided it. */
export interface Effective {
  readonly setting: string;
  readonly value: string | number;
  readonly source: string;
}

/**
 * What the shared settings of a kind of model are after all: those of the command line before those of the environment, of advect.config.json, of
 * the model, and the app's own for its kind. Throws as `makingFor` does.
 */
export function effectiveSettings(
  o: Values<typeof effectiveOptions>,
  sources: Readonly<Record<string, string>>,
  model: ModelDefaults & { readonly kind: Subject },
): Effective[] {
  const making = Object.entries(makingFor<Partial<Making>>(o, usualMaking[model.kind], model)) as [keyof Making, number][];
  const usual = (name: keyof Making): string => (model.manifest.defaults[name] === undefined ? 'built in' : `the model ${model.name}`);
  return [
    { setting: 'model', value: model.name, source: sources.model ?? 'built in' },
    { setting: 'seed', value: o.seed ?? 'drawn', source: sources.seed ?? 'built in' },
    ...making.map(([setting, value]) => ({ setting, value, source: sources[setting] ?? usual(setting) })),
    ...(looksAt(model.kind, 'instrument')
      ? [{ setting: 'instrument', value: o.instrument, source: sources.instrument ?? 'built in' }]
      : []),
  ];
}
