import type { JsonObject } from '@advect/core/io';
import { composeDefaults, type Making } from '../model/defaults.js';
import { makeOptions } from './tune-options.js';

const names = Object.keys(composeDefaults) as (keyof Making)[];

/** Who decides how a tune is made where the command line, the environment and advect.config.json are silent. */
export interface ModelDefaults {
  readonly name: string;
  readonly manifest: { readonly defaults: JsonObject };
}

/**
 * How tunes are made: as the options say, else as the model was shipped to be used, else as the app does. Throws `invalid-option`
 * where the model asks for what is out of range.
 */
export function makingOf(o: Partial<Making>, { name: model, manifest: { defaults } }: ModelDefaults): Making {
  const decide = (name: keyof Making): number => {
    const usual = defaults[name];
    if (usual === undefined) return o[name] ?? composeDefaults[name];
    return o[name] ?? makeOptions[name].read([JSON.stringify(usual)], `${name} of the model '${model}'`) ?? composeDefaults[name];
  };
  const [best, temperature, steps, polish] = names.map(decide);
  return { best, temperature, steps, polish };
}
