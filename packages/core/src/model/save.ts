import { assertFinite, type NdArray } from '@advect/base/array';
import type { Flow } from '../flow/flow.js';
import { formatManifest, type Manifest, parseManifest, type PartConfig, sha256, writeSafetensors } from '../io/index.js';
import { modelCard } from './model-card.js';
import { type ModelRecord, readRecord } from './record.js';

/** A model's files by name, for a folder, an archive or a browser's storage. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/**
 * The files of a model: `model.json` (what it is), `weights.safetensors` (float32) and `MODEL_CARD.md` (for people). The
 * same flow and record give the same bytes.
 *
 * Throws `unknown-option` or `invalid-option` for the record, `invalid-file` for what JSON cannot hold in it, and
 * `invalid-value` for weights that are not finite.
 */
export async function saveModel(flow: Flow, record: Partial<ModelRecord> & Pick<ModelRecord, 'name'>): Promise<Map<string, Uint8Array>> {
  const settings = readRecord(record);
  const names = Object.keys(flow.parameters).sort();
  for (const name of names) assertFinite(flow.parameters[name], `saveModel: ${name}`);
  const weights = writeSafetensors(new Map(names.map((name): [string, NdArray] => [name, flow.parameters[name]])));
  const manifest: Manifest = {
    ...settings,
    field: flow.field.config as PartConfig,
    base: flow.base.config as PartConfig,
    transforms: flow.transforms.map(({ config }) => config as PartConfig),
    parameters: Object.fromEntries(names.map((name) => [name, flow.parameters[name].shape])),
    weights: { sha256: await sha256(weights), bytes: weights.length },
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
