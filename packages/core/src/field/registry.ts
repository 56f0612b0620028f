import { AdvectError } from '../errors.js';
import { didYouMean } from '../options.js';
import type { FieldConfig, VelocityField } from './field.js';
import { mlp } from './mlp.js';

/** Every kind of field that a model file may name; a new kind is one line. */
const kinds: { readonly [kind: string]: (settings: object) => VelocityField } = {
  mlp: (settings) => mlp(settings),
};

/**
 * Rebuilds a field from its `config`. Settings are checked as strictly as options are.
 *
 * @throws AdvectError `invalid-value` for an unknown kind, `unknown-option` or `invalid-option` for the settings
 */
export function fieldFromConfig(config: FieldConfig): VelocityField {
  const { kind, ...settings } = config;
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind)) return kinds[kind](settings);
  throw new AdvectError(
    'invalid-value',
    `there is no field of the kind '${String(kind)}'`,
    `${didYouMean(String(kind), Object.keys(kinds))}The kinds are: ${Object.keys(kinds).join(', ')}.`,
  );
}
