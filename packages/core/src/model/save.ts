import { assertFinite, type NdArray } from '@advect/base/array';
import { oneOf, readOptions } from '@advect/base/options';
import type { Flow } from '../flow/flow.js';
import { formatManifest, type Manifest, parseManifest, type PartConfig, type WeightsType, weightsTypes } from '../io/manifest.js';
import { writeSafetensors } from '../io/safetensors.js';
import { sha256 } from '../io/sha256.js';
import { modelCard } from './model-card.js';
import { type ModelRecord, readRecord } from './record.js';

export interface SaveModelOptions {
  /**
   * How the file keeps the weights, default 'float32', which keeps every bit. 'float16' halves the file: each weight is
   * rounded to the nearest half-precision number, ties to even, a relative error of at most 2^-11 from 6.1e-5 on, an
   * absolute one of at most 3e-8 below. Weights of 65520 or more are refused.
   */
  readonly dtype?: WeightsType;
}

/**
 * The files of a model: `model.json` (what it is), `weights.safetensors` and `MODEL_CARD.md` (for people). The same flow
 * and record give the same bytes.
 *
 * Throws `unknown-option` or `invalid-option` for the record, `invalid-file` for what JSON cannot hold in it, and
 * `invalid-value` for weights that are not finite, or too large for float16.
 */
export async function saveModel(flow: Flow, record: ModelRecord, options?: SaveModelOptions): Promise<Map<string, Uint8Array>> {
  const { dtype } = readOptions<Required<SaveModelOptions>>('saveModel', options, { dtype: oneOf(weightsTypes, 'float32') });
  const settings = readRecord(record);
  const names = Object.keys(flow.parameters).sort();
  for (const name of names) assertFinite(flow.parameters[name], `saveModel: ${name}`);
  const tensors = new Map(names.map((name): [string, NdArray] => [name, flow.parameters[name]]));
  const weights = writeSafetensors(tensors, new Map(), { half: dtype === 'float16' });
  const manifest: Manifest = {
    ...settings,
    field: flow.field.config as PartConfig,
    base: flow.base.config as PartConfig,
    transforms: flow.transforms.map(({ config }) => config as PartConfig),
    parameters: Object.fromEntries(names.map((name) => [name, flow.parameters[name].shape])),
    weights: { sha256: await sha256(weights), bytes: weights.length, dtype },
  };
  const json = formatManifest(manifest);
  const text = new TextEncoder();
  return new Map([
    ['model.json', text.encode(json)],
    ['weights.safetensors', weights],
    // From what the file says: a member that is undefined is in neither.
    ['MODEL_CARD.md', text.encode(modelCard(parseManifest(json)))],
  ]);
}
