import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type Manifest, readModelManifest } from '@advect/core/io';
import { openModelFiles } from '@advect/node';
import { shippedModels } from './shipped.js';

/** A model of chorales, ready to compose. */
export interface OpenModel {
  readonly name: string;
  readonly flow: Flow;
  readonly manifest: Manifest;
}

/**
 * Opens a shipped model by its name, or any other from where `openModelFiles` finds it (a folder, an address, an installed
 * package). TensorFlow.js is loaded once the files are there. Throws as that does, and `invalid-file`.
 */
export async function openModel(where: string, signal?: AbortSignal): Promise<OpenModel> {
  const files = await openModelFiles(where, { shipped: shippedModels, signal });
  const manifest = readModelManifest(files);
  const [{ loadModel }, { isChoraleFlow }] = await Promise.all([import('@advect/core'), import('../model/flow.js')]);
  const flow = await loadModel(files);
  if (!isChoraleFlow(flow)) {
    throw new AdvectError(
      'invalid-file',
      `the model '${manifest.name}' does not compose chorales (its field is '${flow.field.config.kind}' over [${flow.field.event.join(', ')}])`,
      'Give a model that the train command of this app has written.',
    );
  }
  return { name: manifest.name, flow, manifest };
}
