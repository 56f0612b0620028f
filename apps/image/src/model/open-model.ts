import { AdvectError } from '@advect/base/errors';
import { type Manifest, parseManifest } from '@advect/core/io';
import type { PictureForm } from '../data/picture-set.js';
import { type PictureModel, readPictureModel } from './form.js';

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

/** Reads a model's files, without loading TensorFlow.js: `flowOf` makes its flow. Throws `invalid-file`. */
export function openModelFrom(files: ReadonlyMap<string, Uint8Array>): OpenModel {
  const manifest = parseManifest(manifestText(files));
  const application = readPictureModel(manifest);
  const { size, channels, levels } = application;
  const form = { size, channels, levels, classes: manifest.labels };
  return { name: manifest.name, form, application, manifest, hash: manifest.weights.sha256, files };
}

function manifestText(files: ReadonlyMap<string, Uint8Array>): string {
  const bytes = files.get('model.json');
  if (!bytes) throw new AdvectError('invalid-file', 'the model has no model.json', 'Give all files of the model.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AdvectError('invalid-file', 'model.json is not UTF-8 text', 'Get the model again.', cause);
  }
}
