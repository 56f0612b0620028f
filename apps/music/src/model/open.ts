import { type Flow, loadModel, readModelManifest } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { Manifest } from '@advect/core/io';
import { readModelFolder } from '@advect/node';
import { isChoraleFlow } from './flow.js';
import { modelPath } from './shipped.js';

/** A model of chorales, ready to compose. */
export interface OpenModel {
  readonly name: string;
  readonly flow: Flow;
  readonly manifest: Manifest;
}

/** Opens a shipped model by its name, or any model by its folder. Throws `not-found` or `invalid-file`. */
export async function openModel(nameOrFolder: string): Promise<OpenModel> {
  const files = await readModelFolder(await modelPath(nameOrFolder));
  const manifest = readModelManifest(files);
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
