import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { averageField, type AverageFieldOptions } from './average.js';
import { conv, type ConvOptions } from './conv.js';
import { densityGuidedField } from './density-guided.js';
import { dit, type DitOptions } from './dit.js';
import { endpointField, type EndpointFieldOptions } from './endpoint.js';
import type { FieldConfig, VelocityField } from './field.js';
import { guidedField, type GuidedFieldOptions } from './guided.js';
import { mlp } from './mlp.js';
import { potential, type PotentialOptions } from './potential.js';
import { retimed, type RetimedOptions } from './retimed.js';
import { sequence, type SequenceOptions } from './sequence.js';
import { tangentField } from './tangent.js';
import { transformer, transformerNetwork, type TransformerNetworkOptions, type TransformerOptions } from './transformer.js';
import { unet } from './unet.js';
import type { UnetOptions } from './unet-options.js';
import { manifoldFromConfig } from '../manifold/index.js';
import type { Network } from '../nn/network.js';

/** Every kind of field that a model file may name; a new kind is one line. */
const fields: Kinds<VelocityField> = {
  average: (settings) => averageField(withHead(withField('an average', settings))),
  conv: (settings) => conv(settings as ConvOptions),
  'density-guided': (settings) => densityGuidedField(withField('a density-guided', settings)),
  dit: (settings) => dit(settings as DitOptions),
  endpoint: (settings) => endpointField(withNetwork(settings)),
  guided: (settings) => guidedField(withField('a guided', settings) as GuidedFieldOptions),
  mlp: (settings) => mlp(settings),
  potential: (settings) => potential(settings as PotentialOptions),
  retimed: (settings) => retimed(withField('a retimed', settings) as RetimedOptions),
  sequence: (settings) => sequence(withSteps(settings)),
  tangent: (settings) =>
    tangentField({ ...withField('a tangent', settings), manifold: manifoldFromConfig((settings as { manifold?: unknown }).manifold) }),
  transformer: (settings) => transformer(settings as TransformerOptions),
  unet: (settings) => unet(settings as UnetOptions),
};

/** The same for networks, the parts of which some fields are made. */
const networks: Kinds<Network> = {
  transformer: (settings) => transformerNetwork(settings as TransformerNetworkOptions),
};

/**
 * Rebuilds a field from its `config`. Settings are checked as strictly as options are.
 *
 * @throws AdvectError `invalid-value` for an unknown kind, `unknown-option` or `invalid-option` for the settings
 */
export const fieldFromConfig = (config: FieldConfig): VelocityField => build('field', fields, config);

/** Rebuilds a network from its `config`; throws as `fieldFromConfig` does. */
export const networkFromConfig = (config: FieldConfig): Network => build('network', networks, config);

/** The settings of a field made of a network, with the network rebuilt from its own config. */
function withNetwork(settings: object): EndpointFieldOptions {
  const { network } = settings as { network?: unknown };
  if (typeof network !== 'object' || network === null) {
    throw new AdvectError('invalid-value', 'an endpoint field has no network in its config', 'Give `network` as { kind, ... }.');
  }
  return { ...(settings as EndpointFieldOptions), network: networkFromConfig(network as FieldConfig) };
}

/** The settings of a field made of another field, with that one rebuilt from its own config. */
function withField(kind: string, settings: object): { readonly field: VelocityField } {
  const { field } = settings as { field?: unknown };
  if (typeof field !== 'object' || field === null) {
    throw new AdvectError('invalid-value', `${kind} field has no field in its config`, 'Give `field` as { kind, ... }.');
  }
  return { ...settings, field: fieldFromConfig(field as FieldConfig) };
}

/** The same with the head rebuilt, if there is one. */
function withHead(settings: AverageFieldOptions): AverageFieldOptions {
  const { divergence } = settings as { divergence?: FieldConfig };
  return divergence ? { ...settings, divergence: fieldFromConfig(divergence) } : settings;
}

/** The settings of a sequence, with its fields rebuilt from their own configs. */
function withSteps(settings: object): SequenceOptions {
  const { steps } = settings as { steps?: unknown };
  if (!Array.isArray(steps)) throw new AdvectError('invalid-value', 'a sequence has no steps in its config', 'Give `steps` as a list.');
  const rebuilt = steps.map((step: unknown) => (typeof step === 'object' && step !== null ? fieldFromConfig(step as FieldConfig) : step));
  return { ...(settings as SequenceOptions), steps: rebuilt as SequenceOptions['steps'] };
}

type Kinds<T> = { readonly [kind: string]: (settings: object) => T };

function build<T>(what: string, kinds: Kinds<T>, config: FieldConfig): T {
  const { kind: given, ...settings }: { readonly kind?: unknown } = config;
  const kind = String(given);
  if (Object.hasOwn(kinds, kind)) return kinds[kind](settings);
  const known = Object.keys(kinds);
  throw new AdvectError(
    'invalid-value',
    `there is no ${what} of the kind '${kind}'`,
    `${didYouMean(kind, known)}The kinds are: ${known.join(', ')}.`,
  );
}
