import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { text } from '@advect/node';
import type { PictureForm, Pictures } from '../data/picture-set.js';
import type { Label } from '../model/label.js';
import type { ScoreSettings } from '../model/score.js';
import { type NamedLabel, readLabels } from './labels.js';

/** `--label`: the class that a picture is of. */
export const ownLabelOption = text({
  description: "the class of the pictures; 'none' for the model without a class",
  placeholder: 'CLASS',
  defaultText: 'the most probable class of each',
});

/** One label of an option. Throws `invalid-option` for several. */
export function readOneLabel(given: string, option: string, { classes }: PictureForm): NamedLabel {
  const labels = readLabels([given], classes);
  if (labels.length === 1) return labels[0];
  throw new AdvectError('invalid-option', `${option} is '${given}', which stands for ${labels.length} classes`, 'Give one of them.');
}

/** The class of each picture: the one that is given, else the most probable one, which costs a solve for each class. */
export async function ownLabels(
  flow: Flow,
  pictures: Pictures,
  form: PictureForm,
  given: string | undefined,
  settings: Pick<ScoreSettings, 'seed' | 'executor' | 'signal' | 'onProgress'>,
): Promise<readonly NamedLabel[]> {
  const same = (label: NamedLabel) => Array.from({ length: pictures.count }, () => label);
  if (given !== undefined) return same(readOneLabel(given, '--label', form));
  if (form.classes.length === 0) return same({ name: 'none', label: -1 });
  const { classPosterior, mostProbable, roughly } = await import('../model/class-posterior.js');
  const posterior = await classPosterior(flow, pictures, form, { ...roughly, ...settings });
  return posterior.map((shares) => {
    const label = mostProbable(shares);
    return { name: form.classes[label], label };
  });
}

export const labelsOf = (named: readonly NamedLabel[]): Label[] => named.map(({ label }) => label);
