import type { Values } from '@advect/node';
import type { Making } from '../model/defaults.js';
import { makingOf, type ModelDefaults } from './making.js';
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
 * What the shared settings are after all: those of the command line before those of the environment, of advect.config.json, of
 * the model, and the app's own. Throws as `makingOf` does.
 */
export function effectiveSettings(
  o: Values<typeof effectiveOptions>,
  sources: Readonly<Record<string, string>>,
  model: ModelDefaults,
): Effective[] {
  const making = Object.entries(makingOf(o, model)) as [keyof Making, number][];
  const usual = (name: keyof Making): string => (model.manifest.defaults[name] === undefined ? 'built in' : `the model ${model.name}`);
  return [
    { setting: 'model', value: model.name, source: sources.model ?? 'built in' },
    { setting: 'seed', value: o.seed ?? 'drawn', source: sources.seed ?? 'built in' },
    ...making.map(([setting, value]) => ({ setting, value, source: sources[setting] ?? usual(setting) })),
    { setting: 'instrument', value: o.instrument, source: sources.instrument ?? 'built in' },
  ];
}
