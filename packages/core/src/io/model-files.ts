import { AdvectError } from '@advect/base/errors';
import { type Manifest, parseManifest } from './manifest.js';

/** A model's files by name, for a folder, an archive or a browser's storage. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** Bytes that a model's files may have, unless a caller sets another limit for the weights. */
export const modelLimits = Object.freeze({ 'model.json': 3 * 2 ** 20, 'weights.safetensors': 512 * 2 ** 20 });

/** What `model.json` says: name, labels, defaults, the application's own settings. Throws `invalid-file`. */
export function readModelManifest(files: ModelFiles): Manifest {
  const bytes = need(files, 'model.json');
  const most = modelLimits['model.json'];
  if (bytes.length > most) throw invalidModel(`model.json has ${bytes.length} bytes, more than the ${most} allowed`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidModel('model.json is not UTF-8 text', cause);
  }
  return parseManifest(text);
}

/** Reads one file of a model, or refuses it where it has more bytes than `most`, before it has read more than those. */
export type ReadModelFile = (name: keyof typeof modelLimits, most: number) => Promise<Uint8Array>;

/**
 * The two files that make a model, from wherever `read` finds them: first `model.json`, then as many bytes of weights as
 * it says and never more than `limit`.
 */
export async function collectModel(read: ReadModelFile, limit: number): Promise<ModelFiles> {
  const files = new Map([['model.json', await read('model.json', modelLimits['model.json'])]]);
  const { bytes } = readModelManifest(files).weights;
  if (bytes > limit) {
    throw new AdvectError(
      'invalid-file',
      `the model's weights have ${bytes} bytes, more than the ${limit} allowed`,
      'Take a smaller model, or set a higher limit if you trust where it comes from.',
    );
  }
  return files.set('weights.safetensors', await read('weights.safetensors', bytes));
}

/** One of the files; throws `invalid-file` with the names of those that there are. */
export function need(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes) return bytes;
  throw invalidModel(`there is no ${name} among the files (${[...files.keys()].join(', ') || 'none'})`);
}

export const invalidModel = (problem: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `Not a model that can be read: ${problem}`,
    'Fetch the model again, or make it anew with saveModel.',
    cause,
  );
