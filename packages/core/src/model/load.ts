import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { fieldFromConfig, type Parameters } from '../field/index.js';
import { baseFromConfig, cnf, type Flow, transformFromConfig } from '../flow/index.js';
import { type JsonValue, type Manifest, parseManifest, readSafetensors, sha256 } from '../io/index.js';
import { withinBudget } from '../nn/budget.js';
import type { ModelFiles } from './save.js';

/**
 * Makes a flow from a model's files (`model.json` and `weights.safetensors`; others are not looked at). The files may
 * come from a stranger: nothing in them is run, and anything that does not add up (a length, a checksum, a name, a
 * shape, a number that is not finite, a setting that the field does not know) throws `invalid-file`. Memory and time
 * stay within a small multiple of the files' size.
 */
export async function loadModel(files: ModelFiles): Promise<Flow> {
  const manifest = readModelManifest(files);
  const parameters = await readWeights(need(files, 'weights.safetensors'), manifest);
  const numbers = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);
  try {
    checkSizes(manifest.field, Math.max(numbers, 1024));
    return withinBudget(numbers, () =>
      cnf({
        field: fieldFromConfig(manifest.field),
        base: baseFromConfig(manifest.base),
        transforms: manifest.transforms.map(transformFromConfig),
        parameters,
      }),
    );
  } catch (cause) {
    if (!(cause instanceof AdvectError)) throw cause;
    throw new AdvectError('invalid-file', `model.json does not describe a model that can be built: ${cause.message}`, cause.hint, cause);
  }
}

/** What `model.json` says: name, labels, defaults, the application's own settings. Throws `invalid-file`. */
export function readModelManifest(files: ModelFiles): Manifest {
  const bytes = need(files, 'model.json');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('model.json is not UTF-8 text', cause);
  }
  return parseManifest(text);
}

async function readWeights(bytes: Uint8Array, { weights, parameters }: Manifest): Promise<Parameters> {
  if (bytes.length !== weights.bytes) throw invalid(`weights.safetensors has ${bytes.length} bytes where model.json says ${weights.bytes}`);
  const digest = await sha256(bytes);
  if (digest !== weights.sha256) throw invalid(`weights.safetensors has the checksum ${digest} where model.json says ${weights.sha256}`);
  const { tensors } = readSafetensors(bytes, { finite: true });
  const names = Object.keys(parameters);
  const extra = [...tensors.keys()].find((name) => !Object.hasOwn(parameters, name));
  if (extra !== undefined) throw invalid(`weights.safetensors holds ${JSON.stringify(extra)}, which model.json does not list`);
  return Object.fromEntries(
    names.map((name) => {
      const tensor = tensors.get(name);
      if (!tensor) throw invalid(`weights.safetensors lacks ${JSON.stringify(name)}, which model.json lists`);
      if (tensor.shape.join() !== parameters[name].join() || !(tensor.data instanceof Float32Array)) {
        throw invalid(
          `${JSON.stringify(name)} has the shape [${tensor.shape.join(', ')}] where float32 [${parameters[name].join(', ')}] is listed`,
        );
      }
      return [name, tensor as NdArray];
    }),
  );
}

/**
 * A size in a field's settings (a width, a number of layers) never exceeds the number of its weights. Lists of lists are
 * tables of coordinates (a code book), not sizes.
 */
function checkSizes(value: JsonValue, most: number): void {
  if (Array.isArray(value) && value.every(Array.isArray)) return;
  if (typeof value === 'number' && Math.abs(value) > most) {
    throw new AdvectError(
      'invalid-value',
      `a setting of the field is ${value}, more than its weights can fill`,
      'Fetch or export the model again.',
    );
  }
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) checkSizes(item, most);
}

function need(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes) return bytes;
  throw invalid(`there is no ${name} among the files (${[...files.keys()].join(', ') || 'none'})`);
}

const invalid = (problem: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `Not a model that can be read: ${problem}`,
    'Fetch the model again, or make it anew with saveModel.',
    cause,
  );
