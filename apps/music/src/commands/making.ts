import type { JsonObject } from '@advect/core/io';
import { composeDefaults, type Making } from '../model/defaults.js';
import { makeOptions } from './tune-options.js';

/** Who decides how a tune is made where the command line, the environment and advect.config.json are silent. */
export interface ModelDefaults {
  readonly name: string;
  readonly manifest: { readonly defaults: JsonObject };
}

/**
 * How tunes are made: as the options say, else as the model was shipped to be used, else as the app does. Throws `invalid-option`
 * where the model asks for what is out of range.
 */
export const makingOf = (o: Partial<Making>, model: ModelDefaults): Making => makingFor(o, composeDefaults, model);

/** The same of what another kind of model is asked, each with what the app does. */
export function makingFor<U extends Partial<Making>>(
  o: Partial<Making>,
  usual: U,
  { name: model, manifest: { defaults } }: ModelDefaults,
): { readonly [N in keyof U]: number } {
  const decided = (Object.entries(usual) as [keyof Making, number][]).map(([name, fallback]) => {
    const own = o[name] === undefined ? defaults[name] : undefined;
    const read = own === undefined ? undefined : makeOptions[name].read([JSON.stringify(own)], `${name} of the model '${model}'`);
    return [name, o[name] ?? read ?? fallback];
  });
  return Object.fromEntries(decided) as { readonly [N in keyof U]: number };
}
