import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '@advect/node';
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
  const learned = typeof training.data === 'string' ? training.data : '';
  const { data: given = '' } = course.about(data).training;
  // Of a folder of one's own the manifest keeps the name.
  if (typeof given !== 'string' || learned === '' || !given.includes(learned)) {
    throw new AdvectError(
      'invalid-option',
      `the model '${name}' has learned from ${learned || 'data that it does not name'}; these are ${JSON.stringify(given)}`,
      'Leave --record out, or give the data that it has learned from.',
    );
  }
  const earlier = await readFile(join(folder, 'MODEL_CARD.md'), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return '';
    throw thrown;
  });
  const settings = { masks: Number(training.masks ?? 0), atStart: Number(training.atStart ?? 0) };
  const found = await course.measure(flow, data, { ...how, name, settings });
  const { heldOut: _, ...application } = manifest.application;
  const about = { description, defaults, training, application };
  const files = await modelFiles(flow, name, about, found, weights.dtype);
  const text = (file: string): string => new TextDecoder().decode(files.get(file));
  await writeFileAtomic(join(folder, 'model.json'), text('model.json'), { force: true });
  await writeFileAtomic(join(folder, 'MODEL_CARD.md'), withAdded(text('MODEL_CARD.md'), earlier), { force: true });
  return found.metrics;
}

const sectionsOf = (card: string): string[] => card.split(/^(?=## )/m);
const titleOf = (section: string): string => section.slice(0, section.indexOf('\n'));

/** A card, and of an earlier one the sections whose titles it does not have. */
function withAdded(card: string, earlier: string): string {
  const titles = new Set(sectionsOf(card).map(titleOf));
  const added = sectionsOf(earlier)
    .slice(1)
    .filter((section) => !titles.has(titleOf(section)));
  return `${[card, ...added].map((part) => part.trimEnd()).join('\n\n')}\n`;
}
