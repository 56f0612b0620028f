import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type Manifest, readModelManifest } from '@advect/core/io';
import { openModelFiles } from '@advect/node';
import { shippedModels } from './shipped.js';

/** A model that is open. */
export interface OpenModel {
  readonly name: string;
  readonly flow: Flow;
  readonly manifest: Manifest;
}

/**
 * Opens a shipped model by its name, or any other from where `openModelFiles` finds it (a folder, an address, an installed
 * package). TensorFlow.js is loaded once the files are there. Throws as that does, and `invalid-file`.
 */
export function openModel(where: string, signal?: AbortSignal): Promise<OpenModel> {
  return openModelOf(where, 'compose chorales', async () => (await import('../model/flow.js')).isChoraleFlow, signal);
}

/** The same for any of the app's models: one that does what it is wanted for. */
export async function openModelOf(
  where: string,
  does: string,
  learnedBy: () => Promise<(flow: Flow) => boolean>,
  signal?: AbortSignal,
): Promise<OpenModel> {
  const files = await openModelFiles(where, { shipped: shippedModels, signal });
  const manifest = readModelManifest(files);
  const [{ loadModel }, isIt] = await Promise.all([import('@advect/core'), learnedBy()]);
  const flow = await loadModel(files);
  if (!isIt(flow)) {
    throw new AdvectError(
      'invalid-file',
      `the model '${manifest.name}' does not ${does} (its field is '${flow.field.config.kind}' over [${flow.field.event.join(', ')}])`,
      'Give a model that the train command of this app has written.',
    );
  }
  return { name: manifest.name, flow, manifest };
}
