import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { optional, readOptions, value } from '@advect/base/options';
import { fieldFromConfig, type Parameters } from '../field/index.js';
import { type Base, baseFromConfig, cnf, type Flow, transformFromConfig } from '../flow/index.js';
import type { JsonValue, Manifest } from '../io/manifest.js';
import { invalidModel, type ModelFiles, need, readModelManifest } from '../io/model-files.js';
import { readSafetensors } from '../io/safetensors.js';
import { sha256 } from '../io/sha256.js';
import { withinBudget } from '../nn/budget.js';

export interface LoadModelOptions {
  /**
   * The base of a model that starts from samples (`sampledBase`): a source of samples is a program, and no file brings one.
   * Other models have their base in their file, and none is taken.
   */
  readonly base?: Base;
}

/**
 * Makes a flow from a model's files (`model.json` and `weights.safetensors`; others are not looked at). The files may
 * come from a stranger: nothing in them is run, and anything that does not add up (a length, a checksum, a name, a
 * shape, a number that is not finite, a setting that the field does not know) throws `invalid-file`. Memory and time
 * stay within a small multiple of the files' size.
 *
 * Throws `invalid-option` where a model that starts from samples is given no base, and where any other is given one.
 */
export async function loadModel(files: ModelFiles, options?: LoadModelOptions): Promise<Flow> {
  const { base } = readOptions<LoadModelOptions>('loadModel', options, {
    base: optional(
      value<Base>(
        (v) => typeof (v as Base | null)?.sample === 'function' && typeof (v as Base).config === 'object',
        'what sampledBase gives',
      ),
    ),
  });
  const manifest = readModelManifest(files);
  requireBase(manifest, base);
  const parameters = await readWeights(need(files, 'weights.safetensors'), manifest);
  const numbers = Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0);
  try {
    checkSizes(manifest.field, Math.max(numbers, 1024));
    return withinBudget(numbers, () =>
      cnf({
        field: fieldFromConfig(manifest.field),
        base: base ?? baseFromConfig(manifest.base),
        transforms: manifest.transforms.map(transformFromConfig),
        parameters,
      }),
    );
  } catch (cause) {
    if (!(cause instanceof AdvectError)) throw cause;
    throw new AdvectError('invalid-file', `model.json does not describe a model that can be built: ${cause.message}`, cause.hint, cause);
  }
}

async function readWeights(bytes: Uint8Array, { weights, parameters }: Manifest): Promise<Parameters> {
  if (bytes.length !== weights.bytes)
    throw invalidModel(`weights.safetensors has ${bytes.length} bytes where model.json says ${weights.bytes}`);
  const digest = await sha256(bytes);
  if (digest !== weights.sha256)
    throw invalidModel(`weights.safetensors has the checksum ${digest} where model.json says ${weights.sha256}`);
  const { tensors, dtypes } = readSafetensors(bytes, { finite: true });
  const names = Object.keys(parameters);
  const extra = [...tensors.keys()].find((name) => !Object.hasOwn(parameters, name));
  if (extra !== undefined) throw invalidModel(`weights.safetensors holds ${JSON.stringify(extra)}, which model.json does not list`);
  return Object.fromEntries(
    names.map((name) => {
      const tensor = tensors.get(name);
      if (!tensor) throw invalidModel(`weights.safetensors lacks ${JSON.stringify(name)}, which model.json lists`);
      const [found, listed] = [
        describe(dtypes.get(name)!, tensor.shape),
        describe(weights.dtype === 'float16' ? 'F16' : 'F32', parameters[name]),
      ];
      if (found !== listed) throw invalidModel(`${JSON.stringify(name)} is ${found} where ${listed} is listed`);
      return [name, tensor as NdArray];
    }),
  );
}

const describe = (dtype: string, shape: readonly number[]): string => `${dtype} [${shape.join(', ')}]`;

function requireBase({ base: { kind }, name }: Manifest, given: Base | undefined): void {
  if ((kind === 'sampled') === (given !== undefined)) return;
  const model = `loadModel: ${JSON.stringify(name)}`;
  throw given === undefined
    ? new AdvectError(
        'invalid-option',
        `${model} starts from samples, which no file can bring`,
        'Give the source again: loadModel(files, { base: sampledBase(source) }).',
      )
    : new AdvectError('invalid-option', `${model} has a base of its own, '${kind}'`, 'Leave the option base out.');
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
