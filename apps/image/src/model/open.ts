import { AdvectError } from '@advect/base/errors';
import { type Manifest, parseManifest } from '@advect/core/io';
import { readModelFolder } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import { type PictureModel, readPictureModel } from './form.js';
import { modelPath } from './shipped.js';

/** What a model's folder says, before its weights are looked at. */
export interface OpenModel {
  readonly name: string;
  readonly form: PictureForm;
  readonly application: PictureModel;
  readonly manifest: Manifest;
  /** sha256 of the weights. */
  readonly hash: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Opens a shipped model by its name, or any model by its folder, without loading TensorFlow.js: `flowOf` makes its flow.
 * Throws `not-found` or `invalid-file`.
 */
export async function openModel(nameOrFolder: string): Promise<OpenModel> {
  const files = await readModelFolder(await modelPath(nameOrFolder));
  const manifest = parseManifest(asText(files.get('model.json')!));
  const application = readPictureModel(manifest);
  const { size, channels, levels } = application;
  const form = { size, channels, levels, classes: manifest.labels };
  return { name: manifest.name, form, application, manifest, hash: manifest.weights.sha256, files };
}

function asText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AdvectError('invalid-file', 'model.json is not UTF-8 text', 'Get the model again.', cause);
  }
}
