import { AdvectError } from '@advect/base/errors';
import { mergeSections, readModelFolder, updateModelFolder } from '@advect/node';
import type { Course, Findings, MeasureSettings } from './course.js';
import { modelFiles } from './model-files.js';
import type { OpenModel } from './open.js';

/**
 * Measures a model as the end of its training does, and puts that into its manifest and its card, in the place of earlier figures; the
 * weights stay, and sections that somebody has added to the card. Throws `invalid-option` for other data than it has learned from, since
 * the card speaks of these.
 */
export async function recordMeasured<D>(
  course: Course<D>,
  { flow, manifest }: Pick<OpenModel, 'flow' | 'manifest'>,
  folder: string,
  data: D,
  how: Omit<MeasureSettings, 'name' | 'settings'>,
): Promise<Findings['metrics']> {
  const { name, description, defaults, training, weights } = manifest;
  const { data: given } = course.about(data).training;
  if (training.data === undefined || training.data !== given) {
    const learned = training.data === undefined ? 'data that it does not name' : JSON.stringify(training.data);
    throw new AdvectError(
      'invalid-option',
      `the model '${name}' has learned from ${learned}; these are ${JSON.stringify(given)}`,
      'Leave --record out, or give the data that it has learned from.',
    );
  }
  const settings = { masks: Number(training.masks ?? 0), atStart: Number(training.atStart ?? 0) };
  const found = await course.measure(flow, data, { ...how, name, settings });
  const { heldOut: _, ...application } = manifest.application;
  const about = { description, defaults, training, application };
  const files = await modelFiles(flow, name, about, found, weights.dtype);
  const card = mergeSections(text(files), text(await readModelFolder(folder)));
  files.set('MODEL_CARD.md', new TextEncoder().encode(card)).delete('weights.safetensors');
  await updateModelFolder(folder, files);
  return found.metrics;
}

const text = (files: ReadonlyMap<string, Uint8Array>): string => new TextDecoder().decode(files.get('MODEL_CARD.md'));
