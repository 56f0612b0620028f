import { AdvectError } from '@advect/base/errors';
import { type Manifest, parseManifest } from '@advect/core/io';
import { openModelFiles } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import { type PictureModel, readPictureModel } from './form.js';
import { shippedModels } from './shipped.js';

/** What a model says, before its weights are looked at. */
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
 * Opens a shipped model by its name, or any other from where `openModelFiles` finds it (a folder, an address, an installed
 * package), without loading TensorFlow.js: `flowOf` makes its flow. Throws as that does, and `invalid-file`.
 */
export async function openModel(where: string, signal?: AbortSignal): Promise<OpenModel> {
  const files = await openModelFiles(where, { shipped: shippedModels, signal });
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
