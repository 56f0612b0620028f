import { basename, resolve } from 'node:path';
import { type Flow, loadModel, saveModel } from '@advect/core';
import type { StoredWeights } from '../model/field-kind.js';
import { pictureDim, type PictureSet } from '../data/picture-set.js';
import { convention } from '../model/density.js';
import { writePictureModel } from '../model/form.js';
import { type Measured, mostNeighbours } from '../model/measure.js';
import { knownAnswers } from '../model/self-test.js';
import type { RunSettings } from './run-settings.js';

export interface ModelDescription {
  /** The folder it will lie in. */
  readonly out: string;
  readonly settings: RunSettings;
  /** The command line that makes it again. */
  readonly command: string;
  readonly measured: Measured;
}

/** A flow as a file will give it back: with its weights rounded, where they are kept in half precision. */
export const asStored = async (flow: Flow, weights: StoredWeights = 'float32'): Promise<Flow> =>
  weights === 'float32' ? flow : loadModel(await saveModel(flow, { name: 'rounded' }, { dtype: weights }));

/** A trained model's files, its card included. Its name is that of the folder it will lie in. */
export async function saveModelFiles(
  flow: Flow,
  set: PictureSet,
  { out, settings, command, measured }: ModelDescription,
): Promise<Map<string, Uint8Array>> {
  const name = basename(resolve(out));
  const { size, channels, levels, classes, credit } = set;
  const kind = `${size} × ${size} ${channels === 1 ? 'grey' : 'colour'} pictures`;
  const files = await saveModel(
    flow,
    {
      name,
      description: `Makes ${kind} like those of ${credit.title}${classes.length > 0 ? `, in ${classes.length} classes` : ''}.`,
      labels: classes,
      defaults: settings.objective === 'reflow' ? { method: 'heun', steps: 2 } : { method: 'dopri5', tolerance: 1e-3 },
      application: writePictureModel({
        kind: 'pictures',
        size,
        channels,
        levels,
        data: credit,
        heldOut: measured.heldOut,
        typicality: measured.typicality,
        knownAnswers: await knownAnswers(flow, set),
      }),
      training: {
        data: credit.title,
        'data licence': credit.licence,
        pictures: set.train.count,
        ...(settings.validation !== undefined && { 'validation pictures': apart(settings) }),
        ...(settings.from !== undefined && { 'begun with': settings.from }),
        objective: objectives[settings.objective],
        ...(settings.guidance !== undefined && { 'guidance of the pairs': settings.guidance }),
        ...(settings.times !== undefined && { 'times drawn': settings.times }),
        steps: settings.steps,
        seed: settings.seed,
        command,
      },
      metrics: measured.metrics,
    },
    { dtype: settings.weights ?? 'float32' },
  );
  const card = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  files.set('MODEL_CARD.md', new TextEncoder().encode(`${card}\n${advice(name, set, { settings, command, measured })}`));
  return files;
}

const objectives: { readonly [name in RunSettings['objective']]: string } = {
  'flow-matching': 'conditional flow matching, independent coupling',
  reflow: 'flow matching on pairs of noise and picture of the model that it began with (reflow)',
  likelihood: 'maximum likelihood through the solver',
};

const apart = ({ validation, seed }: RunSettings): string => `${validation}, set apart from the training pictures by the seed ${seed}`;

const recognisedInWords = ({ train }: PictureSet): string =>
  '"Generated pictures recognised" is the share of 1,000 pictures, made without guidance, that a 3-nearest-neighbour classifier\n' +
  `on ${Math.min(mostNeighbours, train.count).toLocaleString('en')} training pictures puts into the class that was asked for.`;

function advice(
  name: string,
  set: PictureSet,
  { settings, command, measured: { heldOut } }: Pick<ModelDescription, 'settings' | 'command' | 'measured'>,
): string {
  const { credit } = set;
  const source = [credit.by, credit.doi && `doi:${credit.doi}`, credit.url].filter(Boolean).join(', ');
  return `## Made with

\`\`\`
${command} --out ${name}
\`\`\`

## Use

\`\`\`
advect-image sample --model ${name}
advect-image score --model ${name} PICTURE.png
\`\`\`

## Data and licence

${credit.title}${source ? ` (${source})` : ''}, ${credit.licence}. The weights are learned from it.

## How it was measured

Bits/dim on as many as the table says of the ${set.test.count} pictures that training never saw: ${convention(set, heldOut.draws)};
divergence ${pictureDim(set) <= 64 ? 'exact' : "by Hutchinson's estimate"}. Lower is better.${settings.validation === undefined ? '' : `\nWhen to stop was decided on other pictures: ${apart(settings)}.`}${set.classes.length > 0 ? `\n${recognisedInWords(set)}` : ''}

## Limits

It knows pictures like those it has learned from and nothing else. A score says how usual a picture is to this model; it is
no proof of where a picture comes from. Scores of models of other sizes or levels cannot be compared with these.
`;
}
