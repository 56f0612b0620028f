import { type Flow, loadModel, readModelManifest } from '@advect/core';
import { AdvectError } from '@advect/core/errors';
import type { Manifest } from '@advect/core/io';
import { readModelFolder } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import { type PictureModel, readPictureModel } from './form.js';
import { modelPath } from './shipped.js';

/** A model of pictures, ready to use. */
export interface OpenModel {
  readonly name: string;
  readonly flow: Flow;
  readonly form: PictureForm;
  readonly application: PictureModel;
  readonly manifest: Manifest;
  /** sha256 of the weights. */
  readonly hash: string;
}

/** Opens a shipped model by its name, or any model by its folder. Throws `not-found` or `invalid-file`. */
export async function openModel(nameOrFolder: string): Promise<OpenModel> {
  const files = await readModelFolder(await modelPath(nameOrFolder));
  const manifest = readModelManifest(files);
  const application = readPictureModel(manifest);
  const flow = await loadModel(files);
  const { size, channels, levels } = application;
  const event = [size, size, channels];
  if (flow.field.event.join() !== event.join() || (manifest.labels.length > 0 && flow.field.conditionDim !== manifest.labels.length)) {
    throw new AdvectError(
      'invalid-file',
      `the model '${manifest.name}' contradicts itself: its field takes [${flow.field.event.join(', ')}] and ${flow.field.conditionDim} classes`,
      `Its pictures are [${event.join(', ')}] in ${manifest.labels.length} classes. Get the model again.`,
    );
  }
  const form = { size, channels, levels, classes: manifest.labels };
  return { name: manifest.name, flow, form, application, manifest, hash: manifest.weights.sha256 };
}
